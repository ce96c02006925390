using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Saker.Bpf;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Routes;

/// <summary>A network by chance with routes of all kinds, and questions about it.</summary>
internal sealed class RandomNetwork
{
    /// <summary>Where a question's parameters (<c>struct bpf_fib_lookup</c>), flags and result are in a packet, and how long that is at least.</summary>
    public const int Parameters = 16, Flags = 80, Result = 88, LeastPacket = 96;

    private const uint MissingDevice = 77;
    private const int RoutesOfFamily = 40, Rules = 4, LongestPacket = 1700;

    private static readonly uint[] Devices = [2, 3, 4];
    private static readonly uint[] Tables = [FibRoute.MainTable, FibRoute.MainTable, FibRoute.MainTable, 100, 101, FibRoute.LocalTable, FibRoute.DefaultTable];
    private static readonly string[] Sources = ["10.2.0.7", "10.3.0.7", "192.0.2.1", "0.0.0.0", "127.0.0.1"];
    private static readonly string[] Sources6 = ["2001:db8:2::7", "2001:db8:3::7", "3fff::1", "::", "::1", "fe80::7", "fd00::4"];

    private static readonly string[] Known =
        ["10.2.0.1", "10.2.0.2", "10.2.0.9", "10.2.0.77", "10.2.0.255", "10.3.0.1", "10.3.0.9", "10.4.0.8", "10.2.1.9", "127.0.0.1", "127.1.2.3", "255.255.255.255", "0.0.0.0", "224.0.0.5", "240.0.0.1", "198.51.100.1"];

    private static readonly string[] Known6 =
        ["2001:db8:2::1", "2001:db8:2::", "2001:db8:2::9", "2001:db8:2::77", "2001:db8:3::1", "2001:db8:3::9", "2001:db8:4::8", "fe80::9", "ff02::1", "ff0e::1", "::1", "::", "::ffff:10.2.0.9", "fd00:4::4", "64:ff9b::1", "3fff::1"];

    private readonly Random _random;
    private readonly List<UInt128> _destinations = [], _destinations6 = [];

    public RandomNetwork(int seed, bool hasRules)
    {
        _random = new Random(seed);
        Network = new ProgramNetwork(_random.Next(2) == 0)
            .AddDevice(2).AddDevice(3, 1400, mtu6: 1300).AddDevice(4, 9000, forwards6: false).AddDevice(5, 600, forwards4: false).AddDevice(6, 1500, isUp: false)
            .AddAddress(2, "10.2.0.1", 24).AddAddress(2, "10.2.0.2", 24).AddAddress(2, "10.2.1.1", 30).AddAddress(3, "10.3.0.1", 24).AddAddress(4, "10.4.0.1", 31)
            .AddAddress(2, "2001:db8:2::1", 64).AddAddress(2, "fd00:2::1", 64).AddAddress(3, "2001:db8:3::1", 64).AddAddress(4, "2001:db8:4::1", 127)
            .AddNeighbor(2, "10.2.0.9", [2, 0, 0, 0, 2, 9]).AddNeighbor(3, "10.3.0.9", [2, 0, 0, 0, 3, 9]).AddNeighbor(2, "10.3.0.9", [2, 0, 0, 0, 2, 3])
            .AddNeighbor(2, "2001:db8:2::9", [2, 0, 0, 0, 2, 6]).AddNeighbor(3, "2001:db8:3::9", [2, 0, 0, 0, 3, 6]).AddNeighbor(3, "fe80::9", [2, 0, 0, 0, 3, 7]);
        _destinations.AddRange(Known.Select(IPAddress.Parse).Select(FibPrefix.KeyOf));
        _destinations6.AddRange(Known6.Select(IPAddress.Parse).Select(FibPrefix.KeyOf));
        AddRoutes(AddressFamily.InterNetwork, _destinations);
        AddRoutes(AddressFamily.InterNetworkV6, _destinations6);
        for (var i = 0; hasRules && i < Rules; i++)
        {
            Network.Add(Rule(AddressFamily.InterNetwork, (uint)(100 + i)));
            Network.Add(Rule(AddressFamily.InterNetworkV6, (uint)(100 + i)));
        }
    }

    /// <summary>The network.</summary>
    public ProgramNetwork Network { get; }

    /// <summary>A packet with a question: what bytes say that are not of it is chance, too.</summary>
    public byte[] Question()
    {
        var packet = new byte[_random.Next(4) == 0 ? _random.Next(LeastPacket, LongestPacket) : LeastPacket];
        _random.NextBytes(packet.AsSpan(Parameters));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12), 0x88b5);
        var isIPv6 = OneIn(2);
        var lookup = packet.AsSpan(Parameters, FibLookup.Size);
        lookup[0] = isIPv6 ? FibLookup.IPv6Family : FibLookup.IPv4Family;
        lookup[1] = Of<byte>(6, 17, 1);
        BinaryPrimitives.WriteUInt16BigEndian(lookup[2..], Of<ushort>(1000, 2000, 3000));
        BinaryPrimitives.WriteUInt16BigEndian(lookup[4..], Of<ushort>(53, 80, 443));
        BinaryPrimitives.WriteUInt16LittleEndian(lookup[6..], Of<ushort>(0, 0, 1, 600, 601, 1200, 1280, 1281, 1300, 1301, 1400, 1401, 1500, 1501, 9000, 9001, 65535));
        BinaryPrimitives.WriteUInt32LittleEndian(lookup[8..], OneIn(16) ? Of<uint>(0u, MissingDevice, 1, 5, 6) : Of(Devices));
        BinaryPrimitives.WriteUInt32BigEndian(lookup[12..], isIPv6 ? Of<uint>(0u, 0x01000000, 0x0b8fffff) : Of<uint>(0, 0x10000000, 0x1f000000, 0x04000000, 0xff000000));
        if (OneIn(8))
        {
            _random.NextBytes(lookup[12..16]);
        }

        FibPrefix.Write(FibPrefix.KeyOf(IPAddress.Parse(isIPv6 ? Of(Sources6) : Of(Sources))), lookup.Slice(16, isIPv6 ? 16 : 4));
        FibPrefix.Write(Destination(isIPv6), lookup.Slice(32, isIPv6 ? 16 : 4));
        BinaryPrimitives.WriteUInt32LittleEndian(lookup[48..], Of(Tables.Append(0u).Append(999u).ToArray()));
        BinaryPrimitives.WriteUInt32LittleEndian(lookup[52..], Of<uint>(0u, 0x10, 0x11, 0xff10));
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(Flags), OneIn(3) ? 0u : (uint)_random.Next(OneIn(50) ? 128 : 64));
        return packet;
    }

    private bool OneIn(int cases) => _random.Next(cases) == 0;

    private T Of<T>(params T[] choice) => choice[_random.Next(choice.Length)];

    /// <summary>One of those that routes are for, or beside it.</summary>
    private UInt128 Destination(bool isIPv6)
    {
        var known = Of<UInt128>((isIPv6 ? _destinations6 : _destinations).ToArray());
        return OneIn(2) ? known : known ^ ((UInt128)1 << ((isIPv6 ? 0 : 96) + _random.Next(isIPv6 ? 100 : 26)));
    }

    private void AddRoutes(AddressFamily family, List<UInt128> destinations)
    {
        var isIPv6 = family == AddressFamily.InterNetworkV6;
        HashSet<(IPNetwork, uint, byte, uint)> seen = [];
        for (var i = 0; i < RoutesOfFamily; i++)
        {
            var route = Route(isIPv6, destinations);
            if (seen.Add((route.Destination, route.Table, route.TypeOfService, route.Metric)))
            {
                Network.Add(route);
                destinations.Add(FibPrefix.KeyOf(route.Destination.BaseAddress));
            }
        }
    }

    private FibRoute Route(bool isIPv6, List<UInt128> destinations)
    {
        var type = _random.Next(12) switch { 0 => FibRouteType.Blackhole, 1 => FibRouteType.Unreachable, 2 => FibRouteType.Prohibit, 3 => FibRouteType.Throw, 4 => FibRouteType.Local, _ => FibRouteType.Unicast };
        FibRoute route = new(Prefix(isIPv6, destinations), type is FibRouteType.Unicast or FibRouteType.Local ? Of(Devices) : 0)
        {
            Type = type,
            Table = Of(Tables),
            TypeOfService = (byte)(!isIPv6 && OneIn(5) ? 0x10 : 0),
            Metric = OneIn(3) ? (uint)_random.Next(1, 4) : 0,
        };
        if (type != FibRouteType.Unicast)
        {
            return route;
        }

        var device = route.Device;
        return route with
        {
            NextHop = _random.Next(4) switch
            {
                0 => null,
                1 when !isIPv6 => IPAddress.Parse(Of($"2001:db8:{device}::9", "fe80::9")),
                1 => IPAddress.Parse("fe80::9"),
                _ => IPAddress.Parse(isIPv6 ? device == 4 ? "2001:db8:4::" : $"2001:db8:{device}::9" : device == 4 ? "10.4.0.0" : $"10.{device}.0.{Of(9, 10)}"),
            },
            LockedMtu = OneIn(4) ? Of<uint>(1280u, 1290, 1450) : 0,
            PreferredSource = OneIn(4) ? IPAddress.Parse(isIPv6 ? Of("2001:db8:2::1", "fd00:2::1", "2001:db8:3::1") : Of("10.2.0.1", "10.2.0.2", "10.3.0.1")) : null,
            HasTunnel = OneIn(12),
        };
    }

    /// <summary>A prefix by itself, or one around or within what is routed already.</summary>
    private IPNetwork Prefix(bool isIPv6, List<UInt128> destinations)
    {
        UInt128 own = isIPv6
            ? ((UInt128)0x20010db8 << 96) | ((UInt128)(uint)_random.Next(0x50, 0x58) << 80) | ((UInt128)(uint)_random.Next(4) << 64) | (uint)_random.Next(4)
            : ((UInt128)10 << 120) | ((UInt128)(uint)_random.Next(50, 58) << 112) | ((UInt128)(uint)_random.Next(4) << 104) | ((UInt128)(uint)_random.Next(4) << 96);
        var known = Of<UInt128>([.. destinations.Skip(isIPv6 ? Known6.Length : Known.Length), own]);
        var address = OneIn(3) ? known : own;
        var length = isIPv6 ? Of(0, 32, 40, 48, 56, 64, 96, 126, 128) : Of(0, 1, 8, 15, 16, 17, 24, 30, 32);
        var bytes = new byte[isIPv6 ? 16 : 4];
        FibPrefix.Write(FibPrefix.First(address, length), bytes);
        return new IPNetwork(new IPAddress(bytes), length);
    }

    private FibRule Rule(AddressFamily family, uint priority)
    {
        var isIPv6 = family == AddressFamily.InterNetworkV6;
        return new FibRule(priority)
        {
            Family = family,
            Action = _random.Next(8) switch { 0 => FibRouteType.Blackhole, 1 => FibRouteType.Unreachable, 2 => FibRouteType.Prohibit, _ => FibRouteType.Unicast },
            Table = Of<uint>(100u, 101, FibRoute.DefaultTable),
            Source = OneIn(3) ? IPNetwork.Parse(isIPv6 ? "2001:db8:2::/64" : "10.2.0.0/16") : null,
            Destination = OneIn(3) ? IPNetwork.Parse(isIPv6 ? "2001:db8:50::/46" : "10.52.0.0/14") : null,
            Mark = 0x10,
            MarkMask = OneIn(3) ? Of<uint>(0xffu, 0xf0) : 0,
            InputDevice = OneIn(4) ? Of<uint>(1u, 2, 3) : 0,
            OutputDevice = OneIn(6) ? Of<uint>(2u, 3) : 0,
            TypeOfService = (byte)(OneIn(4) ? 0x10 : 0),
            Transport = (byte)(OneIn(4) ? 17 : 0),
            SourcePorts = OneIn(5) ? (Of<ushort>(1000, 1500), (ushort)2000) : default,
            DestinationPorts = OneIn(5) ? ((ushort)53, Of<ushort>(53, 80)) : default,
            IsInverted = OneIn(5),
        };
    }
}
