using System.Buffers.Binary;
using System.Text;
using Saker.Bpf;
using static Saker.Tests.Bpf.Programs.TrafficFrames;

namespace Saker.Tests.Bpf.Programs;

/// <summary>All programs, with what they are tried with. Addresses are those of <see cref="TrafficMix"/>.</summary>
internal static class ProgramCases
{
    private const byte NoPadding = 0;

    /// <summary>Every program.</summary>
    public static IReadOnlyList<ProgramCase> All { get; } = [.. Xdp(), .. XdpWithAnswers(), .. TrafficControlCases.All];

    /// <summary>Every program for every version of the instruction set that it is compiled for.</summary>
    public static TheoryData<string, int> Versions
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (ProgramCase @case in All)
            {
                for (int version = @case.LeastVersion; version <= 4; version++)
                {
                    data.Add(@case.Name, version);
                }
            }

            return data;
        }
    }

    /// <summary>The program of a name.</summary>
    public static ProgramCase Find(string name) => All.Single(@case => @case.Name == name);

    /// <summary>Writes an entry that has not been there.</summary>
    public static void Put(this IBpfMap map, byte[] key, byte[] value) => Assert.Equal(BpfError.None, map.Update(key, value));

    private static IEnumerable<ProgramCase> Xdp() =>
    [
        new("port_filter")
        {
            Fill = maps =>
            {
                foreach ((ushort port, byte protocol) in ((ushort, byte)[])[(53, Udp), (8080, Tcp), (22, Tcp)])
                {
                    maps("blocked").Put(Raw.Of(port, protocol, NoPadding), new byte[16]);
                }
            },
        },
        new("prefix_filter")
        {
            Fill = maps =>
            {
                foreach ((string address, uint length, uint drops, uint tag) in ((string, uint, uint, uint)[])
                    [
                        ("10.0.0.0", 8, 0, 1), ("10.0.0.4", 30, 1, 2), ("10.0.0.5", 32, 0, 3), ("192.0.2.0", 24, 1, 4), ("203.0.113.0", 24, 0, 20), ("2001:db8::", 32, 0, 5),
                        ("2001:db8:1::", 48, 1, 6), ("64:ff9b::", 96, 1, 7), ("64:ff9b::a00:0", 104, 0, 8),
                    ])
                {
                    maps(address.Contains(':', StringComparison.Ordinal) ? "sources6" : "sources4").Put(Raw.Of(length, address), Raw.Of(drops, tag));
                }
            },
        },
        new("tcp_options"),
        new("fragment_filter") { Drive = session => ProgramCase.SendAll(session, new TrafficMix(2).Frames(800).Concat(ProgramCase.SampleFrames)) },
        new("protocol_counter"),
        new("top_talkers"),
        new("rate_limiter") { Variables = [("step", Raw.Of(3_000_000UL))] },
        new("extension_headers") { Drive = session => ProgramCase.SendAll(session, new TrafficMix(3).Frames(900).Concat(ProgramCase.SampleFrames)) },
        new("dns_filter")
        {
            Drive = ProgramCase.DriveAlso(300, mix => mix.Link4(IPv4(mix.Source(), "198.51.100.2", Udp, Datagram(1000, 53, mix.Question())))),
            Fill = maps =>
            {
                maps("domains").Put(Raw.Of(NameHash("bad.example")), Raw.Of(1, 0));
                maps("domains").Put(Raw.Of(NameHash("example.com")), Raw.Of(0, 0));
            },
        },
        new("parser_chain"),
        new("chains_xdp"),
        new("flow_events"),
        new("packet_history"),
        new("redirector")
        {
            Fill = maps =>
            {
                const uint Loopback = 1, QueueSize = 64;
                maps("devices").Put(Raw.Of(0u), Raw.Of(Loopback, 0u));
                maps("devices").Put(Raw.Of(10u), Raw.Of(Loopback, 0u));
                maps("by_address").Put(Raw.Of("198.51.100.3"), Raw.Of(Loopback));
                maps("processors").Put(Raw.Of(1u), Raw.Of(QueueSize));
            },
        },
        new("tenants")
        {
            Drive = ProgramCase.DriveAlso(500, mix => Tagged(mix.Next4(), mix.Of<ushort>(10, 20, 30))),
            Fill = maps =>
            {
                maps("tenant_10").Put(Raw.Of((Tcp << 16) | 80), Raw.Of((byte)1, NoPadding, (ushort)0, 0u));
                maps("tenant_10").Put(Raw.Of((Udp << 16) | 53), Raw.Of((byte)0, (byte)46, (ushort)0, 0u));
                maps("tenant_20").Put(Raw.Of(Icmp << 16), Raw.Of((byte)1, NoPadding, (ushort)0, 0u));
                maps("tenant_20").Put(Raw.Of((Tcp << 16) | 443), Raw.Of((byte)0, (byte)48, (ushort)0, 0u));
            },
        },
        new("flow_table"),
        new("arithmetic") { LeastVersion = 4 },
        new("far_jumps") { Object = "arithmetic", LeastVersion = 4 },
        new("atomics") { LeastVersion = 3 },
        new("http_text")
        {
            Drive = ProgramCase.DriveAlso(200, mix => mix.Link4(IPv4(mix.Source(), "10.0.0.1", Tcp, TcpSegment(80, 40000, 24, options: mix.Of<byte[]>([], [1, 1, 1, 0]), data: mix.Text())))),
        },
        new("unreachable")
        {
            Variables = [("own_address", Raw.Of("203.0.113.1"))],
            Fill = maps =>
            {
                maps("open_ports").Put(Raw.Of(53u / 64), Raw.Of(1UL << 53));
                maps("open_ports").Put(Raw.Of(80u / 64), Raw.Of(1UL << (80 % 64)));
            },
        },
        new("load_balancer")
        {
            Variables = [("own_address", Raw.Of("192.0.2.1"))],
            Fill = FillLoadBalancer,
            Drive = ProgramCase.DriveAlso(500, mix => mix.Link4(mix.OneIn(2)
                ? IPv4(mix.Source(), mix.Of("198.51.100.1", "198.51.100.3"), Tcp, TcpSegment((ushort)(mix.Of(1000, 2000, 3000) + mix.Bytes(9).Length), 80, 16, data: mix.Bytes(50)))
                : IPv4(mix.Source(), "198.51.100.2", Udp, Datagram((ushort)mix.Of(1, 2, 3), 53, mix.Question())))),
        },
        new("buffers") { Drive = DriveBuffers },
    ];

    /// <summary>Programs to which what they send comes back in one way or another.</summary>
    private static IEnumerable<ProgramCase> XdpWithAnswers() =>
    [
        new("ipip")
        {
            Fill = maps =>
            {
                byte[] hop = [2, 0, 0, 0, 0, 9];
                maps("tunnels").Put(Raw.Of("198.51.100.5"), Raw.Of(0u, "203.0.113.1", new byte[12], "192.0.2.10", new byte[12], hop, (ushort)0));
                maps("tunnels").Put(Raw.Of("198.51.100.6"), Raw.Of(1u, "2001:db8::1", "2001:db8::2", hop, (ushort)0));
            },
            Drive = session => DriveBack(session, 400, (_, sent) => sent),
        },
        new("gre")
        {
            Fill = maps =>
            {
                maps("by_key").Put(Raw.Network(5u), Raw.Of(Raw.Network(5u), "203.0.113.1", "10.0.0.1", 2u, 0UL, 0UL));
                maps("by_host").Put(Raw.Of("198.51.100.7"), Raw.Network(5u));
                maps("by_host").Put(Raw.Of("198.51.100.8"), Raw.Network(6u));
            },
            Drive = session =>
            {
                DriveBack(session, 300, (_, sent) => Answer(sent));
                TrafficMix mix = new(5);
                for (int i = 0; i < 200; i++)
                {
                    session.Send(mix.Link4(IPv4("10.0.0.1", "203.0.113.1", Gre, mix.GrePacket())));
                }
            },
        },
        new("vxlan")
        {
            Fill = maps =>
            {
                byte[] gateway = [2, 0, 0, 0, 0, 9];
                maps("by_vlan").Put(Raw.Of((ushort)10), Raw.Of("2001:db8::1", "2001:db8::2", gateway, (ushort)10, 5001u));
                maps("by_vlan").Put(Raw.Of((ushort)20), Raw.Of("2001:db8::1", "2001:db8::3", gateway, (ushort)20, 5002u));
                maps("by_number").Put(Raw.Of(5001u), Raw.Of((ushort)10));
            },
            Drive = session => DriveBack(session, 600, (mix, sent) =>
            {
                // Now and then a byte of it is lost on the way, the network's number among them.
                if (mix.OneIn(5))
                {
                    sent[mix.Of(55, 60, 64, sent.Length - 1)] ^= 0x20;
                }

                return sent;
            }),
        },
        new("nat_xdp")
        {
            Variables = [("inside", Raw.Of("10.0.0.0")), ("outside", Raw.Of("203.0.113.1"))],
            Drive = session => DriveBack(session, 400, (_, sent) => Answer(sent)),
        },
        new("syn_proxy")
        {
            Variables = [("step", Raw.Of(150_000_000UL)), ("lifetime", Raw.Of(20_000_000_000UL))],
            Fill = maps =>
            {
                foreach (ushort port in (ushort[])[80, 443, 22])
                {
                    maps("guarded").Put(Raw.Network(port), Raw.Of(1));
                }
            },
            Drive = DriveHandshakes,
        },
    ];

    /// <summary>Sends a mix; of what is sent back, something is sent in again.</summary>
    private static void DriveBack(ProgramSession session, int count, Func<TrafficMix, byte[], byte[]> change)
    {
        TrafficMix mix = new(ProgramCase.Seed), chance = new(7);
        foreach (byte[] frame in mix.Frames(count).Concat(ProgramCase.SampleFrames))
        {
            ProgramOutput output = session.Send(frame);
            if (output.Value == ProgramOutput.XdpTx && !chance.OneIn(3))
            {
                session.Send(change(chance, [.. output.Frame]));
            }
        }
    }

    /// <summary>Clients that answer what the proxy answers, rightly or not, send data, and come back too late.</summary>
    private static void DriveHandshakes(ProgramSession session)
    {
        const int Sequence = Link + 24, Acknowledgment = Link + 28;
        TrafficMix chance = new(11);
        List<byte[]> known = [];
        foreach (byte[] frame in new TrafficMix(ProgramCase.Seed).Frames(300).Concat(Connections()))
        {
            ProgramOutput output = session.Send(frame);
            if (output.Value == ProgramOutput.XdpTx && !chance.OneIn(5))
            {
                byte[] answer = output.Frame;
                uint cookie = BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(Sequence)), sequence = BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(Acknowledgment));
                byte[] segment = Answer(answer), packet = [.. segment.AsSpan(Link, 20), .. TcpSegment(
                    BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(Link + 20)), BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(Link + 22)), 16, sequence,
                    cookie + 1 + (chance.OneIn(4) ? chance.Of(1u, 0x1000000u, 0x8000000u) : 0))];
                known.Add([.. segment.AsSpan(0, Link), .. packet]);
                session.Send(known[^1]);
            }

            if (known.Count > 0 && chance.OneIn(2))
            {
                byte[] segment = [.. chance.Of(known.ToArray())];
                segment[Link + 33] = chance.Of<byte>(24, 16, 17, 4);
                session.Send(segment);
            }
        }
    }

    private static IEnumerable<byte[]> Connections() => Enumerable.Range(0, 60).Select(i => Ethernet(
        TypeIPv4, IPv4($"10.0.0.{1 + (i % 9)}", "198.51.100.1", Tcp, TcpSegment((ushort)(30000 + i), (ushort)(i % 3 == 0 ? 443 : 80), 2, (uint)(i * 77777), options: i % 4 == 0 ? [] : [2, 4, 5, (byte)(i * 5)]))));

    /// <summary>Frames of all lengths, in one and in several buffers, some with a trailer that is right, or nearly.</summary>
    private static void DriveBuffers(ProgramSession session)
    {
        const int Greatest = 9000;
        Random random = new(13);
        TrafficMix chance = new(13);
        for (int i = 0; i < 200; i++)
        {
            byte[] data = new byte[random.Next(Math.Min(40 << (i % 9), Greatest))];
            random.NextBytes(data);
            byte[] frame = chance.Link4(IPv4("10.0.0.1", "198.51.100.1", Udp, Datagram(1000, (ushort)(i % 3 == 0 ? 53 : 7777), data)));
            ProgramOutput output = session.Send(frame);
            if (output.Value == ProgramOutput.XdpTx && output.Packet.Length == frame.Length + 12)
            {
                byte[] sealedFrame = output.Frame;
                if (chance.OneIn(4))
                {
                    sealedFrame[random.Next(sealedFrame.Length)] ^= 1;
                }

                session.Send(sealedFrame);
            }
        }

        ProgramCase.SendAll(session, ProgramCase.SampleFrames);
    }

    private static void FillLoadBalancer(Func<string, IBpfMap> maps)
    {
        const int TableSize = 251, Servers = 5;
        (string Address, ushort Port, byte Protocol, uint Flags)[] services = [("198.51.100.1", 80, Tcp, 0), ("198.51.100.2", 53, Udp, 2), ("198.51.100.3", 0, Tcp, 0)];
        for (uint number = 0; number < services.Length; number++)
        {
            (string address, ushort port, byte protocol, uint flags) = services[number];
            maps("services").Put(Raw.Of(address, Raw.Network(port), protocol, NoPadding), Raw.Of(number, flags));
            int[] table = MaglevTable(TableSize, Servers, (int)number);
            for (uint i = 0; i < TableSize; i++)
            {
                maps("table").Put(Raw.Of((number * TableSize) + i), Raw.Of((uint)table[i] + 1));
            }
        }

        for (uint server = 1; server <= Servers; server++)
        {
            maps("servers").Put(Raw.Of(server), Raw.Of($"192.0.2.{100 + server}", new byte[] { 2, 0, 0, 0, 1, (byte)server }, (ushort)(server == 4 ? 1 : 0)));
        }
    }

    /// <summary>Each server in turn takes the next free place of its own order of all places, until all are taken (Maglev, NSDI 2016, 3.4).</summary>
    private static int[] MaglevTable(int size, int servers, int salt)
    {
        int[] table = [.. Enumerable.Repeat(-1, size)], next = new int[servers];
        for (int filled = 0; filled < size;)
        {
            for (int server = 0; server < servers && filled < size; server++)
            {
                int offset = ((server + 1) * 7919) + salt, skip = ((server * 104729) % (size - 1)) + 1, place;
                do
                {
                    place = (offset + (next[server]++ * skip)) % size;
                }
                while (table[place] >= 0);
                table[place] = server;
                filled++;
            }
        }

        return table;
    }

    /// <summary>FNV's hash over a name as it lies in a DNS message, without its end.</summary>
    private static uint NameHash(string name)
    {
        uint hash = 0x811c9dc5;
        foreach (string label in name.Split('.'))
        {
            foreach (byte value in (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)])
            {
                hash = (hash ^ value) * 0x01000193;
            }
        }

        return hash;
    }
}
