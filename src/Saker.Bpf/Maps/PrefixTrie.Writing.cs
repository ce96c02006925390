using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <content>Writing: one writer at a time. What readers can see is right before and after each change of an address.</content>
internal sealed unsafe partial class PrefixTrie
{
    /// <summary>Entries by which a node may grow before it is shaped anew, beside those that it was shaped for.</summary>
    private const int Slack = 4;

    private readonly uint _mostEntries;
    private uint _count;

    private int* Lock => (int*)_rootMemory.Start;

    /// <summary>Writes a prefix's value.</summary>
    /// <param name="key">The prefix.</param>
    /// <param name="value">The value.</param>
    /// <param name="flags">The flags, as they were given.</param>
    public BpfError Write(byte* key, byte* value, ulong flags)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (flags > (ulong)MapOperationFlags.Exist || length > (uint)_mostBits)
        {
            return BpfError.InvalidArgument;
        }

        WordLock.Enter(Lock);
        try
        {
            return WriteLocked(key, value, (MapOperationFlags)flags, (int)length);
        }
        catch (OutOfMemoryException)
        {
            return BpfError.NoMemory;
        }
        finally
        {
            WordLock.Exit(Lock);
        }
    }

    /// <summary>Takes a prefix out.</summary>
    public BpfError Remove(byte* key)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        if (length > (uint)_mostBits)
        {
            return BpfError.InvalidArgument;
        }

        ulong* words = stackalloc ulong[_words];
        LoadPrefix(key, (int)length, words);
        WordLock.Enter(Lock);
        TriePlace place = Locate(words, (int)length);
        if (place.Element is not null)
        {
            Put(place, null);
            _nodes.RetireElement(place.Element);
            _count--;
            Recount(words, (int)length, -1);
            _nodes.Turn();
        }

        WordLock.Exit(Lock);
        return place.Element is null ? BpfError.NotFound : BpfError.None;
    }

    private BpfError WriteLocked(byte* key, byte* value, MapOperationFlags flags, int length)
    {
        ulong* words = stackalloc ulong[_words];
        LoadPrefix(key, length, words);
        TriePlace place = Locate(words, length);
        BpfError error = place.Element is not null
            ? (flags == MapOperationFlags.NoExist ? BpfError.AlreadyExists : BpfError.None)
            : flags == MapOperationFlags.Exist ? BpfError.NotFound
            : _count == _mostEntries ? BpfError.NoSpace
            : BpfError.None;
        if (error != BpfError.None)
        {
            return error;
        }

        byte* element = _elements.Take();
        if (element is null)
        {
            return BpfError.NoMemory;
        }

        TrieNode.LengthOf(element) = length;
        TrieNode.MaskOf(element) = PrefixBits.Mask(length);
        Unsafe.CopyBlockUnaligned(TrieNode.PrefixOf(element), words, (uint)(_words * sizeof(ulong)));
        Unsafe.CopyBlockUnaligned(element + _layout.KeyOffset, key, (uint)_layout.KeySize);
        Unsafe.CopyBlockUnaligned(element + _layout.ValueOffset, value, (uint)_layout.ValueSize);
        if (place.Element is not null)
        {
            Put(place, element);
            _nodes.RetireElement(place.Element);
        }
        else
        {
            Insert(place, element);
            _count++;
            Recount(words, length, 1);
        }

        _nodes.Turn();
        return BpfError.None;
    }

    private void LoadPrefix(byte* key, int length, ulong* words)
    {
        PrefixBits.Load(key + LengthSize, _dataSize, words);
        PrefixBits.Trim(words, _words, length);
    }

    /// <summary>Finds where a prefix is, or would be.</summary>
    private TriePlace Locate(ulong* words, int length)
    {
        byte** link = _root;
        while (*link is not null and var at)
        {
            byte* node = TrieNode.IsElement(at) ? TrieNode.ElementOf(at) : at;
            int ofNode = TrieNode.LengthOf(node);
            if (node != at || ofNode > length || !PrefixBits.AreEqual(words, TrieNode.PrefixOf(node), ofNode))
            {
                bool isSame = node != at && ofNode == length && PrefixBits.AreEqual(words, TrieNode.PrefixOf(node), ofNode);
                return new TriePlace(TriePlaceKind.Child, link, null, isSame ? node : null);
            }

            if (length == ofNode)
            {
                return new TriePlace(TriePlaceKind.End, link, node, *TrieNode.EndOf(node));
            }

            int bits = TrieNode.BitsOf(node);
            uint index = PrefixBits.Pick(words, ofNode, bits);
            if (length < ofNode + bits)
            {
                return new TriePlace(TriePlaceKind.Within, link, node, *WithinOf(node, index, bits, length - ofNode));
            }

            link = (byte**)(SlotOf(node, index) + ChildOffset);
        }

        return new TriePlace(TriePlaceKind.Child, link, null, null);
    }

    /// <summary>Puts another element, or none, in the place of one.</summary>
    private void Put(in TriePlace place, byte* element)
    {
        switch (place.Kind)
        {
            case TriePlaceKind.Child:
                TrieNode.Write(place.Link, element is null ? null : TrieNode.ChildOf(element));
                break;
            case TriePlaceKind.End:
                TrieNode.Write(TrieNode.EndOf(place.Node), element);
                break;
            default:
                PutWithin(place.Node, place.Element, element);
                break;
        }
    }

    private void Insert(in TriePlace place, byte* element)
    {
        switch (place.Kind)
        {
            case TriePlaceKind.End:
                TrieNode.Write(TrieNode.EndOf(place.Node), element);
                break;
            case TriePlaceKind.Within:
                PutWithin(place.Node, null, element);
                break;
            default:
                InsertChild(place.Link, element);
                break;
        }
    }

    /// <summary>Puts an element, or none, where in a node another one ends, or none. The slots that it covers have it if they have no longer one.</summary>
    private void PutWithin(byte* node, byte* old, byte* element)
    {
        byte* any = element is null ? old : element;
        int bits = TrieNode.BitsOf(node);
        int ofPrefix = TrieNode.LengthOf(any) - TrieNode.LengthOf(node);
        uint first = PrefixBits.Pick(TrieNode.PrefixOf(any), TrieNode.LengthOf(node), bits);
        TrieNode.Write(WithinOf(node, first, bits, ofPrefix), element);
        byte* longest = element is null ? LongestWithin(node, first, ofPrefix - 1) : element;
        for (uint i = first; i < first + (1u << (bits - ofPrefix)); i++)
        {
            byte** slot = (byte**)SlotOf(node, i);
            if (*slot == old || *slot is null || TrieNode.LengthOf(*slot) < TrieNode.LengthOf(any))
            {
                TrieNode.Write(slot, longest);
            }
        }
    }

    /// <summary>Puts an element where there is nothing, or, in a new node, beside what is there.</summary>
    private void InsertChild(byte** link, byte* element)
    {
        byte* other = *link;
        if (other is null)
        {
            TrieNode.Write(link, TrieNode.ChildOf(element));
            return;
        }

        byte* otherNode = TrieNode.IsElement(other) ? TrieNode.ElementOf(other) : other;
        int length = TrieNode.LengthOf(element);
        int ofOther = TrieNode.LengthOf(otherNode);
        int common = PrefixBits.Common(TrieNode.PrefixOf(element), TrieNode.PrefixOf(otherNode), Math.Min(length, ofOther));
        byte* node = _nodes.Take(1);
        SetPrefix(node, TrieNode.PrefixOf(element), common);

        // Counted is what is under it now; the new element when all nodes above it are.
        TrieNode.CountOf(node) = other == otherNode ? TrieNode.CountOf(other) : 1;
        TrieNode.BuiltOf(node) = TrieNode.CountOf(node) + 1;
        Place(node, common, element, TrieNode.ChildOf(element));
        Place(node, common, otherNode, other);
        TrieNode.Write(link, node);
    }

    private void Place(byte* node, int length, byte* what, byte* child)
    {
        if (TrieNode.LengthOf(what) == length)
        {
            *TrieNode.EndOf(node) = what;
        }
        else
        {
            *(byte**)(SlotOf(node, PrefixBits.Pick(TrieNode.PrefixOf(what), length, 1)) + ChildOffset) = child;
        }
    }

    private void SetPrefix(byte* node, ulong* words, int length)
    {
        TrieNode.LengthOf(node) = length;
        TrieNode.MaskOf(node) = PrefixBits.Mask(length);
        Unsafe.CopyBlockUnaligned(TrieNode.PrefixOf(node), words, (uint)(_words * sizeof(ulong)));
        PrefixBits.Trim(TrieNode.PrefixOf(node), _words, length);
    }

    /// <summary>Counts a prefix that came or went in all nodes above it, and shapes the uppermost one anew that needs it.</summary>
    private void Recount(ulong* words, int length, int change)
    {
        byte** link = _root;
        byte** shaped = null;
        while (*link is not null and var node && !TrieNode.IsElement(node) && TrieNode.LengthOf(node) <= length
            && PrefixBits.AreEqual(words, TrieNode.PrefixOf(node), TrieNode.LengthOf(node)))
        {
            int count = TrieNode.CountOf(node) += change;
            int built = TrieNode.BuiltOf(node);
            if (shaped is null && (change > 0 ? count >= (2 * built) + Slack : count <= 1 || count <= built / 4))
            {
                shaped = link;
            }

            if (length < TrieNode.LengthOf(node) + TrieNode.BitsOf(node))
            {
                break;
            }

            link = (byte**)(SlotOf(node, PrefixBits.Pick(words, TrieNode.LengthOf(node), TrieNode.BitsOf(node))) + ChildOffset);
        }

        if (shaped is not null)
        {
            Shape(shaped);
        }
    }

    private enum TriePlaceKind
    {
        /// <summary>What a link leads to.</summary>
        Child,

        /// <summary>The prefix that ends where the node begins.</summary>
        End,

        /// <summary>A prefix that ends within the node's bits.</summary>
        Within,
    }

    /// <summary>Where a prefix is, or would be.</summary>
    private readonly struct TriePlace(TriePlaceKind kind, byte** link, byte* node, byte* element)
    {
        public TriePlaceKind Kind { get; } = kind;

        public byte** Link { get; } = link;

        public byte* Node { get; } = node;

        /// <summary>The prefix's element; null: it is not there.</summary>
        public byte* Element { get; } = element;
    }
}
