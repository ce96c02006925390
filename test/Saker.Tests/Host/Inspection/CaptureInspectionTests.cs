using Saker.Host.Inspection;
using Saker.Tests.Wire;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Inspection;

public sealed class CaptureInspectionTests
{
    [Fact]
    public void Both_directions_of_a_flow_are_joined()
    {
        byte[] back = Swapped(SampleFrames.TcpSyn);
        CaptureInspection inspection = Inspect([SampleFrames.TcpSyn, back, SampleFrames.TcpSyn]);
        FlowStatistics flow = Assert.Single(inspection.Flows.MostBytes(10));
        Assert.Equal((2, 1, 3L * SampleFrames.TcpSyn.Length), (flow.FramesForth, flow.FramesBack, flow.Bytes));
        Assert.Equal((ushort)40000, flow.Key.SourcePort);
        Assert.Equal(0.002, flow.Seconds);
    }

    [Fact]
    public void Protocols_are_a_tree()
    {
        CaptureInspection inspection = Inspect([SampleFrames.DoubleTaggedUdp, SampleFrames.ArpRequest, SampleFrames.ArpRequest, SampleFrames.SnapArp]);
        ProtocolNode ethernet = Assert.Single(inspection.Protocols.Roots);
        Assert.Equal(4, ethernet.Frames);
        Assert.Equal("ARP 2", $"{ethernet.Children.First().Name} {ethernet.Children.First().Frames}");
        List<string> way = [];
        for (ProtocolNode? node = ethernet.Children.Single(child => child.Name.Contains("802.1ad", StringComparison.Ordinal)); node is not null; node = node.Children.FirstOrDefault())
        {
            way.Add(node.Name);
        }

        Assert.Equal(["802.1ad VLAN", "802.1Q VLAN", "IPv4", "UDP", "dns"], way);
    }

    [Fact]
    public void Wrong_checksums_are_counted_with_the_first_frame()
    {
        byte[] broken = [.. SampleFrames.DoubleTaggedUdp];
        broken[30] ^= 1;
        CaptureInspection inspection = Inspect([SampleFrames.DoubleTaggedUdp, broken, broken]);
        ProblemCount problem = Assert.Single(inspection.Problems.All);
        Assert.Equal(new ProblemCount(CaptureProblem.IPv4Checksum, 2, 2), problem);
        Assert.Equal(1, inspection.Problems.RightChecksums);
    }

    [Fact]
    public void Fragments_are_counted()
    {
        CaptureInspection inspection = Inspect([SampleFrames.IPv6Fragment]);
        Assert.Equal((1, 0), (inspection.FirstFragments, inspection.LaterFragments));
    }

    [Fact]
    public void Cut_frame_is_no_fault_of_its_sender()
    {
        using MemoryStream stream = new();
        using (PcapWriter writer = new(stream, leaveOpen: true))
        {
            writer.Write(0, SampleFrames.TcpSyn.AsSpan(0, 40), SampleFrames.TcpSyn.Length);
        }

        CaptureInspection inspection = Inspect(stream.ToArray());
        Assert.Equal((1, 1), (inspection.Frames, inspection.CutFrames));
        Assert.Empty(inspection.Problems.All);
    }

    [Fact]
    public void Sizes_fall_between_their_limits()
    {
        CaptureInspection inspection = Inspect([new byte[59], new byte[60], new byte[127], new byte[128], new byte[1514], new byte[1515], new byte[9015]]);
        Assert.Equal(
            [new SizeBucket(0, 59, 1), new SizeBucket(60, 127, 2), new SizeBucket(128, 255, 1), new SizeBucket(1024, 1514, 1), new SizeBucket(1515, 9014, 1), new SizeBucket(9015, null, 1)],
            inspection.Sizes.Buckets);
    }

    [Fact]
    public void Flows_beyond_the_bound_are_counted()
    {
        FlowTable flows = new();
        for (int i = 0; i < FlowTable.MaximumFlows + 5; i++)
        {
            flows.Add(new FlowKey { Source = new IPv6Address(1, (ulong)i), Destination = new IPv6Address(2, 0), Family = FlowAddressFamily.IPv6 }, i, 60);
        }

        flows.Add(new FlowKey { Source = new IPv6Address(1, 0), Destination = new IPv6Address(2, 0), Family = FlowAddressFamily.IPv6 }, 0, 60);
        Assert.Equal((FlowTable.MaximumFlows, 5), (flows.Count, flows.FramesBeyond));
        Assert.Equal(2, flows.MostFrames(1)[0].Frames);
    }

    [Fact]
    public void Damaged_captures_are_inspected_up_to_the_damage()
    {
        const int Seed = 7;
        Random random = new(Seed);
        byte[] whole = File.ReadAllBytes(SampleCaptures.PathOf("web.pcapng"));
        for (int i = 0; i < Effort.Inputs(1_000, 100_000); i++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(20); change >= 0; change--)
            {
                damaged[random.Next(28, damaged.Length)] = (byte)random.Next(256);
            }

            if (CaptureReader.TryOpen(new MemoryStream(damaged, 0, random.Next(28, damaged.Length)), $"seed {Seed}, input {i}", out CaptureReader? reader, out _, anyLinkType: true))
            {
                using (reader)
                {
                    CaptureInspection.Take(reader);
                }
            }
        }
    }

    private static CaptureInspection Inspect(byte[][] frames)
    {
        using MemoryStream stream = new();
        using (PcapWriter writer = new(stream, leaveOpen: true))
        {
            for (int i = 0; i < frames.Length; i++)
            {
                writer.Write(i * 1_000_000L, frames[i]);
            }
        }

        return Inspect(stream.ToArray());
    }

    private static CaptureInspection Inspect(byte[] capture)
    {
        Assert.True(CaptureReader.TryOpen(new MemoryStream(capture), "test", out CaptureReader? reader, out _, anyLinkType: true));
        using (reader)
        {
            return CaptureInspection.Take(reader);
        }
    }

    /// <summary>The same segment in the other direction. The sums over both addresses and both ports do not change.</summary>
    private static byte[] Swapped(byte[] frame)
    {
        byte[] back = [.. frame];
        frame.AsSpan(26, 4).CopyTo(back.AsSpan(30));
        frame.AsSpan(30, 4).CopyTo(back.AsSpan(26));
        frame.AsSpan(34, 2).CopyTo(back.AsSpan(36));
        frame.AsSpan(36, 2).CopyTo(back.AsSpan(34));
        return back;
    }
}
