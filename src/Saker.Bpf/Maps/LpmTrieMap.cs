using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// Prefixes, of which the longest that a key begins with is found (<c>BPF_MAP_TYPE_LPM_TRIE</c>). A key is the number of bits that count, 4 bytes in the machine's order, and the
/// bits, the first one the most significant of the first byte.
/// </summary>
public sealed unsafe class LpmTrieMap : BpfMap
{
    private readonly PrefixTrie _trie;

    internal LpmTrieMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment) => _trie = new PrefixTrie(KeySize, ValueSize, MaximumEntries);

    /// <inheritdoc/>
    private protected override MapBatches Batches => MapBatches.Lookup | MapBatches.Update | MapBatches.Delete;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = _trie.Find(key);
        return element is null ? null : _trie.ValueOf(element);
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => _trie.Write(key, value, flags);

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => _trie.Remove(key);

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region) => _trie.TryFindValue(address, IsWritableForPrograms, out region);

    /// <inheritdoc/>
    private protected override void Free() => _trie.Dispose();

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => _trie.Read(key, value);

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => _trie.Next(key, next);
}
