using Saker.Host.Explain;
using Saker.Wire;

namespace Saker.Host.Inspection;

/// <summary>Goes through one frame from header to header, and counts what it finds on the way.</summary>
internal ref struct ProtocolWalk
{
    /// <summary>Deeper nests of tunnels and tags are not followed.</summary>
    private const int MaximumDepth = 16;

    private readonly CaptureInspection _inspection;
    private readonly long _frame;
    private readonly int _length;
    private readonly bool _isCut;
    private ProtocolNode? _node;
    private int _depth;

    /// <param name="inspection">What is counted.</param>
    /// <param name="frame">The frame's number.</param>
    /// <param name="length">Its bytes on the wire.</param>
    /// <param name="isCut">Whether the capture kept a part of it only.</param>
    /// <param name="node">The protocol of its link.</param>
    public ProtocolWalk(CaptureInspection inspection, long frame, int length, bool isCut, ProtocolNode? node)
    {
        _inspection = inspection;
        _frame = frame;
        _length = length;
        _isCut = isCut;
        _node = node;
    }

    /// <summary>Reads what an EtherType announces.</summary>
    public void ReadNetwork(EtherType type, ReadOnlySpan<byte> bytes)
    {
        if (++_depth > MaximumDepth)
        {
            return;
        }

        Enter(ProtocolLayer.EtherType, type.IsLength && type is not (EtherType.Ieee8022 or EtherType.Ieee8023) ? (int)EtherType.Ieee8022 : (int)type);
        switch (type)
        {
            case EtherType.IPv4:
                ReadIPv4(bytes);
                break;
            case EtherType.IPv6:
                ReadIPv6(bytes);
                break;
            case EtherType.Vlan or EtherType.ServiceVlan or EtherType.LegacyVlan1 or EtherType.LegacyVlan2 or EtherType.LegacyVlan3 when VlanView.TryParse(bytes, out VlanView vlan):
                ReadNetwork(vlan.Type, vlan.Payload);
                break;
            case EtherType.PppoeSession when PppoeSessionView.TryParse(bytes, out PppoeSessionView session) && session.InnerType != EtherType.None:
                ReadNetwork(session.InnerType, session.Payload);
                break;
            case EtherType.TransparentEthernetBridging when EthernetView.TryParse(bytes, out EthernetView ethernet):
                ReadNetwork(ethernet.Type, ethernet.Payload);
                break;
            default:
                if ((type.IsLength && type != EtherType.Ieee8023) && LlcView.TryParse(bytes, out LlcView llc) && llc.IsSnap
                    && SnapView.TryParse(llc.Payload, out SnapView snap) && snap.Organization == 0 && !snap.Type.IsLength)
                {
                    ReadNetwork(snap.Type, snap.Payload);
                }

                break;
        }
    }

    private void Enter(ProtocolLayer layer, int number) => _node = _inspection.Protocols.Count(_node, layer, number, _length);

    private readonly void Report(CaptureProblem problem)
    {
        // What a cut frame lacks is no fault of who sent it.
        if (!_isCut)
        {
            _inspection.Problems.Add(problem, _frame);
        }
    }

    private void ReadIPv4(ReadOnlySpan<byte> bytes)
    {
        if (!IPv4View.TryParse(bytes, out IPv4View ip) || ip.Version != 4 || !ip.IsHeaderComplete)
        {
            Report(CaptureProblem.IPv4Header);
            return;
        }

        Judge(InternetChecksum.VerifyIPv4Header(ip.Header), CaptureProblem.IPv4Checksum);
        bool isWhole = ip.TotalLength >= ip.HeaderLength && ip.TotalLength <= bytes.Length;
        if (!isWhole)
        {
            Report(CaptureProblem.IPv4Length);
        }

        Enter(ProtocolLayer.IPProtocol, (int)ip.Protocol);
        if (ip.IsFragment)
        {
            _inspection.AddFragment(ip.FragmentOffset == 0);
        }

        if (ip.FragmentOffset == 0)
        {
            uint addresses = InternetChecksum.Add(InternetChecksum.Sum(ip.Source), InternetChecksum.Sum(ip.Destination));
            ReadTransport(ip.Protocol, ip.Payload, new PacketScope(isWhole && !ip.IsFragment ? null : string.Empty, addresses, IsIPv6: false));
        }
    }

    private void ReadIPv6(ReadOnlySpan<byte> bytes)
    {
        if (!IPv6View.TryParse(bytes, out IPv6View ip) || ip.Version != 6)
        {
            Report(CaptureProblem.IPv6Header);
            return;
        }

        if (!ip.IsComplete)
        {
            Report(CaptureProblem.IPv6Length);
        }

        ReadOnlySpan<byte> payload = ip.PayloadLength == 0 ? bytes[IPv6View.FixedLength..] : ip.Payload;
        IPv6ExtensionWalker walker = new(payload, ip.NextHeader);
        bool hasRouting = false;
        while (walker.MoveNext())
        {
            hasRouting |= walker.Header == IPProtocol.Routing;
        }

        if (walker.IsFragment)
        {
            _inspection.AddFragment(walker.End != IPv6WalkEnd.LaterFragment);
        }

        Enter(ProtocolLayer.IPProtocol, (int)walker.NextHeader);
        if (walker.End is IPv6WalkEnd.Truncated or IPv6WalkEnd.Malformed)
        {
            Report(CaptureProblem.IPv6Extensions);
        }
        else if (walker.End == IPv6WalkEnd.UpperLayer)
        {
            // With a routing header the pseudo header may have another destination than this one: not judged here.
            bool canVerify = ip.IsComplete && !walker.IsFragment && !hasRouting;
            uint addresses = InternetChecksum.Add(InternetChecksum.Sum(ip.Source), InternetChecksum.Sum(ip.Destination));
            ReadTransport(walker.NextHeader, payload[walker.Offset..], new PacketScope(canVerify ? null : string.Empty, addresses, IsIPv6: true));
        }
    }

    private void ReadTransport(IPProtocol protocol, ReadOnlySpan<byte> bytes, in PacketScope scope)
    {
        switch (protocol)
        {
            case IPProtocol.Udp:
                ReadUdp(bytes, scope);
                break;
            case IPProtocol.Tcp:
                ReadTcp(bytes, scope);
                break;
            case IPProtocol.IcmpV4:
                JudgeMessage(bytes, scope, 0, CaptureProblem.IcmpChecksum);
                break;
            case IPProtocol.Igmp:
                JudgeMessage(bytes, scope, 0, CaptureProblem.IgmpChecksum);
                break;
            case IPProtocol.IcmpV6 when scope.IsIPv6:
                JudgeMessage(bytes, scope, scope.PseudoHeader(protocol, bytes.Length), CaptureProblem.IcmpV6Checksum);
                break;
            case IPProtocol.IPv4:
                ReadNetwork(EtherType.IPv4, bytes);
                break;
            case IPProtocol.IPv6:
                ReadNetwork(EtherType.IPv6, bytes);
                break;
            case IPProtocol.Gre when GreView.TryParse(bytes, out GreView gre) && gre.IsHeaderComplete && !gre.Protocol.IsLength:
                ReadNetwork(gre.Protocol, gre.Payload);
                break;
        }
    }

    private void ReadUdp(ReadOnlySpan<byte> bytes, in PacketScope scope)
    {
        bool isThere = UdpView.TryParse(bytes, out UdpView udp);
        int length = isThere && udp.DatagramLength != 0 ? udp.DatagramLength : bytes.Length;
        if (!isThere || length < UdpView.FixedLength || (length > bytes.Length && scope.Obstacle is null))
        {
            Report(CaptureProblem.UdpHeader);
            return;
        }

        if (udp.Checksum != 0)
        {
            JudgeSegment(length <= bytes.Length ? bytes[..length] : bytes, udp.Checksum, scope, IPProtocol.Udp, CaptureProblem.UdpChecksum);
        }
        else if (scope is { IsIPv6: true, Obstacle: null })
        {
            Report(CaptureProblem.UdpChecksum);
        }

        EnterPort(udp.SourcePort, udp.DestinationPort);
        if (udp.DestinationPort == VxlanView.Port && VxlanView.TryParse(udp.Payload, out VxlanView vxlan) && EthernetView.TryParse(vxlan.Payload, out EthernetView inner))
        {
            ReadNetwork(inner.Type, inner.Payload);
        }
    }

    private void ReadTcp(ReadOnlySpan<byte> bytes, in PacketScope scope)
    {
        if (!TcpView.TryParse(bytes, out TcpView tcp) || !tcp.IsHeaderComplete)
        {
            Report(CaptureProblem.TcpHeader);
            return;
        }

        JudgeSegment(bytes, tcp.Checksum, scope, IPProtocol.Tcp, CaptureProblem.TcpChecksum);
        EnterPort(tcp.SourcePort, tcp.DestinationPort);
    }

    /// <summary>The service is the one that is asked, or the one that answers.</summary>
    private void EnterPort(ushort source, ushort destination)
    {
        if (ProtocolNames.OfPort(destination) is not null)
        {
            Enter(ProtocolLayer.Port, destination);
        }
        else if (ProtocolNames.OfPort(source) is not null)
        {
            Enter(ProtocolLayer.Port, source);
        }
    }

    private readonly void JudgeMessage(ReadOnlySpan<byte> message, in PacketScope scope, uint pseudoHeader, CaptureProblem problem)
    {
        if (scope.Obstacle is not null)
        {
            _inspection.Problems.AddUnverified();
        }
        else
        {
            Judge(InternetChecksum.Verify(message, pseudoHeader), problem);
        }
    }

    private readonly void JudgeSegment(ReadOnlySpan<byte> segment, ushort stored, in PacketScope scope, IPProtocol protocol, CaptureProblem problem)
    {
        if (scope.Obstacle is not null)
        {
            _inspection.Problems.AddUnverified();
            return;
        }

        uint pseudoHeader = scope.PseudoHeader(protocol, segment.Length);
        bool isRight = InternetChecksum.Verify(segment, pseudoHeader);
        Judge(isRight, !isRight && InternetChecksum.Fold(pseudoHeader) == stored ? CaptureProblem.ChecksumLeftToCard : problem);
    }

    private readonly void Judge(bool isRight, CaptureProblem problem)
    {
        if (isRight)
        {
            _inspection.Problems.AddRight();
        }
        else
        {
            Report(problem);
        }
    }
}
