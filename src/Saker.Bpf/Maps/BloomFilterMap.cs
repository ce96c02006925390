using System.Numerics;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// A bloom filter (<c>BPF_MAP_TYPE_BLOOM_FILTER</c>): of a value that was pushed it says that it is there, of others mostly that it is not. Reading asks for the value that
/// is given. Its <see cref="MapSpec.Extra"/> says how many bits a value sets; 0 means 5.
/// </summary>
public sealed unsafe class BloomFilterMap : BpfMap
{
    private const uint UsualHashes = 5;
    private const int BitsOfWord = 64;

    private readonly MapMemory _memory;
    private readonly KeyHash _hash;
    private readonly uint _hashes;
    private readonly uint _mask;

    internal BloomFilterMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        _hashes = spec.Extra == 0 ? UsualHashes : (uint)spec.Extra;

        // Where n hashes are for m values, about n * m / ln 2 bits make the fewest mistakes; 7/5 is near to that.
        ulong bits = BitOperations.RoundUpToPowerOf2((ulong)MaximumEntries * _hashes * 7 / 5);
        _mask = (uint)Math.Min(Math.Max(bits, BitsOfWord) - 1, uint.MaxValue);
        _memory = new MapMemory(((ulong)_mask + 1) / 8);
        _hash = new KeyHash(Has(MapFlags.ZeroSeed) ? 0 : environment.HashSeed);
    }

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu) => null;

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => BpfError.OperationNotSupported;

    /// <inheritdoc/>
    internal override BpfError Push(byte* value, ulong flags)
    {
        if (flags != 0)
        {
            return BpfError.InvalidArgument;
        }

        Bits bits = BitsOf(value);
        for (uint i = 0; i < _hashes; i++)
        {
            uint bit = bits.Next();
            Interlocked.Or(ref WordOf(bit), 1UL << (int)(bit % BitsOfWord));
        }

        return BpfError.None;
    }

    /// <inheritdoc/>
    internal override BpfError Pop(byte* value) => BpfError.OperationNotSupported;

    /// <inheritdoc/>
    internal override BpfError Peek(byte* value)
    {
        Bits bits = BitsOf(value);
        for (uint i = 0; i < _hashes; i++)
        {
            uint bit = bits.Next();
            if ((Volatile.Read(ref WordOf(bit)) & (1UL << (int)(bit % BitsOfWord))) == 0)
            {
                return BpfError.NotFound;
            }
        }

        return BpfError.None;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        return false;
    }

    /// <inheritdoc/>
    private protected override void Free() => _memory.Dispose();

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => Peek(value);

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags) => Push(value, (ulong)flags);

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => BpfError.OperationNotSupported;

    private ref ulong WordOf(uint bit) => ref ((ulong*)_memory.Start)[bit / BitsOfWord];

    private Bits BitsOf(byte* value)
    {
        uint first = _hash.Of(value, ValueSize);
        return new Bits(first, (first * 0x9e37_79b1u) | 1, _mask);
    }

    /// <summary>The bits of a value: an odd step from the first one, which grows so that values that begin alike part.</summary>
    private struct Bits(uint first, uint step, uint mask)
    {
        private uint _at = first;
        private uint _step = step;

        public uint Next()
        {
            uint bit = _at & mask;
            _at += _step;
            _step = BitOperations.RotateLeft(_step, 7) ^ _at;
            return bit;
        }
    }
}
