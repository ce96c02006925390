using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Core;

/// <summary>A tap: sees every packet that passes the receive core (<c>ptype_all</c>).</summary>
public interface IPacketTap
{
    /// <summary>
    /// Looks at a packet on its way. The packet remains its owner's; whoever wants to keep it takes a <see cref="PacketBuffer.TryClone"/>.
    /// Its data begins at the network header.
    /// </summary>
    void See(PacketBuffer packet);
}

/// <summary>The taps of one CPU's path. Costs a test where there are none.</summary>
internal sealed class PacketTaps<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private IPacketTap[] _taps = [];

    public PacketTaps(Cpu cpu)
        : base(cpu)
    {
    }

    public void Add(IPacketTap tap) => _taps = [.. _taps, tap];

    public void Remove(IPacketTap tap) => _taps = [.. _taps.Where(other => !ReferenceEquals(other, tap))];

    public void Show(PacketBuffer packet)
    {
        foreach (IPacketTap tap in _taps)
        {
            Enter(packet, Stage.Taps);
            tap.See(packet);
        }
    }
}
