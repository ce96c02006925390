using Saker.Wire;

namespace Saker.Host.Inference;

/// <summary>
/// What the traffic of one station tells of the host behind it: gathered frame by frame, in the order of the capture.
/// </summary>
internal sealed class TrafficObservation
{
    private const int MaximumAddresses = 4096;
    private const int UsualMtu = 1500;
    private const int LongestMtu = 65535;

    private readonly HashSet<Conversation> _begunByOthers = [];
    private readonly HashSet<Conversation> _begunByStation = [];
    private readonly HashSet<Conversation> _connected = [];
    private readonly HashSet<IPv4Address> _seenAddresses = [];

    /// <param name="station">The station.</param>
    public TrafficObservation(MacAddress station) => Station = station;

    /// <summary>The station.</summary>
    public MacAddress Station { get; }

    /// <summary>The addresses that it receives on, in the order in which they were seen.</summary>
    public List<IPv4Address> Addresses { get; } = [];

    /// <summary>The groups that it says it is in, or speaks to as a member would.</summary>
    public HashSet<IPv4Address> Groups { get; } = [];

    /// <summary>The link addresses of others.</summary>
    public Dictionary<IPv4Address, MacAddress> Neighbors { get; } = [];

    /// <summary>Addresses that ARP was spoken with: those on the link.</summary>
    public HashSet<IPv4Address> OnLink { get; } = [];

    /// <summary>Ports from which it answers.</summary>
    public SortedSet<(IPProtocol Protocol, ushort Port)> OpenPorts { get; } = [];

    /// <summary>The longest packet that its device takes: as long as the longest that was seen, and no less than is usual.</summary>
    public int Mtu { get; private set; } = UsualMtu;

    /// <summary>Conversations of which it has a socket of their own: those in which it spoke first, and TCP connections that it accepted.</summary>
    public IEnumerable<Conversation> Connected => _connected;

    /// <summary>Looks at a frame of the link.</summary>
    public void See(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out EthernetView ethernet))
        {
            return;
        }

        // A tag is not counted, as every device takes one beyond its MTU.
        if (frame.Length > UsualMtu + EthernetView.FixedLength + VlanView.FixedLength)
        {
            Mtu = Math.Clamp(frame.Length - EthernetView.FixedLength, Mtu, LongestMtu);
        }

        FlowDissection flow = FlowDissector.Dissect(frame);
        ReadOnlySpan<byte> packet = frame[Math.Min(flow.NetworkOffset, frame.Length)..];
        bool isSent = ethernet.Source == Station;
        bool isReceived = ethernet.Destination == Station;
        switch (flow.Key.NetworkProtocol)
        {
            case EtherType.Arp when ArpView.TryParse(packet, out ArpView arp) && arp.IsEthernetIPv4:
                SeeArp(arp, isSent);
                break;
            case EtherType.IPv4 when IPv4View.TryParse(packet, out IPv4View ip) && ip.Version == 4:
                SeePacket(ip, flow, ethernet, isSent, isReceived);
                break;
        }
    }

    private static bool IsHostAddress(IPv4Address address) =>
        !address.IsMulticast && !address.IsZeroNetwork && !address.IsLoopback && !address.IsReserved;

    private void SeeArp(ArpView arp, bool isSent)
    {
        IPv4Address sender = arp.SenderAddress;
        if (!IsHostAddress(sender))
        {
            return;
        }

        OnLink.Add(sender);
        if (isSent)
        {
            AddAddress(sender);
        }
        else
        {
            Neighbors[sender] = arp.SenderMac;
        }
    }

    private void SeePacket(IPv4View ip, in FlowDissection flow, EthernetView ethernet, bool isSent, bool isReceived)
    {
        if (isSent)
        {
            SeeSent(ip, flow);
            return;
        }

        if (IsHostAddress(ip.Source) && !ethernet.Source.IsMulticast)
        {
            Neighbors[ip.Source] = ethernet.Source;
        }

        if (isReceived && IsHostAddress(ip.Destination))
        {
            AddAddress(ip.Destination);
        }

        if ((isReceived || ethernet.Destination.IsMulticast) && HasPorts(flow))
        {
            Conversation conversation = new(flow.Key.Protocol, ip.Destination, flow.Key.DestinationPort, ip.Source, flow.Key.SourcePort);
            if (!_begunByStation.Contains(conversation))
            {
                _begunByOthers.Add(conversation with { LocalAddress = default });
            }
        }
    }

    private void SeeSent(IPv4View ip, in FlowDissection flow)
    {
        if (ip.Protocol == IPProtocol.Igmp)
        {
            SeeMembership(ip);
        }

        if (!HasPorts(flow))
        {
            return;
        }

        Conversation conversation = new(flow.Key.Protocol, ip.Source, flow.Key.SourcePort, ip.Destination, flow.Key.DestinationPort);
        bool isToGroup = ip.Destination.IsMulticast;
        if (isToGroup && conversation.LocalPort == conversation.RemotePort)
        {
            Groups.Add(ip.Destination);
        }

        if (_begunByOthers.Contains(conversation with { LocalAddress = default }) || isToGroup || ip.Destination.IsLimitedBroadcast)
        {
            OpenPorts.Add((conversation.Protocol, conversation.LocalPort));
            if (conversation.Protocol == IPProtocol.Tcp)
            {
                _connected.Add(conversation);
            }
        }
        else
        {
            _begunByStation.Add(conversation);
            _connected.Add(conversation);
        }
    }

    private void SeeMembership(IPv4View ip)
    {
        if (!IgmpView.TryParse(ip.Payload, out IgmpView igmp))
        {
            return;
        }

        if (igmp.Type is IgmpType.V1MembershipReport or IgmpType.V2MembershipReport && igmp.Group.IsMulticast)
        {
            Groups.Add(igmp.Group);
        }
        else if (igmp.Type == IgmpType.V3MembershipReport && IgmpV3ReportView.TryParse(ip.Payload, out IgmpV3ReportView report))
        {
            foreach (GroupRecordView<IPv4Address> record in report.EnumerateRecords())
            {
                if (record.Group.IsMulticast)
                {
                    Groups.Add(record.Group);
                }
            }
        }
    }

    private void AddAddress(IPv4Address address)
    {
        if (Addresses.Count < MaximumAddresses && _seenAddresses.Add(address))
        {
            Addresses.Add(address);
        }
    }

    private static bool HasPorts(in FlowDissection flow) =>
        flow.Key.Protocol is IPProtocol.Udp or IPProtocol.UdpLite or IPProtocol.Tcp && (flow.Key.SourcePort | flow.Key.DestinationPort) != 0;
}

/// <summary>Two ends that talk, as the station sees them; ports in host order.</summary>
internal readonly record struct Conversation(
    IPProtocol Protocol, IPv4Address LocalAddress, ushort LocalPort, IPv4Address RemoteAddress, ushort RemotePort);
