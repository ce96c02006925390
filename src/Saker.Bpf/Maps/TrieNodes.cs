namespace Saker.Bpf.Maps;

/// <summary>
/// Memory of a trie's nodes, and what of nodes and elements is no longer part of it but may still be read. It lies aside for two generations; a reader that sees less than
/// two generations begin while it reads has read nothing that was used anew. A block is always a node of the same width, so that a reader that was too slow reads
/// nonsense, but no foreign memory.
/// </summary>
internal sealed unsafe class TrieNodes(int headerSize, ElementPool elements) : IDisposable
{
    /// <summary>The most bits that a node branches by.</summary>
    public const int MostBits = 16;

    /// <summary>How many nodes and elements may wait in a generation, so many more elements a trie needs.</summary>
    public const int GenerationSize = 64;

    private const ulong ChunkSize = 32 << 10;
    private const int SlotSize = 16 + sizeof(ulong);
    private const int KeptSize = 8;

    private readonly List<MapMemory> _chunks = [];
    private readonly byte*[] _free = new byte*[MostBits + 1];
    private byte* _next;
    private byte* _end;
    private byte* _retiredNodes;
    private byte* _retiredElements;
    private byte* _waitingNodes;
    private byte* _waitingElements;
    private int _retired;
    private uint _generation;

    /// <summary>Counts generations.</summary>
    public uint Generation => Volatile.Read(ref _generation);

    /// <summary>Takes a node that branches by so many bits; its slots are empty.</summary>
    /// <exception cref="OutOfMemoryException">There is no more memory.</exception>
    public byte* Take(int bits)
    {
        ulong size = (ulong)headerSize + ((ulong)SlotSize << bits);
        byte* node = _free[bits];
        if (node is not null)
        {
            _free[bits] = TrieNode.LinkOf(node);
        }
        else
        {
            if (size > (ulong)(_end - _next))
            {
                MapMemory chunk = new(Math.Max(size, ChunkSize));
                _chunks.Add(chunk);
                _next = chunk.Start;
                _end = _next + chunk.Length;
            }

            node = _next;
            _next += size;
        }

        // Its width stays what it was: a reader may still go by it.
        TrieNode.BitsOf(node) = bits;
        new Span<byte>(node + KeptSize, (int)size - KeptSize).Clear();
        return node;
    }

    /// <summary>Puts a node aside that is no longer reached.</summary>
    public void RetireNode(byte* node)
    {
        TrieNode.LinkOf(node) = _retiredNodes;
        _retiredNodes = node;
        _retired++;
    }

    /// <summary>Puts an element aside that is no longer reached.</summary>
    public void RetireElement(byte* element)
    {
        TrieNode.LinkOf(element) = _retiredElements;
        _retiredElements = element;
        _retired++;
    }

    /// <summary>Begins a generation if enough lies aside; what was put aside in the one before the last can be used again.</summary>
    public void Turn()
    {
        if (_retired < GenerationSize)
        {
            return;
        }

        Volatile.Write(ref _generation, _generation + 1);
        Interlocked.MemoryBarrier();
        while (_waitingNodes is not null)
        {
            byte* node = _waitingNodes;
            _waitingNodes = TrieNode.LinkOf(node);
            ref byte* free = ref _free[TrieNode.BitsOf(node)];
            TrieNode.LinkOf(node) = free;
            free = node;
        }

        while (_waitingElements is not null)
        {
            byte* element = _waitingElements;
            _waitingElements = TrieNode.LinkOf(element);
            elements.Return(element);
        }

        _waitingNodes = _retiredNodes;
        _waitingElements = _retiredElements;
        _retiredNodes = null;
        _retiredElements = null;
        _retired = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MapMemory chunk in _chunks)
        {
            chunk.Dispose();
        }
    }
}
