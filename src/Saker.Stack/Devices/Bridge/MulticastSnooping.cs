using System.Buffers.Binary;
using System.Collections.Immutable;
using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>
/// What a bridge knows of who wants which group, and where routers of multicast are (<c>net_bridge_mcast</c>), for all CPUs. Readers take no lock; messages, which are
/// few, change it under one, and replace what they change.
/// </summary>
internal sealed class MulticastSnooping
{
    /// <summary>The most groups that are remembered (<c>mcast_hash_max</c>); with one more the bridge listens no longer, as in the kernel.</summary>
    public const int MostGroups = 4096;

    private const long Second = 1_000_000_000;
    private const long MembershipInterval = 260 * Second;
    private const long QuerierInterval = 255 * Second;
    private const long LastMemberInterval = Second;
    private const int LastMemberCount = 2;

    /// <summary>What stands for this host among the ports.</summary>
    private const int Host = 0;

    private readonly Lock _changing = new();
    private readonly Family _ipv4 = new();
    private readonly Family _ipv6 = new();

    /// <summary>Whether it has heard of more groups than it can remember, and so listens no longer.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>Hears of a message (<c>br_multicast_ipv4_rcv</c>, <c>br_multicast_ipv6_rcv</c>).</summary>
    /// <param name="packet">The packet, whose data begins at the network header.</param>
    /// <param name="message">What was read of it.</param>
    /// <param name="port">The port's number; 0: this host sends it.</param>
    /// <param name="vlan">Its VLAN.</param>
    /// <param name="now">The time.</param>
    /// <returns>False if it turns out to have faults, or there are too many groups.</returns>
    public bool TryHear(PacketBuffer packet, in GroupMessage message, int port, ushort vlan, long now)
    {
        if (message.Kind is GroupMessageKind.None or GroupMessageKind.Data)
        {
            return true;
        }

        lock (_changing)
        {
            Family family = message.IsIPv6 ? _ipv6 : _ipv4;
            switch (message.Kind)
            {
                case GroupMessageKind.Report:
                    return TryJoin(family, message.IsIPv6, message.Group, port, vlan, now);
                case GroupMessageKind.Leave:
                    Leave(family, message.Group, port, vlan, now);
                    return true;
                case GroupMessageKind.RecordReport:
                    return TryHearRecords(family, packet.Linear[message.Payload.Start..message.Payload.End], message.IsIPv6, port, vlan, now);
                case GroupMessageKind.RouterHello:
                    family.MarkRouter(port, now);
                    return true;
                default:
                    HearQuery(family, message, port, vlan, now);
                    return true;
            }
        }
    }

    /// <summary>The ports that a multicast packet goes to, if it is not for all.</summary>
    /// <returns>False if the packet is flooded: nobody on the link asks who wants groups, nobody wants this one, or it concerns all.</returns>
    public bool TryFind(in GroupMessage message, ushort vlan, long now, out GroupPorts ports)
    {
        Family family = message.IsIPv6 ? _ipv6 : _ipv4;
        GroupMember[] members = [];
        ports = default;
        if (message.Kind is not (GroupMessageKind.Data or GroupMessageKind.Report or GroupMessageKind.RouterHello) || !family.HasQuerier(now))
        {
            return false;
        }

        bool isKnown = message.Kind != GroupMessageKind.Report
            && Volatile.Read(ref family.Groups).TryGetValue((message.Group, vlan), out members!)
            && GroupPorts.IsWanted(members, now);
        if (!isKnown && message.Kind != GroupMessageKind.Report && GroupMessage.IsLinkLocal(message.Group, message.IsIPv6))
        {
            return false;
        }

        ports = new GroupPorts(isKnown ? members : [], Volatile.Read(ref family.Routers), now);
        return true;
    }

    /// <summary>A port wants a group (<c>br_multicast_add_group</c>).</summary>
    private bool TryJoin(Family family, bool isIPv6, UInt128 group, int port, ushort vlan, long now)
    {
        if (GroupMessage.IsLinkLocal(group, isIPv6))
        {
            return true;
        }

        if (!family.Groups.ContainsKey((group, vlan)) && _ipv4.Groups.Count + _ipv6.Groups.Count >= MostGroups)
        {
            _ipv4.RemoveUnwanted(now);
            _ipv6.RemoveUnwanted(now);
            IsOverrun = _ipv4.Groups.Count + _ipv6.Groups.Count >= MostGroups;
        }

        if (!IsOverrun)
        {
            family.Set((group, vlan), port, now + MembershipInterval, now);
        }

        return !IsOverrun;
    }

    /// <summary>A port wants a group no more (<c>br_multicast_leave_group</c>). While a router asks, it is the one to find out whether anybody else does.</summary>
    private static void Leave(Family family, UInt128 group, int port, ushort vlan, long now)
    {
        if (family.QuerierUntil <= now)
        {
            family.Shorten((group, vlan), port, now + (LastMemberCount * LastMemberInterval), now);
        }
    }

    /// <summary>
    /// Of the records of IGMPv3 and MLDv2 only this is read: a port wants a group, or with an empty list of those that are let through wants it no more
    /// (<c>br_ip4_multicast_igmp3_report</c>, <c>br_ip6_multicast_mld2_report</c>).
    /// </summary>
    private bool TryHearRecords(Family family, ReadOnlySpan<byte> bytes, bool isIPv6, int port, ushort vlan, long now)
    {
        const int HeaderLength = 8, CountOffset = 6, RecordLength = 4;
        const byte ModeIsInclude = 1, ChangeToInclude = 3, Last = 6;
        int addressLength = isIPv6 ? IPv6Address.Size : IPv4Address.Size;
        if (bytes.Length < HeaderLength)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16BigEndian(bytes[CountOffset..]);
        ReadOnlySpan<byte> rest = bytes[HeaderLength..];
        for (; count > 0; count--)
        {
            if (rest.Length < RecordLength + addressLength)
            {
                return false;
            }

            byte type = rest[0];
            int sources = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            ReadOnlySpan<byte> address = rest.Slice(RecordLength, addressLength);
            UInt128 group = isIPv6 ? BinaryPrimitives.ReadUInt128BigEndian(address) : BinaryPrimitives.ReadUInt32BigEndian(address);
            int length = RecordLength + addressLength + (sources * addressLength);
            if (rest.Length < length)
            {
                return false;
            }

            rest = rest[length..];
            if (sources == 0 && (type is ModeIsInclude or ChangeToInclude))
            {
                Leave(family, group, port, vlan, now);
            }
            else if (type is >= ModeIsInclude and <= Last && !TryJoin(family, isIPv6, group, port, vlan, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A router asks (<c>br_ip4_multicast_query</c>, <c>br_ip6_multicast_query</c>).</summary>
    private static void HearQuery(Family family, in GroupMessage query, int port, ushort vlan, long now)
    {
        if (query.IsAboutSources)
        {
            return;
        }

        if (query.Group != 0)
        {
            family.ShortenAll((query.Group, vlan), now + (LastMemberCount * query.ResponseTime), now);
            return;
        }

        // The router with the lowest address is the one who asks, as long as it does.
        if (family.QuerierUntil > now && family.Querier != 0 && query.Source > family.Querier)
        {
            return;
        }

        if (family.QuerierUntil <= now)
        {
            Volatile.Write(ref family.QuerierFrom, now + query.ResponseTime);
        }

        family.Querier = query.Source;
        Volatile.Write(ref family.QuerierUntil, now + QuerierInterval);
        family.MarkRouter(port, now);
    }

    /// <summary>One family's groups, routers and querier.</summary>
    private sealed class Family
    {
        public ImmutableDictionary<(UInt128 Group, ushort Vlan), GroupMember[]> Groups = ImmutableDictionary<(UInt128, ushort), GroupMember[]>.Empty;
        public GroupMember[] Routers = [];
        public UInt128 Querier;
        public long QuerierFrom;
        public long QuerierUntil;

        /// <summary>Whether somebody asks who wants groups, and all have had the time to answer (<c>br_multicast_querier_exists</c>).</summary>
        public bool HasQuerier(long now) => Volatile.Read(ref QuerierUntil) > now && Volatile.Read(ref QuerierFrom) < now;

        public void MarkRouter(int port, long now)
        {
            if (port != Host)
            {
                Volatile.Write(ref Routers, With(Routers, port, now + QuerierInterval, now));
            }
        }

        public void Set((UInt128 Group, ushort Vlan) key, int port, long until, long now) =>
            Volatile.Write(ref Groups, Groups.SetItem(key, With(Groups.GetValueOrDefault(key, []), port, until, now)));

        public void RemoveUnwanted(long now) =>
            Volatile.Write(ref Groups, Groups.RemoveRange(Groups.Where(group => !GroupPorts.IsWanted(group.Value, now)).Select(group => group.Key)));

        public void Shorten((UInt128 Group, ushort Vlan) key, int port, long until, long now)
        {
            if (Groups.TryGetValue(key, out GroupMember[]? members) && Array.Exists(members, member => member.Port == port && member.Until > until))
            {
                Set(key, port, until, now);
            }
        }

        public void ShortenAll((UInt128 Group, ushort Vlan) key, long until, long now)
        {
            foreach (GroupMember member in Groups.GetValueOrDefault(key, []))
            {
                Shorten(key, member.Port, until, now);
            }
        }

        private static GroupMember[] With(GroupMember[] members, int port, long until, long now) =>
            [.. members.Where(member => member.Port != port && member.Until > now), new GroupMember(port, until)];
    }
}

/// <summary>A port that wants a group, or behind which a router is, and until when that holds.</summary>
internal readonly record struct GroupMember(int Port, long Until);

/// <summary>The ports that a packet of a group goes to.</summary>
internal readonly ref struct GroupPorts
{
    private readonly ReadOnlySpan<GroupMember> _members;
    private readonly ReadOnlySpan<GroupMember> _routers;
    private readonly long _now;

    public GroupPorts(ReadOnlySpan<GroupMember> members, ReadOnlySpan<GroupMember> routers, long now)
    {
        _members = members;
        _routers = routers;
        _now = now;
    }

    /// <summary>Whether this host wants it.</summary>
    public bool HasHost => Contains(_members, 0);

    /// <summary>Whether a port is among them.</summary>
    public bool Contains(int port) => Contains(_members, port) || Contains(_routers, port);

    /// <summary>Whether anybody wants a group still.</summary>
    public static bool IsWanted(ReadOnlySpan<GroupMember> members, long now)
    {
        foreach (GroupMember member in members)
        {
            if (member.Until > now)
            {
                return true;
            }
        }

        return false;
    }

    private bool Contains(ReadOnlySpan<GroupMember> members, int port)
    {
        foreach (GroupMember member in members)
        {
            if (member.Port == port && member.Until > _now)
            {
                return true;
            }
        }

        return false;
    }
}
