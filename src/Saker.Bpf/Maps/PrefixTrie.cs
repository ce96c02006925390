using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>
/// The trie under <see cref="LpmTrieMap"/>: a node branches by as many bits as it has entries for, and bits that all entries under it share are passed at once, so that
/// random prefixes are found in two or three steps. Readers take no lock; a writer changes one address at a time, and shapes a node anew, with all under it, when it has twice as many
/// entries as when it was last shaped, or few of them.
/// </summary>
internal sealed unsafe partial class PrefixTrie : IDisposable
{
    private const int SlotSize = 16;
    private const int ChildOffset = 8;
    private const int LengthSize = sizeof(uint);

    private readonly ElementLayout _layout;
    private readonly ElementPool _elements;
    private readonly TrieNodes _nodes;
    private readonly MapMemory _rootMemory = new(128);
    private readonly byte** _root;
    private readonly int _dataSize;
    private readonly int _words;
    private readonly int _mostBits;
    private readonly int _slotsOffset;

    /// <summary>Makes an empty trie.</summary>
    /// <param name="keySize">Bytes of a key: the prefix length's 4 and those of the prefix.</param>
    /// <param name="valueSize">Bytes of a value.</param>
    /// <param name="entries">How many prefixes there may be.</param>
    public PrefixTrie(int keySize, int valueSize, uint entries)
    {
        _dataSize = keySize - LengthSize;
        _mostBits = _dataSize * 8;
        _words = (_dataSize + sizeof(ulong) - 1) / sizeof(ulong);
        int header = TrieNode.PrefixOffset + (_words * sizeof(ulong));
        _slotsOffset = (header + SlotSize - 1) & -SlotSize;
        _layout = new ElementLayout(header, keySize, valueSize, isPerCpu: false);
        _elements = new ElementPool(_layout, (long)entries + (2 * TrieNodes.GenerationSize) + 2, grows: true, cpuCount: 0);
        _nodes = new TrieNodes(_slotsOffset, _elements);
        _root = (byte**)(_rootMemory.Start + sizeof(ulong));
        _mostEntries = entries;
    }

    /// <summary>Finds the longest prefix that a key begins with, no longer than the key says to be.</summary>
    /// <returns>Its element; null: there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Find(byte* key)
    {
        uint length = Unsafe.ReadUnaligned<uint>(key);
        return length == (uint)_mostBits && _words == 1 ? FindShort(PrefixBits.LoadShort(key + LengthSize, _dataSize))
            : length > (uint)_mostBits ? null
            : FindLong(key + LengthSize, (int)length);
    }

    /// <summary>Copies the value of the longest prefix that a key begins with. What is copied was that prefix's, even where the element gets another one meanwhile.</summary>
    public BpfError Read(byte* key, byte* value)
    {
        while (true)
        {
            uint generation = _nodes.Generation;
            byte* element = Find(key);
            if (element is null)
            {
                return BpfError.NotFound;
            }

            ValueLayout.Copy(value, ValueOf(element), _layout.ValueSize);
            Volatile.ReadBarrier();
            if (_nodes.Generation - generation < 2)
            {
                return BpfError.None;
            }
        }
    }

    /// <summary>The value of an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* ValueOf(byte* element) => element + _layout.ValueOffset;

    /// <summary>Finds the value or key that has an address in it.</summary>
    public bool TryFindValue(ulong address, bool isWritable, out MemoryRegion region) => _elements.TryFind(address, isWritable, out region);

    /// <inheritdoc/>
    public void Dispose()
    {
        _nodes.Dispose();
        _elements.Dispose();
        _rootMemory.Dispose();
    }

    /// <summary>Finds by a whole key of at most 64 bits.</summary>
    private byte* FindShort(ulong bits)
    {
        while (true)
        {
            uint generation = _nodes.Generation;
            byte* found = null;
            int passed = -1;
            byte* at = TrieNode.Read(_root);
            while (at is not null)
            {
                if (TrieNode.IsElement(at))
                {
                    byte* element = TrieNode.ElementOf(at);
                    found = ((bits ^ *TrieNode.PrefixOf(element)) & TrieNode.MaskOf(element)) == 0 ? element : found;
                    break;
                }

                int length = TrieNode.LengthOf(at);
                if (((bits ^ *TrieNode.PrefixOf(at)) & TrieNode.MaskOf(at)) != 0 || length <= passed)
                {
                    break;
                }

                passed = length;
                byte* ends = TrieNode.Read(TrieNode.EndOf(at));
                found = ends is null ? found : ends;
                byte* slot = at + _slotsOffset + ((bits << length) >> (PrefixBits.OfWord - TrieNode.BitsOf(at))) * SlotSize;
                ends = TrieNode.Read((byte**)slot);
                found = ends is null ? found : ends;
                at = TrieNode.Read((byte**)(slot + ChildOffset));
            }

            Volatile.ReadBarrier();
            if (_nodes.Generation - generation < 2)
            {
                return found;
            }
        }
    }

    /// <summary>Finds by any key.</summary>
    private byte* FindLong(byte* data, int limit)
    {
        // A reader that is too slow may look behind the last bit.
        ulong* words = stackalloc ulong[_words + 2];
        PrefixBits.Load(data, _dataSize, words);
        while (true)
        {
            uint generation = _nodes.Generation;
            byte* found = null;
            int passed = -1;
            byte* at = TrieNode.Read(_root);
            while (at is not null)
            {
                byte* node = TrieNode.IsElement(at) ? TrieNode.ElementOf(at) : at;
                int length = TrieNode.LengthOf(node);
                if (length > limit || length <= passed || !PrefixBits.AreEqual(words, TrieNode.PrefixOf(node), length))
                {
                    break;
                }

                if (node != at)
                {
                    found = node;
                    break;
                }

                passed = length;
                byte* ends = TrieNode.Read(TrieNode.EndOf(node));
                found = ends is null ? found : ends;
                int bits = TrieNode.BitsOf(node);
                uint index = PrefixBits.Pick(words, length, bits);
                ends = LongestWithin(node, index, Math.Min(bits - 1, limit - length));
                found = ends is null ? found : ends;
                at = length + bits > limit ? null : TrieNode.Read((byte**)(SlotOf(node, index) + ChildOffset));
            }

            Volatile.ReadBarrier();
            if (_nodes.Generation - generation < 2)
            {
                return found;
            }
        }
    }

    /// <summary>The longest prefix that ends within a node's bits, no longer than so many of them; null: there is none.</summary>
    private byte* LongestWithin(byte* node, uint index, int most)
    {
        int bits = TrieNode.BitsOf(node);
        for (int ofPrefix = most; ofPrefix > 0; ofPrefix--)
        {
            byte* element = TrieNode.Read(WithinOf(node, index, bits, ofPrefix));
            if (element is not null)
            {
                return element;
            }
        }

        return null;
    }

    /// <summary>Where a node has the prefix that ends with so many of its bits, in the slot of an index and others.</summary>
    private byte** WithinOf(byte* node, uint index, int bits, int ofPrefix) =>
        (byte**)(node + _slotsOffset + ((ulong)SlotSize << bits)) + ((1u << ofPrefix) | (index >> (bits - ofPrefix)));

    private byte* SlotOf(byte* node, uint index) => node + _slotsOffset + ((ulong)index * SlotSize);
}
