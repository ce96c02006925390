namespace Saker.Stack.Core;

/// <summary>Which handler takes which protocol (<c>ptype_base</c>: sixteen buckets by the low bits).</summary>
internal sealed class PacketTypeTable
{
    private const int BucketMask = 15;

    private readonly Entry[][] _buckets;

    public PacketTypeTable(IEnumerable<IPacketTypeHandler> handlers)
    {
        ILookup<int, Entry> byBucket = handlers.Select(handler => new Entry(handler.Protocol, handler)).ToLookup(entry => entry.Protocol & BucketMask);
        _buckets = [.. Enumerable.Range(0, BucketMask + 1).Select(bucket => byBucket[bucket].ToArray())];
    }

    /// <summary>The handler of a protocol; null if nobody wants it.</summary>
    public IPacketTypeHandler? Find(ushort protocol)
    {
        foreach (Entry entry in _buckets[protocol & BucketMask])
        {
            if (entry.Protocol == protocol)
            {
                return entry.Handler;
            }
        }

        return null;
    }

    /// <summary>The protocol stands beside its handler, so that finding one asks no other.</summary>
    private readonly record struct Entry(ushort Protocol, IPacketTypeHandler Handler);
}
