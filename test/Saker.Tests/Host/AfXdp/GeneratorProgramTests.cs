using System.Buffers.Binary;
using System.Net;
using Saker.Bpf;
using Saker.Host.AfXdp;
using Saker.Wire;

namespace Saker.Tests.Host.AfXdp;

/// <summary>The program that makes a generator's frames, in this process: headers, flows, numbers and checksums.</summary>
public sealed class GeneratorProgramTests
{
    private const uint Redirect = 4;

    public static TheoryData<string, GeneratedTraffic> Traffics => new()
    {
        { "one flow", new() },
        { "an odd length", new() { Size = 61 } },
        { "ports", new() { Flows = 5, Varied = FlowFields.SourcePort, SourcePort = 65530 } },
        { "more flows than ports", new() { Flows = 40_000, Size = 100 } },
        { "all fields", new() { Flows = 1 << 20, Varied = FlowFields.SourcePort | FlowFields.Source | FlowFields.DestinationPort | FlowFields.Destination } },
        { "destinations", new() { Flows = 300, Varied = FlowFields.Destination, Destination = IPAddress.Parse("198.19.255.250") } },
        { "numbers", new() { IsNumbered = true } },
        { "numbers and flows", new() { IsNumbered = true, Flows = 7, Size = 1514 } },
        { "a tag", new() { Vlan = 7, Flows = 3 } },
        { "IPv6", new() { Source = IPAddress.Parse("2001:db8::ffff:fffe"), Destination = IPAddress.Parse("2001:db8::2"), Size = 80, Flows = 5, Varied = FlowFields.Source | FlowFields.Destination } },
        { "IPv6 with everything", new() { Source = IPAddress.Parse("2001:db8::1"), Destination = IPAddress.Parse("2001:db8::2"), Size = 333, Vlan = 4094, Flows = 1 << 16, IsNumbered = true } },
    };

    [Theory]
    [MemberData(nameof(Traffics))]
    public void Frames_are_whole_and_their_checksums_right(string what, GeneratedTraffic traffic)
    {
        Assert.True(traffic.Fault is null, traffic.Fault);
        using Machine machine = new(traffic);
        HashSet<string> flows = [];
        int count = Math.Min(traffic.Flows, 20_000);
        for (int i = 0; i < count; i++)
        {
            byte[] frame = machine.Next();
            Assert.True(flows.Add(FlowOf(traffic, frame)), $"{what}: flow {i} was there before");
            Assert.Equal(traffic.Size, frame.Length);
            Assert.Equal(traffic.DestinationMac, MacAddress.ReadFrom(frame));
            CheckSums(traffic, frame);
            if (traffic.IsNumbered)
            {
                Assert.Equal((ulong)i, BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(traffic.PayloadOffset)));
            }
        }

        if (count == traffic.Flows)
        {
            // The first flow's turn again.
            Assert.Contains(FlowOf(traffic, machine.Next()), flows);
        }

        Assert.Equal((ulong)count + (count == traffic.Flows ? 1UL : 0), machine.Counted);
    }

    [Fact]
    public void The_first_frame_is_the_template()
    {
        foreach (object[] row in Traffics)
        {
            GeneratedTraffic traffic = (GeneratedTraffic)row[1];
            using Machine machine = new(traffic);
            Assert.Equal(Convert.ToHexString(machine.Template.Frame), Convert.ToHexString(machine.Next()));
        }
    }

    [Fact]
    public void Flows_differ_in_their_order()
    {
        using Machine machine = new(new() { Flows = 20_000 });
        byte[] first = machine.Next();
        for (int i = 1; i < 1 << 14; i++)
        {
            machine.Next();
        }

        byte[] later = machine.Next();
        Assert.Equal((198 << 24) | (18 << 16) | 1, BinaryPrimitives.ReadInt32BigEndian(first.AsSpan(26)));
        Assert.Equal((198 << 24) | (18 << 16) | 2, BinaryPrimitives.ReadInt32BigEndian(later.AsSpan(26)));
        Assert.Equal(first[34..38], later[34..38]);
    }

    [Fact]
    public void A_frame_that_is_too_short_is_dropped()
    {
        using Machine machine = new(new());
        Assert.Equal(0u, machine.Verdict(new byte[41]));
        Assert.Equal(0UL, machine.Counted);
    }

    [Fact]
    public void What_cannot_be_is_told()
    {
        IPAddress second = IPAddress.Parse("::1");
        Assert.Contains("two families", new GeneratedTraffic { Source = second }.Fault, StringComparison.Ordinal);
        Assert.Contains("take 42 at the least", new GeneratedTraffic { Size = 41 }.Fault, StringComparison.Ordinal);
        Assert.Contains("take 74 at the least", new GeneratedTraffic { Size = 70, Source = second, Destination = second, Vlan = 1, IsNumbered = true }.Fault, StringComparison.Ordinal);
        Assert.Contains($"{GeneratedTraffic.LongestFrame} at the most", new GeneratedTraffic { Size = 9000 }.Fault, StringComparison.Ordinal);
        Assert.Contains("numbered from 1 to 4094", new GeneratedTraffic { Vlan = 4095 }.Fault, StringComparison.Ordinal);
        Assert.Contains("vary more fields", new GeneratedTraffic { Flows = 2, Varied = FlowFields.None }.Fault, StringComparison.Ordinal);
        Assert.Contains("vary more fields", new GeneratedTraffic { Flows = (1 << 14) + 1, Varied = FlowFields.SourcePort }.Fault, StringComparison.Ordinal);
        Assert.Null(new GeneratedTraffic { Flows = 1 << 14, Varied = FlowFields.SourcePort }.Fault);
        Assert.Contains("from port 65000 on pass 65535", new GeneratedTraffic { Flows = 1000, SourcePort = 65000 }.Fault, StringComparison.Ordinal);
        Assert.Contains("flows", new GeneratedTraffic { Flows = 0 }.Fault, StringComparison.Ordinal);
    }

    private static string FlowOf(GeneratedTraffic traffic, byte[] frame) => Convert.ToHexString(frame, traffic.NetworkOffset + (traffic.IsIPv6 ? 8 : 12), traffic.IsIPv6 ? 36 : 12);

    private static void CheckSums(GeneratedTraffic traffic, byte[] frame)
    {
        ReadOnlySpan<byte> network = frame.AsSpan(traffic.NetworkOffset), datagram = frame.AsSpan(traffic.TransportOffset);
        if (!traffic.IsIPv6)
        {
            Assert.True(InternetChecksum.Verify(network[..20]), Convert.ToHexString(frame));
        }

        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]));
        Assert.Equal(datagram.Length, BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]));
        uint pseudo = InternetChecksum.Sum(traffic.IsIPv6 ? network[8..40] : network[12..20], (uint)(17 + datagram.Length));
        Assert.True(InternetChecksum.Verify(datagram, pseudo), Convert.ToHexString(frame));
    }

    /// <summary>The program, run over frames as whoever had them before left their headers.</summary>
    private sealed class Machine : IDisposable
    {
        private readonly LoadedObject _loaded;
        private readonly BpfCpu _cpu = new();
        private readonly XdpContext _context = new();
        private readonly int _written;

        public Machine(GeneratedTraffic traffic)
        {
            Template = new TrafficTemplate(traffic);
            _written = traffic.PayloadOffset;
            Assert.True(LoadedObject.TryLoad(GeneratorProgram.Create(traffic, Template), new() { CpuCount = 1 }, out LoadedObject? loaded, out LoadFault? fault), fault?.ToString());
            _loaded = loaded;
            Assert.Equal(BpfError.None, loaded.Map(GeneratorProgram.DevicesName).Update(new byte[4], BitConverter.GetBytes(1)));
        }

        public TrafficTemplate Template { get; }

        public ulong Counted
        {
            get
            {
                byte[] entry = new byte[_loaded.Map(GeneratorProgram.CountersName).EntrySize];
                _loaded.Map(GeneratorProgram.CountersName).Lookup(new byte[4], entry);
                return BitConverter.ToUInt64(entry);
            }
        }

        public byte[] Next()
        {
            byte[] frame = [.. Template.Frame];
            frame.AsSpan(0, _written).Fill(0xa5);
            Assert.Equal(Redirect, Verdict(frame));
            return _context.Data.ToArray();
        }

        public uint Verdict(byte[] frame)
        {
            _context.Load(frame);
            RunResult result = _loaded.Program(GeneratorProgram.ProgramName).Run(_cpu, _context);
            Assert.True(result.IsCompleted, result.Fault.ToString());
            return (uint)result.Value;
        }

        public void Dispose() => _loaded.Dispose();
    }
}
