using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Arp;

/// <summary>Makes ARP packets and sends them (<c>arp_send_dst</c>, RFC 826).</summary>
internal sealed class ArpOutput<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly ForwardingTables _routes;
    private readonly SourceAddresses _sources;
    private readonly DeviceOutput<TTrace> _devices;

    public ArpOutput(Cpu cpu, ForwardingTables routes, SourceAddresses sources, DeviceOutput<TTrace> devices)
        : base(cpu)
    {
        _routes = routes;
        _sources = sources;
        _devices = devices;
    }

    /// <summary>Sends an ARP packet.</summary>
    /// <param name="cause">The packet because of which it is sent; a null handle: none.</param>
    /// <param name="device">The device.</param>
    /// <param name="destination">The frame's destination.</param>
    /// <param name="packet">The packet. Its sender's hardware address is the device's, whatever it says.</param>
    public void Send(PacketBuffer cause, NetworkDevice device, MacAddress destination, in ArpHeader packet)
    {
        if (device.Has(DeviceFlags.NoArp) || !Cpu.Packets.TryAllocate(Cpu.Frames, out PacketBuffer frame))
        {
            return;
        }

        frame.PacketType = PacketType.Outgoing;
        frame.Origin = cause.IsNull ? 0 : cause.Origin;
        frame.Timestamp = Cpu.Now;
        frame.Device = device.Index;
        frame.Protocol = (ushort)EtherType.Arp;
        (packet with { SenderMac = device.Address }).Emit(frame.Put(packet.Length));
        frame.MarkNetworkHeader();
        EthernetHeader header = new() { Destination = destination, Source = device.Address, Type = EtherType.Arp };
        header.Emit(frame.Push(header.Length));
        frame.MarkLinkHeader();
        frame.LinkHeaderLength = header.Length;
        _devices.Transmit(frame, device);
    }

    /// <summary>Asks who has an address (<c>arp_solicit</c>).</summary>
    /// <param name="packet">The packet that waits for the answer, its data beginning at the IP header; a null handle: none does.</param>
    /// <param name="device">The device.</param>
    /// <param name="target">The address.</param>
    /// <param name="destination">Who is asked.</param>
    public void Solicit(PacketBuffer packet, NetworkDevice device, IPv4Address target, MacAddress destination)
    {
        if (device.IPv4 is not { } ipv4)
        {
            return;
        }

        IPv4Address source = default;
        if (!packet.IsNull && ipv4.Settings.ArpAnnounce < 2 && IPv4View.TryParse(packet.Linear, out IPv4View header))
        {
            // Only an address of ours is announced: a forwarded packet bears another's.
            bool isOurs = _routes.Current.TypeOf(header.Source) == RouteType.Local
                && (ipv4.Settings.ArpAnnounce == 0 || SourceAddresses.IsOnLink(device, target, header.Source));
            source = isOurs ? header.Source : default;
        }

        Send(packet, device, destination, new ArpHeader
        {
            Operation = ArpOperation.Request,
            SenderAddress = source.IsAny ? _sources.Select(device, target, RouteScope.Link) : source,
            TargetAddress = target,
        });
    }
}
