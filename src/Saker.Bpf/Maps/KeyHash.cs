using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>
/// Hashes keys by multiplying 64 by 64 bits and folding the product (as wyhash does), with a seed that a sender of packets does not know.
/// </summary>
/// <param name="seed">With what hashes begin.</param>
internal readonly unsafe struct KeyHash(ulong seed)
{
    private const ulong First = 0xa076_1d64_78bd_642f;
    private const ulong Second = 0xe703_7ed1_a0b4_28db;

    private readonly ulong _seed = seed ^ First;

    /// <summary>The hash of a key of at most 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Of(ulong key) => (uint)Fold(key ^ _seed, Second);

    /// <summary>The hash of a key of 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Of(UInt128 key) => (uint)Fold(Fold((ulong)key ^ _seed, Second) ^ (ulong)(key >> 64), First);

    /// <summary>The hash of any key.</summary>
    public uint Of(byte* key, int length)
    {
        ulong hash = _seed ^ (uint)length;
        for (; length > sizeof(ulong); length -= sizeof(ulong))
        {
            hash = Fold(hash ^ Unsafe.ReadUnaligned<ulong>(key), Second);
            key += sizeof(ulong);
        }

        ulong rest = 0;
        Unsafe.CopyBlockUnaligned(&rest, key, (uint)length);
        return (uint)Fold(hash ^ rest, First);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
