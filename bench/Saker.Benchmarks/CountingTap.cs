using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;

namespace Saker.Benchmarks;

/// <summary>A tap that counts what it sees, and takes a clone of it as a packet socket does if it is to.</summary>
internal sealed class CountingTap(bool clones) : IPacketTap
{
    /// <summary>So many of them.</summary>
    public static IEnumerable<CountingTap> Make(int count, bool clones) => Enumerable.Range(0, count).Select(_ => new CountingTap(clones));

    public long Bytes { get; private set; }

    public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
    {
        Bytes += packet.Length;
        if (clones && packet.TryClone(out PacketBuffer clone))
        {
            clone.Free();
        }

        return DropReason.Consumed;
    }
}
