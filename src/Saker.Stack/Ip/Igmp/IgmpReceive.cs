using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.Igmp;

/// <summary>IGMP's entry (<c>igmp_rcv</c>): queries about groups and other hosts' reports.</summary>
/// <remarks>Queries are heard, not answered: reports wait for a random time, and timers are not built yet.</remarks>
internal sealed class IgmpReceive<TTrace> : ReceiveStage<TTrace>, ITransportProtocol
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly OlderQueriers _olderQueriers;

    public IgmpReceive(Cpu cpu, DeviceTable devices)
        : base(cpu)
    {
        _devices = devices;
        _olderQueriers = new OlderQueriers(devices);
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => IPProtocol.Igmp;

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.IgmpReceive);
        if (IsHeard(packet))
        {
            Consume(packet, Stage.IgmpReceive);
        }
        else
        {
            Drop(packet, Stage.IgmpReceive, DropReason.NotSpecified);
        }

        return 0;
    }

    private bool IsHeard(PacketBuffer packet)
    {
        NetworkDevice device = _devices[packet.Device];
        if (!Check(packet, "the device speaks IPv4", device.Name, device.IPv4 is not null)
            || !Check(packet, "8 bytes of message are there", packet.Length, packet.TryMakeLinear(IgmpView.FixedLength))
            || !IgmpView.TryParse(packet.Linear, out IgmpView message)
            || !Check(packet, "checksum is right", new Hex(message.Checksum), TransportChecksum.Verify(packet, packet.Length, 0)))
        {
            return false;
        }

        switch (message.Type)
        {
            case IgmpType.MembershipQuery:
                return IsQueryHeard(packet, message, device);
            case IgmpType.V1MembershipReport:
            case IgmpType.V2MembershipReport:
                return Check(packet, "a report comes to a group", packet.PacketType, packet.PacketType is PacketType.Multicast or PacketType.Broadcast);
            default:
                return Check(packet, "a host has a use for this type", message.Type, false);
        }
    }

    /// <summary><c>igmp_heard_query</c>; the length tells the version (RFC 3376 section 7.1).</summary>
    private bool IsQueryHeard(PacketBuffer packet, IgmpView message, NetworkDevice device)
    {
        if (packet.Length == IgmpView.FixedLength)
        {
            _olderQueriers.Note(device, Cpu.Now);
            return true;
        }

        if (!Check(packet, "a query has 8 bytes, or 12 and more", packet.Length, packet.Length >= IgmpV3QueryView.FixedLength))
        {
            return false;
        }

        if (_olderQueriers.IsPresent(device, Cpu.Now))
        {
            // Hosts speak as the oldest querier on the link does, and of a query read what that version has.
            return true;
        }

        if (!packet.TryMakeLinear(IgmpV3QueryView.FixedLength) || !IgmpV3QueryView.TryParse(packet.Linear, out IgmpV3QueryView query))
        {
            return false;
        }

        int length = IgmpV3QueryView.FixedLength + (query.SourceCount * IPv4Address.Size);
        return Check(packet, "all sources are there", query.SourceCount, packet.Length, packet.TryMakeLinear(length))
            && Check(packet, "a query about all groups has no sources", message.Group, query.SourceCount, !message.Group.IsAny || query.SourceCount == 0);
    }
}
