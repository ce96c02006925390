using Saker.Packets;
using Saker.Stack.Gro;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>Passes packets on to other hosts (<c>ip_forward</c>, RFC 1812 section 5.2).</summary>
internal sealed class IPv4Forward<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly IPv4Output<TTrace> _output;
    private readonly IcmpErrors<TTrace> _errors;
    private readonly IPv4Redirects<TTrace> _redirects;
    private readonly ForwardedOptions _options;

    public IPv4Forward(
        Cpu cpu,
        ForwardingTables tables,
        SourceAddresses sources,
        IPv4Output<TTrace> output,
        IcmpErrors<TTrace> errors,
        IPv4Redirects<TTrace> redirects)
        : base(cpu)
    {
        _options = new ForwardedOptions(tables, sources);
        _output = output;
        _errors = errors;
        _redirects = redirects;
    }

    /// <summary>Passes a packet on. Its data begins at the IP header.</summary>
    public void Forward(PacketBuffer packet, Destination destination)
    {
        Enter(packet, Stage.IPv4Forward);
        DropReason reason = DropReason.NotSpecified;
        if (!Check(packet, "the frame was for this host alone", packet.PacketType, packet.PacketType == PacketType.Host)
            || destination.Device is not { } device
            || !IPv4View.TryParse(packet.Linear, out IPv4View header)
            || !MayPass(packet, header, destination, ref reason)
            || !packet.TryMakeWritable())
        {
            Drop(packet, Stage.IPv4Forward, reason);
            return;
        }

        DecrementTimeToLive(packet);
        ref IPv4Control control = ref packet.Control<IPv4Control>();
        if (control.TellOfBetterGateway && control.SourceRoute == 0)
        {
            _redirects.Send(packet, device, NextHop(packet, destination));
        }

        if (TTrace.Stages)
        {
            // That is the verdict, even where the packet is still to wait for its neighbour.
            Cpu.Observer.Forwarded(packet, Stage.IPv4Forward);
        }

        if (control.OptionLength != 0)
        {
            _options.Rewrite(packet, device, destination.Gateway);
        }

        _output.Finish(packet, destination.Type, device, NextHop(packet, destination), destination.Mtu);
    }

    /// <summary>Who gets the packet on the link; asked anew, since a source route changes the destination.</summary>
    private static IPv4Address NextHop(PacketBuffer packet, Destination destination) =>
        !destination.UsesGateway && IPv4View.TryParse(packet.Linear, out IPv4View header) ? header.Destination : destination.Gateway;

    private bool MayPass(PacketBuffer packet, IPv4View header, Destination destination, ref DropReason reason)
    {
        // RFC 1812, section 5.3.1.
        if (!Check(packet, "the time to live lasts for one more hop", header.TimeToLive, header.TimeToLive > 1))
        {
            Counters.Add(Counter.IpInHdrErrors);
            _errors.Send(packet, IcmpV4Type.TimeExceeded, (byte)IcmpV4TimeExceededCode.TimeToLive, 0);
            reason = DropReason.IPInHeader;
            return false;
        }

        // RFC 791, section 3.1: with a strict source route the next address must be on the link.
        bool isStrict = (packet.Control<IPv4Control>().Options & IPv4OptionFlags.StrictRoute) != IPv4OptionFlags.None;
        if (isStrict && !Check(packet, "a strict source route leads by no gateway", destination.Gateway, !destination.UsesGateway))
        {
            _errors.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.SourceRouteFailed, 0);
            return false;
        }

        // The kernel counts a packet as forwarded before it finds out that it is too long.
        Counters.Add(Counter.IpForwDatagrams);

        // RFC 1191, section 4.
        bool mayFragment = (header.Flags & IPv4Flags.DontFragment) == IPv4Flags.None;
        int mtu = destination.Mtu;
        int length = packet.IsMerged ? SegmentLayout.LongestSegment(packet) : packet.Length;
        if (length > mtu && !Check(packet, "the packet is within the MTU, or may be fragmented", length, mtu, mayFragment))
        {
            Counters.Add(Counter.IpFragFails);
            _errors.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.FragmentationNeeded, (uint)mtu);
            reason = DropReason.PacketTooBig;
            return false;
        }

        return true;
    }

    /// <summary>Takes one from the time to live; the checksum follows (<c>ip_decrease_ttl</c>, RFC 1624).</summary>
    private static void DecrementTimeToLive(PacketBuffer packet)
    {
        if (IPv4Editor.TryParse(packet.Linear, out IPv4Editor editor))
        {
            byte timeToLive = editor.TimeToLive;
            editor.TimeToLive = (byte)(timeToLive - 1);
            editor.HeaderChecksum = InternetChecksum.Update(editor.HeaderChecksum, (ushort)(timeToLive << 8), (ushort)((timeToLive - 1) << 8));
        }
    }
}
