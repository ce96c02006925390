using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>
/// Reads the options of a received packet, writes into them what they ask of every station, and follows a source route
/// (<c>ip_rcv_options</c>, RFC 791 section 3.1, RFC 1812 section 5.2.4.1).
/// </summary>
internal sealed class IPv4Options<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const uint DestinationAddressPointer = 16;

    private readonly ForwardingTables _tables;
    private readonly SourceAddresses _addresses;
    private readonly InputRouting<TTrace> _routing;
    private readonly IcmpErrors<TTrace> _errors;

    public IPv4Options(Cpu cpu, ForwardingTables tables, SourceAddresses addresses, InputRouting<TTrace> routing, IcmpErrors<TTrace> errors)
        : base(cpu)
    {
        _tables = tables;
        _addresses = addresses;
        _routing = routing;
        _errors = errors;
    }

    /// <summary>Reads and follows the options; what they ask for is noted in the packet's <see cref="IPv4Control"/>.</summary>
    /// <param name="packet">The packet, whose data begins at the IP header.</param>
    /// <param name="headerLength">Length of that header, all of which is linear.</param>
    /// <param name="device">Where the packet came in.</param>
    /// <param name="destination">Where it goes; another one if a source route leads on.</param>
    /// <returns>Why the packet must be dropped; the counters have been moved then.</returns>
    public DropReason Receive(PacketBuffer packet, int headerLength, NetworkDevice device, ref Destination destination)
    {
        Enter(packet, Stage.IPv4Options);
        if (!packet.TryMakeWritable())
        {
            Counters.Add(Counter.IpInDiscards);
            return DropReason.NotSpecified;
        }

        Span<byte> header = packet.Linear[..headerLength];
        ref IPv4Control control = ref packet.Control<IPv4Control>();
        IPv4OptionFault fault = new IPv4OptionReader(header, ref control, Describe(packet, header, device, destination)).Read();
        if (!Check(packet, fault.MustHold ?? "the options are sound", fault.Pointer, fault.MustHold is null))
        {
            _errors.Send(packet, IcmpV4Type.ParameterProblem, 0, (uint)fault.Pointer << 24);
            Counters.Add(Counter.IpInHdrErrors);
            return DropReason.IPInHeader;
        }

        return control.SourceRoute == 0 ? DropReason.None : FollowSourceRoute(packet, header, device, ref destination);
    }

    private OptionStation Describe(PacketBuffer packet, ReadOnlySpan<byte> header, NetworkDevice device, Destination destination)
    {
        ForwardingInformation tables = _tables.Current;
        return new OptionStation(tables, RecordedAddress(packet, header, device, destination, tables), InternetTime.MillisecondsOfDay(Cpu.Now));
    }

    /// <summary>
    /// The address under which we write ourselves down: the one that the packet was for, or the one that we would answer with
    /// (<c>fib_compute_spec_dst</c>).
    /// </summary>
    private IPv4Address RecordedAddress(
        PacketBuffer packet, ReadOnlySpan<byte> header, NetworkDevice device, Destination destination, ForwardingInformation tables)
    {
        if (!IPv4View.TryParse(header, out IPv4View ip) || destination.Type == RouteType.Local)
        {
            return ip.Destination;
        }

        if (ip.Source.IsAny)
        {
            return _addresses.Select(device, ip.Source, RouteScope.Link);
        }

        RouteAnswer back = tables.Lookup(new RouteQuery(ip.Source) { TypeOfService = (byte)(ip.TypeOfService & 0xfc) });
        Note(packet, "the way back", back);
        return back.Found ? _addresses.Of(back) : _addresses.Select(device, ip.Source, RouteScope.Universe);
    }

    /// <summary><c>ip_options_rcv_srr</c>: goes along the route's addresses as long as they are ours.</summary>
    private DropReason FollowSourceRoute(PacketBuffer packet, Span<byte> header, NetworkDevice device, ref Destination destination)
    {
        ref IPv4Control control = ref packet.Control<IPv4Control>();
        bool isStrict = (control.Options & IPv4OptionFlags.StrictRoute) != IPv4OptionFlags.None;
        if (!Check(packet, "accept_source_route is on", device.Name, device.IPv4 is { Settings.AcceptSourceRoute: true })
            || !Check(packet, "a source route comes in a frame for us alone", packet.PacketType, packet.PacketType == PacketType.Host))
        {
            return DropReason.NotSpecified;
        }

        if (destination.Type == RouteType.Unicast)
        {
            if (Check(packet, "a strict route names the next station", destination, !isStrict))
            {
                return DropReason.None;
            }

            _errors.Send(packet, IcmpV4Type.ParameterProblem, 0, DestinationAddressPointer << 24);
            return DropReason.NotSpecified;
        }

        if (!Check(packet, "the packet is for us or for another host", destination, destination.Type == RouteType.Local))
        {
            return DropReason.NotSpecified;
        }

        Span<byte> option = header[control.SourceRoute..];
        int length = option[1];
        int pointer = option[2];
        for (; pointer <= length; pointer += IPv4Address.Size)
        {
            if (!Check(packet, "the source route has room for an address", pointer, length, pointer + IPv4Address.Size - 1 <= length))
            {
                _errors.Send(packet, IcmpV4Type.ParameterProblem, 0, (uint)(control.SourceRoute + 2) << 24);
                return DropReason.NotSpecified;
            }

            IPv4Address next = IPv4Address.ReadFrom(option[(pointer - 1)..]);
            if (!Check(packet, "a way leads to the source route's next address", next, TryRouteTo(packet, header, device, next, ref destination)))
            {
                return DropReason.NotSpecified;
            }

            control.Options |= IPv4OptionFlags.Changed;
            if (destination.Type == RouteType.Unicast)
            {
                control.Options |= IPv4OptionFlags.SourceRouteHit;
                control.NextHop = next;
                return DropReason.None;
            }
        }

        return DropReason.None;
    }

    /// <summary>Routes to an address of a source route. Where it is ours, it becomes the packet's destination.</summary>
    private bool TryRouteTo(PacketBuffer packet, Span<byte> header, NetworkDevice device, IPv4Address next, ref Destination destination)
    {
        if (!IPv4Editor.TryParse(header, out IPv4Editor editor))
        {
            return false;
        }

        IPv4Address original = editor.Destination;
        editor.Destination = next;
        if (!IPv4View.TryParse(header, out IPv4View view)
            || _routing.Route(packet, view, device) is not { Reason: DropReason.None, Destination: { Type: RouteType.Unicast or RouteType.Local } found })
        {
            editor.Destination = original;
            return false;
        }

        if (found.Type == RouteType.Unicast)
        {
            editor.Destination = original;
        }

        destination = found;
        packet.Destination = found.Index;
        return true;
    }
}
