namespace Saker.Stack.Core;

/// <summary>Which handler takes which protocol (<c>ptype_base</c>: sixteen buckets by the low bits).</summary>
internal sealed class PacketTypeTable
{
    private const int BucketMask = 15;

    private readonly IPacketTypeHandler[][] _buckets;

    public PacketTypeTable(IEnumerable<IPacketTypeHandler> handlers)
    {
        ILookup<int, IPacketTypeHandler> byBucket = handlers.ToLookup(handler => handler.Protocol & BucketMask);
        _buckets = [.. Enumerable.Range(0, BucketMask + 1).Select(bucket => byBucket[bucket].ToArray())];
    }

    /// <summary>The handler of a protocol; null if nobody wants it.</summary>
    public IPacketTypeHandler? Find(ushort protocol)
    {
        foreach (IPacketTypeHandler handler in _buckets[protocol & BucketMask])
        {
            if (handler.Protocol == protocol)
            {
                return handler;
            }
        }

        return null;
    }
}
