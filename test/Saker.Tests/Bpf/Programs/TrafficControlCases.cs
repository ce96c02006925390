using System.Buffers.Binary;
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
    ];

    /// <summary>Frames as the kernel takes them for test runs of tc: with a whole header of IP, if the type says that there is one.</summary>
    private static IEnumerable<byte[]> Frames(int seed, int count) => new TrafficMix(seed).Frames(count).Concat(ProgramCase.SampleFrames).Where(frame => frame.Length >= Link + BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Link - 2)) switch
    {
        TypeIPv4 => 20,
        TypeIPv6 => 40,
        _ => 1,
    });
}
