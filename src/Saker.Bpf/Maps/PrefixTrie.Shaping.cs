using System.Numerics;
using System.Runtime.InteropServices;

namespace Saker.Bpf.Maps;

/// <content>Shaping: all entries under a node in order, and of them nodes that branch by as many bits as there is use for.</content>
internal sealed unsafe partial class PrefixTrie
{
    /// <summary>A node has at most so many slots for each entry that it tells from others.</summary>
    private const int SlotsOfEntry = 4;

    private void Shape(byte** link)
    {
        byte* old = *link;
        int count = TrieNode.CountOf(old);
        byte** elements = (byte**)NativeMemory.Alloc((nuint)Math.Max(count, 1), (nuint)sizeof(byte*));
        try
        {
            int collected = 0;
            Collect(old, elements, ref collected);
            byte* shaped = Build(elements, collected);
            TrieNode.Write(link, shaped);
            Retire(old);
        }
        catch (OutOfMemoryException)
        {
            // The old shape is as right, if slower.
        }
        finally
        {
            NativeMemory.Free(elements);
        }
    }

    /// <summary>Puts all elements under a child behind each other, in order.</summary>
    private void Collect(byte* child, byte** elements, ref int count)
    {
        if (TrieNode.IsElement(child))
        {
            elements[count++] = TrieNode.ElementOf(child);
            return;
        }

        if (*TrieNode.EndOf(child) is not null)
        {
            elements[count++] = *TrieNode.EndOf(child);
        }

        int bits = TrieNode.BitsOf(child);
        for (uint i = 0; i < 1u << bits; i++)
        {
            for (int ofPrefix = FirstStart(i, bits); ofPrefix < bits; ofPrefix++)
            {
                byte* element = *WithinOf(child, i, bits, ofPrefix);
                if (element is not null)
                {
                    elements[count++] = element;
                }
            }

            byte* next = *(byte**)(SlotOf(child, i) + ChildOffset);
            if (next is not null)
            {
                Collect(next, elements, ref count);
            }
        }
    }

    /// <summary>The least number of a node's bits with which a prefix can begin at a slot: all behind them are zeros in its index.</summary>
    private static int FirstStart(uint index, int bits) => index == 0 ? 1 : bits - BitOperations.TrailingZeroCount(index);

    /// <summary>Makes nodes of elements in order.</summary>
    /// <returns>What leads to them; null where there are none.</returns>
    private byte* Build(byte** elements, int count)
    {
        if (count <= 1)
        {
            return count == 0 ? null : TrieNode.ChildOf(*elements);
        }

        // The first is the shortest of those that share its bits, and between the first and the last all others lie.
        byte* first = elements[0];
        byte* last = elements[count - 1];
        int length = PrefixBits.Common(TrieNode.PrefixOf(first), TrieNode.PrefixOf(last), Math.Min(TrieNode.LengthOf(first), TrieNode.LengthOf(last)));
        int at = TrieNode.LengthOf(first) == length ? 1 : 0;
        int bits = BitsFor(elements + at, count - at, length);
        byte* node = _nodes.Take(bits);
        SetPrefix(node, TrieNode.PrefixOf(first), length);
        TrieNode.CountOf(node) = count;
        TrieNode.BuiltOf(node) = count;
        *TrieNode.EndOf(node) = at == 1 ? first : null;
        while (at < count)
        {
            byte* element = elements[at];
            if (TrieNode.LengthOf(element) < length + bits)
            {
                PutWithin(node, null, element);
                at++;
                continue;
            }

            uint slot = PrefixBits.Pick(TrieNode.PrefixOf(element), length, bits);
            int end = at + 1;
            while (end < count && TrieNode.LengthOf(elements[end]) >= length + bits && PrefixBits.Pick(TrieNode.PrefixOf(elements[end]), length, bits) == slot)
            {
                end++;
            }

            *(byte**)(SlotOf(node, slot) + ChildOffset) = Build(elements + at, end - at);
            at = end;
        }

        return node;
    }

    /// <summary>By how many bits a node is to branch: about as many slots as entries, unless most of them would be empty.</summary>
    private int BitsFor(byte** elements, int count, int length)
    {
        int bits = Math.Clamp(BitOperations.Log2((uint)count) + 1, 1, Math.Min(TrieNodes.MostBits, _mostBits - length));
        for (; bits > 1; bits--)
        {
            int used = 0;
            uint last = uint.MaxValue;
            for (int i = 0; i < count; i++)
            {
                uint slot = PrefixBits.Pick(TrieNode.PrefixOf(elements[i]), length, bits);
                used += TrieNode.LengthOf(elements[i]) < length + bits || slot != last ? 1 : 0;
                last = slot;
            }

            if (used * SlotsOfEntry >= 1 << bits)
            {
                break;
            }
        }

        return bits;
    }

    private void Retire(byte* child)
    {
        if (TrieNode.IsElement(child))
        {
            return;
        }

        for (uint i = 0; i < 1u << TrieNode.BitsOf(child); i++)
        {
            byte* next = *(byte**)(SlotOf(child, i) + ChildOffset);
            if (next is not null)
            {
                Retire(next);
            }
        }

        _nodes.RetireNode(child);
    }
}
