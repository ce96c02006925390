using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>What a multicast packet is to a bridge that listens to who wants which group (<c>ip_mc_check_igmp</c>, <c>ipv6_mc_check_mld</c>).</summary>
internal enum GroupMessageKind : byte
{
    /// <summary>Nothing that the bridge looks at: no IP.</summary>
    None,

    /// <summary>An IP packet with faults, or a message of IGMP or MLD with faults: the bridge drops it.</summary>
    Malformed,

    /// <summary>A packet of a group.</summary>
    Data,

    /// <summary>Somebody wants a group.</summary>
    Report,

    /// <summary>Somebody wants groups, or wants them no more (IGMPv3, MLDv2).</summary>
    RecordReport,

    /// <summary>Somebody wants a group no more.</summary>
    Leave,

    /// <summary>A router asks who wants which group.</summary>
    Query,

    /// <summary>A router of multicast says that it is there (PIM hello, multicast router discovery).</summary>
    RouterHello,
}

/// <summary>A multicast packet, as far as a bridge reads it. Groups of both families are numbers of 128 bits.</summary>
/// <param name="Kind">What it is.</param>
internal readonly record struct GroupMessage(GroupMessageKind Kind)
{
    private const byte MldQuery = 130, MldReport = 131, MldDone = 132, MldV2Report = 143, RouterAdvertisement = 151;
    private const uint PimRouters = 0xe000_000d;
    private const uint Snoopers = 0xe000_006a;
    private const byte IgmpRouterAdvertisement = 0x30;
    private const byte PimHello = 0x20;

    /// <summary>Whether it is IPv6.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>The packet's destination address, or the group that the message names; 0 in a query about all.</summary>
    public UInt128 Group { get; init; }

    /// <summary>Who asks, in a query.</summary>
    public UInt128 Source { get; init; }

    /// <summary>How long hosts may take to answer a query, in nanoseconds.</summary>
    public long ResponseTime { get; init; }

    /// <summary>Where the message's payload begins and ends, counted from the network header.</summary>
    public (int Start, int End) Payload { get; init; }

    /// <summary>A query that names sources, too, about which the bridge does nothing.</summary>
    public bool IsAboutSources { get; init; }

    /// <summary>Whether a group is of the link only, and so is never restricted to some ports.</summary>
    public static bool IsLinkLocal(UInt128 group, bool isIPv6) => isIPv6 ? group == AllNodes : (group >> 8) == 0xe0_0000;

    private static UInt128 AllNodes => new(0xff02_0000_0000_0000, 1);

    private static UInt128 AllSnoopers => new(0xff02_0000_0000_0000, 0x6a);

    /// <summary>Reads a packet, whose data begins at the network header.</summary>
    public static GroupMessage Read(PacketBuffer packet) => (EtherType)packet.Protocol switch
    {
        EtherType.IPv4 => ReadIPv4(packet),
        EtherType.IPv6 => ReadIPv6(packet),
        _ => default,
    };

    private static GroupMessage ReadIPv4(PacketBuffer packet)
    {
        if (!packet.TryMakeLinear(IPv4View.FixedLength)
            || !IPv4View.TryParse(packet.Linear, out IPv4View ip)
            || ip.Version != 4
            || ip.HeaderLength < IPv4View.FixedLength
            || !packet.TryMakeLinear(ip.HeaderLength)
            || !InternetChecksum.VerifyIPv4Header(packet.Linear[..ip.HeaderLength])
            || !IPv4View.TryParse(packet.Linear, out ip)
            || packet.Length < ip.TotalLength
            || ip.TotalLength < ip.HeaderLength)
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        GroupMessage message = new(GroupMessageKind.Data) { Group = ip.Destination.Value, Source = ip.Source.Value, Payload = (ip.HeaderLength, ip.TotalLength) };
        int length = ip.TotalLength - ip.HeaderLength;
        if (ip.Protocol == IPProtocol.Pim)
        {
            bool isHello = ip.Destination.Value == PimRouters && length >= 1 && packet.TryMakeLinear(ip.HeaderLength + 1) && packet.Linear[message.Payload.Start] == PimHello;
            return isHello ? message with { Kind = GroupMessageKind.RouterHello } : message;
        }

        if (ip.Protocol != IPProtocol.Igmp)
        {
            return message;
        }

        return length < IgmpView.FixedLength
            || !packet.TryMakeLinear(message.Payload.End)
            || !InternetChecksum.Verify(packet.Linear[message.Payload.Start..message.Payload.End], 0)
            ? new GroupMessage(GroupMessageKind.Malformed)
            : ReadIgmp(packet.Linear[message.Payload.Start..message.Payload.End], message);
    }

    private static GroupMessage ReadIgmp(ReadOnlySpan<byte> bytes, in GroupMessage message)
    {
        if (!IgmpView.TryParse(bytes, out IgmpView igmp))
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        UInt128 group = igmp.Group.Value;
        switch (igmp.Type)
        {
            case IgmpType.V1MembershipReport or IgmpType.V2MembershipReport:
                return message with { Kind = GroupMessageKind.Report, Group = group };
            case IgmpType.V2LeaveGroup:
                return message with { Kind = GroupMessageKind.Leave, Group = group };
            case IgmpType.V3MembershipReport:
                return message with { Kind = GroupMessageKind.RecordReport };
            case IgmpType.MembershipQuery:
                return ReadIgmpQuery(bytes, igmp, message);
            default:
                bool isRouter = (byte)igmp.Type == IgmpRouterAdvertisement && message.Group == Snoopers;
                return isRouter ? message with { Kind = GroupMessageKind.RouterHello } : message;
        }
    }

    /// <summary>A query of 8 bytes is of version 1 or 2; of version 1, which tells no time, the group is not looked at.</summary>
    private static GroupMessage ReadIgmpQuery(ReadOnlySpan<byte> bytes, IgmpView igmp, in GroupMessage message)
    {
        const long Tenth = 100_000_000;
        const uint AllHosts = 0xe000_0001;
        if ((igmp.Group.Value == 0 && message.Group != AllHosts) || (bytes.Length != IgmpView.FixedLength && bytes.Length < IgmpV3QueryView.FixedLength))
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        GroupMessage query = message with { Kind = GroupMessageKind.Query, Group = igmp.Group.Value };
        if (IgmpV3QueryView.TryParse(bytes, out IgmpV3QueryView third))
        {
            return query with { ResponseTime = Math.Max(third.MaximumResponseTime * Tenth, 1), IsAboutSources = third.SourceCount != 0 };
        }

        return igmp.MaximumResponseCode == 0
            ? query with { Group = 0, ResponseTime = 100 * Tenth }
            : query with { ResponseTime = igmp.MaximumResponseCode * Tenth };
    }

    private static GroupMessage ReadIPv6(PacketBuffer packet)
    {
        if (!packet.TryMakeLinear(IPv6View.FixedLength)
            || !IPv6View.TryParse(packet.Linear, out IPv6View ip)
            || ip.Version != 6
            || ip.PayloadLength == 0
            || packet.Length < IPv6View.FixedLength + ip.PayloadLength)
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        int end = IPv6View.FixedLength + ip.PayloadLength;
        GroupMessage message = new(GroupMessageKind.Data) { IsIPv6 = true, Group = ip.Destination.Value, Source = ip.Source.Value };
        if (ip.NextHeader != IPProtocol.HopByHop)
        {
            return message;
        }

        if (!packet.TryMakeLinear(end) || !IPv6View.TryParse(packet.Linear, out ip))
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        IPv6ExtensionWalker walker = new(ip);
        IPv6WalkEnd walked = walker.Finish();
        if (walked is IPv6WalkEnd.Truncated or IPv6WalkEnd.NoNextHeader or IPv6WalkEnd.Malformed)
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        if (walked != IPv6WalkEnd.UpperLayer || walker.NextHeader != IPProtocol.IcmpV6)
        {
            return message;
        }

        int start = IPv6View.FixedLength + walker.Offset;
        ReadOnlySpan<byte> bytes = packet.Linear[start..end];
        return bytes.Length < IcmpV6View.FixedLength || !InternetChecksum.Verify(bytes, ip.PseudoHeader(IPProtocol.IcmpV6, bytes.Length))
            ? new GroupMessage(GroupMessageKind.Malformed)
            : ReadMld(bytes, message with { Payload = (start, end) });
    }

    private static GroupMessage ReadMld(ReadOnlySpan<byte> bytes, in GroupMessage message)
    {
        if (!MldView.TryParse(bytes, out MldView mld))
        {
            return message;
        }

        switch ((byte)mld.Type)
        {
            case MldReport:
                return message with { Kind = GroupMessageKind.Report, Group = mld.Group.Value };
            case MldDone:
                return message with { Kind = GroupMessageKind.Leave, Group = mld.Group.Value };
            case MldV2Report:
                return message with { Kind = GroupMessageKind.RecordReport };
            case MldQuery:
                return ReadMldQuery(bytes, mld, message);
            default:
                bool isRouter = (byte)mld.Type == RouterAdvertisement && message.Group == AllSnoopers;
                return isRouter ? message with { Kind = GroupMessageKind.RouterHello } : message;
        }
    }

    private static GroupMessage ReadMldQuery(ReadOnlySpan<byte> bytes, MldView mld, in GroupMessage message)
    {
        const long Millisecond = 1_000_000;
        bool isFromLink = (message.Source >> 118) == 0x3fa;
        if (!isFromLink || (mld.Group == default && message.Group != AllNodes) || (bytes.Length != MldView.FixedLength && bytes.Length < MldV2QueryView.FixedLength))
        {
            return new GroupMessage(GroupMessageKind.Malformed);
        }

        GroupMessage query = message with { Kind = GroupMessageKind.Query, Group = mld.Group.Value };
        return MldV2QueryView.TryParse(bytes, out MldV2QueryView second)
            ? query with { ResponseTime = Math.Max(second.MaximumResponseDelay * Millisecond, 1), IsAboutSources = second.SourceCount != 0 }
            : query with { ResponseTime = mld.MaximumResponseDelay * Millisecond, IsAboutSources = mld.MaximumResponseDelay == 0 && mld.Group != default };
    }
}
