using FsCheck;
using FsCheck.Fluent;
using Saker.Packets;
using Saker.Stack.Devices;

namespace Saker.Tests.Stack.Gro;

/// <summary>What was merged and cut again is what came in.</summary>
public class GroRoundTripTests
{
    /// <summary>Any segments of a few flows, most of them as a sender would send them, some changed, some out of order.</summary>
    public static Arbitrary<Traffic> AnyTraffic { get; } = (
        from flows in FlowGen().ListOf()
        from order in Gen.Choose(0, int.MaxValue)
        from isShuffled in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from offload in Gen.Elements(
            new ReceiveOffload(),
            new ReceiveOffload { MergeForwardedUdp = true },
            new ReceiveOffload { KeepSegments = true },
            new ReceiveOffload { MergeForwardedUdp = true, MaximumIPv4Size = 3000, MaximumSize = 5000 })
        from state in Gen.Elements(ChecksumState.None, ChecksumState.Complete)
        from polls in Gen.Choose(1, 4)
        from byCopy in Gen.Elements(false, true)
        from frameSize in Gen.Elements(512, 2048)
        select new Traffic([.. flows], order, isShuffled, offload, state, polls, byCopy, frameSize)).ToArbitrary();

    /// <summary>
    /// Every frame comes out as the very frame that came in, where the kernel promises it, and no payload is lost, doubled or changed in any case. (What cannot be merged
    /// overtakes what is held where the kernel lets it.)
    /// </summary>
    [Fact]
    public void Frames_come_out_as_the_frames_that_came_in() => Properties.Hold(
        Prop.ForAll(AnyTraffic, traffic =>
        {
            SegmentFrame[] frames = traffic.Interleave();
            using GroRun run = traffic.Run(frames);
            return AreEqual(Comparable(run.CutFrames, traffic.Offload), Comparable(frames.Select(frame => frame.ToBytes()), traffic.Offload));
        }),
        @long: 150_000);

    /// <summary>A flow that a sender sends in order stays in order.</summary>
    [Fact]
    public void A_flow_sent_in_order_comes_out_in_order() => Properties.Hold(
        Prop.ForAll(AnyTraffic, traffic =>
        {
            SegmentRow[] clean = [.. traffic.Flows.Select((flow, index) => flow with { First = flow.First with { SourcePort = (ushort)(4000 + index) }, Changes = [] })];
            Traffic ordered = traffic with { Flows = clean, IsShuffled = false };
            SegmentFrame[] frames = ordered.Interleave();
            using GroRun run = ordered.Run(frames);
            ILookup<string, byte[]> came = frames.Select(frame => frame.ToBytes()).ToLookup(FlowOf);
            ILookup<string, byte[]> left = run.CutFrames.ToLookup(FlowOf);
            return came.Count == left.Count && came.All(flow => AreEqual(left[flow.Key].Select(PayloadOf), flow.Select(PayloadOf)));
        }),
        @long: 150_000);

    private static bool AreEqual(IEnumerable<byte[]> actual, IEnumerable<byte[]> expected)
    {
        return actual.SequenceEqual(expected, EqualityComparer<byte[]>.Create((one, other) => one.AsSpan().SequenceEqual(other)));
    }

    private static int NetworkOf(byte[] frame)
    {
        int offset = 12;
        while (frame[offset] == 0x81)
        {
            offset += 4;
        }

        return offset + 2;
    }

    private static bool IsUdp(byte[] frame)
    {
        int network = NetworkOf(frame);
        return frame[network] >> 4 == 4 ? frame[network + 9] == 17 : TransportOf(frame).IsUdp;
    }

    private static (int Offset, bool IsUdp) TransportOf(byte[] frame)
    {
        int network = NetworkOf(frame);
        if (frame[network] >> 4 == 4)
        {
            return (network + ((frame[network] & 15) * 4), frame[network + 9] == 17);
        }

        bool isExtended = frame[network + 6] == 60;
        int end = network + 40 + (isExtended ? (frame[network + 41] + 1) * 8 : 0);
        return (end, frame[isExtended ? network + 40 : network + 6] == 17);
    }

    private static string FlowOf(byte[] frame)
    {
        int network = NetworkOf(frame);
        (int transport, bool isUdp) = TransportOf(frame);
        return $"{Convert.ToHexString(frame[..network])} {isUdp} {Convert.ToHexString(frame[transport..(transport + 4)])}";
    }

    private static byte[] PayloadOf(byte[] frame)
    {
        (int transport, bool isUdp) = TransportOf(frame);
        int header = isUdp ? 8 : (frame[transport + 12] >> 4) * 4;
        return frame[(transport + header)..];
    }

    /// <summary>The frames in an order of their own, without what the kernel does not keep: identifications where it numbers anew, and with them the header's checksum.</summary>
    private static byte[][] Comparable(IEnumerable<byte[]> frames, ReceiveOffload offload)
    {
        byte[][] sorted = [.. frames.Select(frame => Comparable(frame, keepsIdentification: !offload.KeepSegments && !IsUdp(frame)))];
        Array.Sort(sorted, (first, second) => first.AsSpan().SequenceCompareTo(second));
        return sorted;
    }

    private static byte[] Comparable(byte[] frame, bool keepsIdentification)
    {
        byte[] copy = [.. frame];
        int network = NetworkOf(frame);
        if (frame[network] >> 4 == 4 && !keepsIdentification)
        {
            copy.AsSpan(network + 4, 2).Clear();
            copy.AsSpan(network + 10, 2).Clear();
        }

        return copy;
    }

    private static Gen<SegmentRow> FlowGen() =>
        from isIPv6 in Gen.Elements(false, true)
        from isUdp in Gen.Elements(false, false, true)
        from port in Gen.Choose(4000, 4003)
        from vlan in Gen.Elements<ushort[]>([], [], [5], [5, 6])
        from size in Gen.Elements(1, 20, 100, 536, 1448)
        from count in Gen.Choose(1, 12)
        from last in Gen.Choose(1, 100)
        from step in Gen.Elements(0, 1, 1, 1)
        from mayNotFragment in Gen.Elements(true, true, false)
        from sequence in Gen.Elements(0u, 1000u, uint.MaxValue - 500)
        from identification in Gen.Elements<ushort>(0, 7, 65530)
        from options in Gen.Elements<byte[]>([], [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2])
        from extension in Gen.Elements(0, 0, 8, 24)
        from changes in Gen.Zip(Gen.Choose(0, count - 1), Gen.Choose(0, SegmentRow.KindsOfChange - 1)).ListOf(2)
        from few in Gen.Choose(0, 2)
        select new SegmentRow(
            new SegmentFrame
            {
                IsIPv6 = isIPv6,
                IsUdp = isUdp,
                SourcePort = (ushort)port,
                VlanTags = vlan,
                DontFragment = mayNotFragment,
                Sequence = sequence,
                Identification = identification,
                TcpOptions = isUdp ? [] : options,
                ExtensionLength = isIPv6 ? extension : 0,
            },
            size,
            count,
            Math.Min(last, size),
            step,
            [.. changes.Take(few)]);

    /// <summary>Flows, and how they meet.</summary>
    public sealed record Traffic(
        SegmentRow[] Flows, int Order, bool IsShuffled, ReceiveOffload Offload, ChecksumState ChecksumState, int Polls, bool CutsByCopy, int FrameSize)
    {
        public SegmentFrame[] Interleave()
        {
            Random random = new(Order);
            Queue<SegmentFrame>[] rows = [.. Flows.Select(flow => new Queue<SegmentFrame>(flow.Frames()))];
            List<SegmentFrame> frames = [];
            while (rows.Any(row => row.Count != 0))
            {
                Queue<SegmentFrame> row = rows[random.Next(rows.Length)];
                for (int i = random.Next(4); i >= 0 && row.Count != 0; i--)
                {
                    frames.Add(row.Dequeue());
                }
            }

            SegmentFrame[] all = [.. frames];
            if (IsShuffled)
            {
                random.Shuffle(all);
            }

            return all;
        }

        internal GroRun Run(SegmentFrame[] frames)
        {
            GroRun run = new(Offload, cuts: true, frameSize: FrameSize, cutsByCopy: CutsByCopy) { ChecksumState = ChecksumState };
            foreach (SegmentFrame[] poll in frames.Chunk(Math.Max(1, (frames.Length + Polls - 1) / Polls)))
            {
                run.Poll(poll);
            }

            return run;
        }
    }
}
