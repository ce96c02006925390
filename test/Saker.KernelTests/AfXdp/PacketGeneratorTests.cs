using System.Buffers.Binary;
using System.Net;
using Saker.Host.AfXdp;
using Saker.Kernel.Packets;
using Saker.KernelTests.Bpf;
using Saker.Wire;

namespace Saker.KernelTests.AfXdp;

/// <summary>The generator over a wire: what comes out at its other end, what is counted, and what is refused.</summary>
public sealed class PacketGeneratorTests
{
    [KernelTheory]
    [InlineData(false, 100)]
    [InlineData(true, 100)]
    [InlineData(false, GeneratedTraffic.LongestFrame)]
    public void Frames_come_out_whole_each_once_and_in_order(bool isIPv6, int size)
    {
        const int Count = 40;
        using VethPair wire = Ready(mtu: 9000);
        using var receiving = wire.Far.Enter(() => PacketSocket.Open("eth0"));
        GeneratedTraffic traffic = new()
        {
            Size = size,
            Flows = Count,
            IsNumbered = true,
            Source = isIPv6 ? IPAddress.Parse("2001:db8::1") : IPAddress.Parse("198.18.0.1"),
            Destination = isIPv6 ? IPAddress.Parse("2001:db8::2") : IPAddress.Parse("198.19.0.1"),
        };
        wire.Near.Enter(() =>
        {
            Assert.True(PacketGenerator.TryCreate("eth0", traffic, out var generator, out var fault), fault);
            using (generator)
            {
                var report = generator.Run(new() { Count = Count });
                Assert.Null(report.Fault);
                Assert.Equal((Count, Count, 0, 0), (report.Given, report.Sent, report.Dropped, report.Refused));
                Assert.Equal(size, report.FrameSize);
            }
        });

        var buffer = new byte[4096];
        HashSet<int> ports = [];
        for (var i = 0; i < Count;)
        {
            Assert.True(receiving.TryReceive(buffer, out var length, out _) || receiving.Wait(TimeSpan.FromSeconds(1)), $"{i} frames came");
            var frame = buffer.AsSpan(0, length);
            if (length != size)
            {
                continue;
            }

            Assert.Equal((ulong)i++, BinaryPrimitives.ReadUInt64BigEndian(frame[traffic.PayloadOffset..]));
            ports.Add(BinaryPrimitives.ReadUInt16BigEndian(frame[traffic.TransportOffset..]));
            var network = frame[traffic.NetworkOffset..];
            var datagram = frame[traffic.TransportOffset..];
            Assert.True(InternetChecksum.Verify(datagram, InternetChecksum.Sum(isIPv6 ? network[8..40] : network[12..20], (uint)(17 + datagram.Length))));
            buffer.AsSpan().Clear();
        }

        Assert.Equal(Enumerable.Range(1024, Count), ports.Order());
    }

    [KernelFact(Processors = 2)]
    public void Each_CPU_begins_at_flows_of_its_own_and_counts_add_up()
    {
        using VethPair wire = Ready();
        wire.Near.Enter(() =>
        {
            Assert.True(PacketGenerator.TryCreate("eth0", new() { Flows = 100 }, out var generator, out var fault), fault);
            using (generator)
            {
                var report = generator.Run(new() { Count = 10_001, Cpus = [0, 1] });
                Assert.Equal(10_001, report.Given);
                Assert.Equal(10_001, report.Sent + report.Dropped + report.Refused);

                // A run begins anew.
                Assert.Equal(5, generator.Run(new() { Count = 5 }).Given);
                Assert.Contains("processor 1000", generator.Run(new() { Count = 5, Cpus = [1000] }).Fault, StringComparison.Ordinal);
            }
        });
    }

    [KernelFact]
    public void A_rate_is_kept_and_a_duration_ends_it()
    {
        using VethPair wire = Ready();
        wire.Near.Enter(() =>
        {
            Assert.True(PacketGenerator.TryCreate("eth0", new(), out var generator, out var fault), fault);
            using (generator)
            {
                List<GeneratorReport> watched = [];
                var report = generator.Run(new() { Rate = 1000, Duration = TimeSpan.FromSeconds(1.2) }, watched.Add);

                // What is owed is never overdrawn; on a busy machine it may be late.
                Assert.InRange(report.Given, 100, (report.Elapsed.TotalSeconds * 1000) + 1);
                Assert.InRange(report.Elapsed.TotalSeconds, 1.2, 5);
                Assert.NotEmpty(watched);
                using CancellationTokenSource stop = new();
                var stopped = generator.Run(new(), report => stop.Cancel(), stop.Token);
                Assert.True(stopped.Given > 1000);
            }
        });
    }

    [KernelFact]
    public void A_device_that_takes_no_frames_is_told_with_what_mends_it()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            Assert.Equal("eth0 takes no redirected frames, since its other end does not poll: ethtool -K PEER gro on, at the other end, or attach an XDP program there", Fault("eth0"));
            Assert.Equal("frames of 3000 bytes are longer than eth0 sends: ip link set eth0 mtu 2986, or shorter frames", Fault("eth0", size: 3000));
            Assert.Equal("lo is down: ip link set lo up", Fault("lo"));
            NamespaceCommands.Run(wire.Near.Name, ["ip link set lo up"]);
            Assert.StartsWith("lo takes no redirected frames: its driver has no XDP", Fault("lo"), StringComparison.Ordinal);
            Unprivileged.Run(() => Assert.Contains("this thread lacks CAP_BPF", Fault("eth0", isReady: true), StringComparison.Ordinal));
        });

        string Fault(string device, int size = 60, bool isReady = false)
        {
            if (isReady)
            {
                wire.Far.Enter(() => NamespaceCommands.Run(wire.Far.Name, ["ethtool -K eth0 gro on"]));
            }

            Assert.False(PacketGenerator.TryCreate(device, new() { Size = size }, out _, out var fault));
            return fault!;
        }
    }

    private static VethPair Ready(int mtu = 1500)
    {
        VethPair wire = new();
        wire.Near.Enter(() => NamespaceCommands.Run(wire.Near.Name, [$"ip link set eth0 mtu {mtu}"]));
        wire.Far.Enter(() => NamespaceCommands.Run(wire.Far.Name, [$"ip link set eth0 mtu {mtu}", "ethtool -K eth0 gro on"]));
        return wire;
    }
}
