using Saker.Stack.Devices;
using Saker.Tests.Stack.Gro;
using Saker.Wire;

namespace Saker.KernelTests.Gro;

/// <summary>Frames that are polled together come out of Saker's merging as they come out of the kernel's: the same packets, byte for byte, in the same order.</summary>
public sealed class MergingTests
{
    private static SegmentFrame First { get; } = new() { Payload = SegmentFrame.Bytes(100), Identification = 5 };

    private static SegmentFrame Second { get; } = First with { Sequence = 1100, Payload = SegmentFrame.Bytes(100, 100), Identification = 6 };

    private static SegmentFrame Third { get; } = First with { Sequence = 1200, Payload = SegmentFrame.Bytes(100, 200), Identification = 7 };

    /// <summary>What the second of three segments can differ in.</summary>
    private static Func<SegmentFrame, SegmentFrame>[] Differences { get; } =
    [
        frame => frame,
        frame => frame with { Sequence = frame.Sequence + 1 },
        frame => frame with { Sequence = 1000 },
        frame => frame with { Acknowledgment = 8 },
        frame => frame with { Window = 501 },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Cwr },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Ece },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Psh },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Fin },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Syn },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Rst },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Urg },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Ae },
        frame => frame with { Payload = SegmentFrame.Bytes(101, 100) },
        frame => frame with { Payload = SegmentFrame.Bytes(99, 100) },
        frame => frame with { Payload = [] },
        frame => frame with { TcpOptions = [1, 1, 1, 1] },
        frame => frame with { TypeOfService = 4 },
        frame => frame with { TypeOfService = 2 },
        frame => frame with { TimeToLive = 63 },
        frame => frame with { DontFragment = false },
        frame => frame with { Identification = 5 },
        frame => frame with { Identification = 7 },
        frame => frame with { Identification = 9 },
        frame => frame with { ReservedFlag = true },
        frame => frame with { MoreFragments = true },
        frame => frame with { FragmentOffset = 8 },
        frame => frame with { IPOptions = [1, 1, 1, 1] },
        frame => frame with { FlowLabel = 9 },
        frame => frame with { ExtensionLength = 8 },
        frame => frame with { ExtensionFill = 1 },
        frame => frame with { Padding = 4 },
        frame => frame with { ChecksumError = 1 },
        frame => frame with { HasNoChecksum = true },
        frame => frame with { SourcePort = 4001 },
        frame => frame with { DestinationPort = 9998 },
        frame => frame with { SourceHost = 9 },
        frame => frame with { SourceMac = 9 },
        frame => frame with { VlanTags = [7] },
    ];

    /// <summary>What all three can have in common.</summary>
    private static Func<SegmentFrame, SegmentFrame>[] Grounds { get; } =
    [
        frame => frame,
        frame => frame with { DontFragment = false },
        frame => frame with { IsIPv6 = true },
        frame => frame with { IsIPv6 = true, ExtensionLength = 16 },
        frame => frame with { TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2] },
        frame => frame with { Flags = TcpFlags.Ack | TcpFlags.Cwr },
        frame => frame with { VlanTags = [5] },
        frame => frame with { IsUdp = true },
        frame => frame with { IsUdp = true, IsIPv6 = true },
    ];

    [KernelTheory]
    [InlineData("")]
    [InlineData("rx-udp-gro-forwarding on")]
    [InlineData("rx-gro-list on")]
    public void Every_rule_holds_as_in_the_kernel(string features)
    {
        using KernelMerging kernel = new(features);
        List<string> differences = [];
        for (int ground = 0; ground < Grounds.Length; ground++)
        {
            // Many rows in one poll would push one another out of their bucket, so that each is asked alone.
            for (int difference = 0; difference < Differences.Length; difference++)
            {
                SegmentFrame[] frames = [Grounds[ground](First), Differences[difference](Grounds[ground](Second)), Grounds[ground](Third)];
                Compare(kernel, features, frames, $"ground {ground}, difference {difference}", differences);
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [KernelTheory]
    [InlineData("", 0)]
    [InlineData("rx-udp-gro-forwarding on", 0)]
    [InlineData("rx-gro-list on", 0)]
    [InlineData("rx-udp-gro-forwarding on", 3000)]
    public void Random_rows_are_merged_as_in_the_kernel(string features, int size)
    {
        // Down to 64 KiB this sets the size for IPv4, too.
        string[] commands = size == 0 ? [] : [$"ip link set eth0 gro_max_size {size}"];
        using KernelMerging kernel = new(features, commands);
        Random random = new(features.Length + size);
        List<string> differences = [];
        int rounds = Effort.Inputs(60, 3000);
        for (int round = 0; round < rounds && differences.Count < 5; round++)
        {
            Compare(kernel, features, RandomRows(random), $"round {round}", differences, size);
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static SegmentFrame[] RandomRows(Random random)
    {
        Queue<SegmentFrame>[] rows = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => new Queue<SegmentFrame>(RandomRow(random).Frames()))];
        List<SegmentFrame> frames = [];
        while (frames.Count < 60 && rows.Any(row => row.Count != 0))
        {
            Queue<SegmentFrame> row = rows[random.Next(rows.Length)];
            for (int i = random.Next(4); i >= 0 && row.Count != 0 && frames.Count < 60; i--)
            {
                frames.Add(row.Dequeue());
            }
        }

        SegmentFrame[] all = [.. frames];
        if (random.Next(4) == 0)
        {
            random.Shuffle(all);
        }

        return all;
    }

    private static SegmentRow RandomRow(Random random)
    {
        bool isUdp = random.Next(3) == 0;
        int size = random.GetItems([1, 20, 100, 536, 1448], 1)[0];
        int count = random.Next(1, 12);
        (int, int)[] changes = [.. Enumerable.Range(0, random.Next(3)).Select(_ => (random.Next(count), random.Next(SegmentRow.KindsOfChange)))];
        SegmentFrame first = new()
        {
            IsIPv6 = random.Next(2) == 0,
            IsUdp = isUdp,
            SourcePort = (ushort)random.Next(4000, 4010),
            DontFragment = random.Next(3) != 0,
            Sequence = random.GetItems([0u, 1000u, uint.MaxValue - 500], 1)[0],
            Identification = random.GetItems([(ushort)0, (ushort)7, (ushort)65530], 1)[0],
            TcpOptions = isUdp || random.Next(2) == 0 ? [] : [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
        };
        if (first.IsIPv6)
        {
            first = first with { ExtensionLength = random.GetItems([0, 0, 8, 24], 1)[0] };
        }

        return new SegmentRow(first, size, count, random.Next(1, size + 1), random.Next(4) == 0 ? 0 : 1, changes);
    }

    private static void Compare(KernelMerging kernel, string features, SegmentFrame[] frames, string what, List<string> differences, int size = 0)
    {
        string theirs = string.Join('\n', kernel.Merge([.. frames.Select(frame => frame.ToBytes())]));
        ReceiveOffload offload = new()
        {
            KeepSegments = features.StartsWith("rx-gro-list", StringComparison.Ordinal),
            MergeForwardedUdp = features.StartsWith("rx-udp", StringComparison.Ordinal),
            MaximumSize = size == 0 ? ReceiveOffload.LargestSize : size,
            MaximumIPv4Size = size == 0 ? ReceiveOffload.LargestSize : size,
        };

        // The development machines' kernel is built without VLANs.
        using GroRun run = new(offload, readsVlan: false);
        run.Poll(frames);
        string ours = string.Join('\n', run.Packets.Select(KernelPacket.Of));
        if (ours != theirs)
        {
            differences.Add($"{what}:\n  kernel\n{theirs}\n  Saker\n{ours}");
        }
    }
}
