using System.Buffers.Binary;
using System.Net;
using Saker.Bpf;
using static Saker.Tests.Bpf.Programs.TrafficFrames;

namespace Saker.Tests.Bpf.Programs;

/// <summary>The programs of traffic control.</summary>
internal static class TrafficControlCases
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProgramCase> All { get; } =
    [
        new("vlan_tc")
        {
            Drive = session => ProgramCase.SendAll(session, Frames(ProgramCase.Seed, ProgramCase.MixedFrames)),
            Fill = maps =>
            {
                const uint Pop = 1, Replace = 2, Double = 3, Refuse = 4;
                maps("translations").Put(Raw.Of(10u), Raw.Of(Pop, 0));
                maps("translations").Put(Raw.Of(20u), Raw.Of(Replace, 21));
                maps("translations").Put(Raw.Of(30u), Raw.Of(Double, 100));
                maps("translations").Put(Raw.Of(7u), Raw.Of(Refuse, 0));
            },
        },
        new("nat_tc")
        {
            Fill = maps =>
            {
                const ushort Source = 1, Destination = 2;
                foreach ((string address, ushort port, ushort which, string to, ushort toPort) in ((string, ushort, ushort, string, ushort)[])
                    [
                        ("198.51.100.1", 80, Destination, "10.1.0.1", 8080), ("198.51.100.2", 53, Destination, "10.1.0.2", 53), ("198.51.100.3", 0, Destination, "10.1.0.3", 0),
                        ("198.51.100.4", 53, Destination, "10.1.0.4", 5353), ("10.0.0.1", 80, Source, "203.0.113.7", 81), ("10.0.0.2", 0, Source, "203.0.113.8", 0),
                        ("10.0.0.3", 53, Source, "203.0.113.9", 1053),
                    ])
                {
                    maps("targets").Put(Raw.Of(address, Raw.Network(port), which), Raw.Of(to, Raw.Network(toPort), (ushort)0, 0UL));
                }
            },
            Drive = session => ProgramCase.SendAll(session, Frames(21, 600)),
        },
        new("tunnel_tc")
        {
            Variables = [("local", Raw.Of("203.0.113.1")), ("remote", Raw.Of("192.0.2.10"))],
            Drive = session =>
            {
                TrafficMix chance = new(23);
                foreach (byte[] frame in Frames(ProgramCase.Seed, ProgramCase.MixedFrames))
                {
                    ProgramOutput output = session.Send(new ProgramFrame(frame) { Mark = chance.Of(0u, 1u, 2u) });
                    if (output.Value == 0 && output.Packet.Length > frame.Length + 8)
                    {
                        session.Send(Answer(output.Frame));
                    }
                }
            },
        },
        new("classifier")
        {
            Fill = maps =>
            {
                foreach ((string address, uint length, uint mark, uint priority, ushort queue, ushort number, int verdict) in ((string, uint, uint, uint, ushort, ushort, int)[])
                    [
                        ("198.51.100.0", 24, 0x11, 1, 0, 1, 0), ("198.51.100.2", 32, 0x22, 6, 3, 2, 3), ("198.51.100.4", 31, 0x33, 7, 1, 3, 2), ("203.0.113.0", 25, 0x44, 0, 2, 4, 7),
                    ])
                {
                    maps("rules").Put(Raw.Of(length, address), Raw.Of(mark, priority, queue, number, verdict));
                }
            },
            Drive = session =>
            {
                Random random = new(29);
                foreach (byte[] frame in Frames(ProgramCase.Seed, ProgramCase.MixedFrames))
                {
                    session.Send(new ProgramFrame(frame)
                    {
                        Mark = (uint)random.Next(),
                        Priority = (uint)random.Next(8),
                        Control = [(uint)random.Next(5), .. Enumerable.Range(1, ProgramFrame.ControlWords - 1).Select(_ => (uint)random.Next())],
                    });
                }
            },
        },
        new("chains_tc") { Drive = session => ProgramCase.SendAll(session, Frames(ProgramCase.Seed, ProgramCase.MixedFrames)) },
        new("nat64")
        {
            Variables = [("prefix", Raw.Of(Raw.Network(0x0064ff9bu), 0UL))],
            Drive = session => ProgramCase.SendAll(session, Frames(31, 600)),
        },
        new("forwarder")
        {
            Device = 2,
            Network = ForwarderNetwork,
            Variables = [("watcher", Raw.Of(4u)), ("uplink", Raw.Of(3u))],
            Fill = maps =>
            {
                maps("watched").Put(Raw.Of("10.0.0.1"), Raw.Of(0u));
                maps("watched").Put(Raw.Of("192.0.2.10"), Raw.Of(0u));
            },
            Drive = session => ProgramCase.SendAll(session, Frames(37, 900)),
        },
    ];

    /// <summary>A router with a route of each kind to the hosts of <see cref="TrafficMix"/>.</summary>
    private static ProgramNetwork ForwarderNetwork()
    {
        ProgramNetwork network = new ProgramNetwork().AddDevice(2).AddDevice(3, 1280).AddDevice(4)
            .AddAddress(2, "10.0.0.254", 24).AddAddress(2, "2001:db8::fe", 64).AddAddress(3, "192.0.2.254", 24).AddAddress(3, "2001:db8:3::fe", 64)
            .AddNeighbor(2, "10.0.0.3", [2, 0, 0, 0, 1, 3]).AddNeighbor(3, "192.0.2.1", [2, 0, 0, 0, 1, 1]).AddNeighbor(2, "2001:db8::1", [2, 0, 0, 0, 6, 1])
            .AddNeighbor(3, "fe80::9", [2, 0, 0, 0, 6, 9]);
        IPAddress gateway = IPAddress.Parse("192.0.2.1");
        return network
            .Add(To("198.51.100.1/32", 3) with { NextHop = gateway })
            .Add(To("198.51.100.2/32") with { Type = FibRouteType.Blackhole })
            .Add(To("198.51.100.3/32") with { Type = FibRouteType.Unreachable })
            .Add(To("198.51.100.4/32") with { Type = FibRouteType.Prohibit })
            .Add(To("198.51.100.5/32", 3) with { NextHop = IPAddress.Parse("192.0.2.9") })
            .Add(To("198.51.100.6/32", 3) with { NextHop = gateway, LockedMtu = 100 })
            .Add(To("198.51.100.7/32", 3) with { NextHop = gateway, HasTunnel = true })
            .Add(To("203.0.113.0/24", 2) with { NextHop = IPAddress.Parse("10.0.0.3") })
            .Add(To("224.0.0.0/4", 2))
            .Add(To("2001:db8:2::/48", 3) with { NextHop = IPAddress.Parse("fe80::9") })
            .Add(To("64:ff9b::/96", 2) with { NextHop = IPAddress.Parse("2001:db8::1") })
            .Add(To("64:ff9b::c633:6404/128") with { Type = FibRouteType.Blackhole });
    }

    private static FibRoute To(string destination, uint device = 0) => new(IPNetwork.Parse(destination), device);

    /// <summary>Whether the kernel takes a frame for test runs of tc: with a whole header of IP, if the type says that there is one.</summary>
    public static bool Takes(byte[] frame) => frame.Length >= Link + BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Link - 2)) switch
    {
        TypeIPv4 => 20,
        TypeIPv6 => 40,
        _ => 1,
    };

    private static IEnumerable<byte[]> Frames(int seed, int count) => new TrafficMix(seed).Frames(count).Concat(ProgramCase.SampleFrames).Where(Takes);
}
