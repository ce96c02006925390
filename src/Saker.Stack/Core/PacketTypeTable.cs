using System.Runtime.CompilerServices;

namespace Saker.Stack.Core;

/// <summary>Which handler takes which protocol (<c>ptype_base</c>: sixteen buckets by the low bits).</summary>
internal sealed class PacketTypeTable
{
    private const int BucketCount = 16;

    private readonly Entry[][] _others;
    private readonly Buckets _first;

    public PacketTypeTable(IEnumerable<IPacketTypeHandler> handlers)
    {
        ILookup<int, Entry> byBucket = handlers.Select(handler => new Entry(handler.Protocol, handler)).ToLookup(entry => entry.Protocol % BucketCount);
        _others = [.. Enumerable.Range(0, BucketCount).Select(bucket => byBucket[bucket].Skip(1).ToArray())];
        for (int i = 0; i < BucketCount; i++)
        {
            _first[i] = byBucket[i].FirstOrDefault();
        }
    }

    /// <summary>The handler of a protocol; null if nobody wants it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IPacketTypeHandler? Find(ushort protocol)
    {
        ref readonly Entry first = ref _first[protocol % BucketCount];
        return first.Protocol == protocol ? first.Handler : FindFurther(_others[protocol % BucketCount], protocol);
    }

    private static IPacketTypeHandler? FindFurther(Entry[] bucket, ushort protocol)
    {
        foreach (Entry entry in bucket)
        {
            if (entry.Protocol == protocol)
            {
                return entry.Handler;
            }
        }

        return null;
    }

    /// <summary>The protocol stands beside its handler, so that finding one asks no other. Of an empty bucket there is none.</summary>
    private readonly record struct Entry(ushort Protocol, IPacketTypeHandler? Handler);

    /// <summary>Each bucket's first entry, within the object.</summary>
    [InlineArray(BucketCount)]
    private struct Buckets
    {
        private Entry _first;
    }
}
