using Saker.Host.Spreading;
using Saker.Stack.Nic;
using Saker.Tests.Stack.Nic;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Spreading;

public class SpreadTests
{
    [Fact]
    public void Flow_stands_for_its_frames_under_any_settings()
    {
        Random random = new(17);
        for (int i = 0; i < Effort.Inputs(2_000, 100_000); i++)
        {
            byte[] frame = CardFrames.Random(random);
            AssertStandsFor(frame.AsSpan(0, random.Next(frame.Length + 1)), random);
            AssertStandsFor(frame, random);
        }
    }

    [CapturesFact]
    public void Flow_stands_for_its_frames_in_all_captures()
    {
        Random random = new(18);
        foreach (string file in CaptureFolder.Files())
        {
            if (!CaptureReader.TryOpen(file, out CaptureReader? reader, out _, anyLinkType: true))
            {
                continue;
            }

            using (reader)
            {
                while (reader.TryReadNext(out CaptureFrame frame))
                {
                    AssertStandsFor(frame.BytesWithoutFcs, random);
                }
            }
        }
    }

    [Fact]
    public void Every_frame_is_in_one_place()
    {
        CardSettings card = new CardSettings().WithQueues(4);
        card = Apply(card, "-N flow-type udp4 action -1 loc 1");
        card = Apply(card, "-N flow-type tcp4 action 2 loc 2");
        Random random = new(19);
        FlowTally tally = new(card);
        int[] queues = new int[4];
        int dropped = 0;
        ReceiveSteering steering = new(card);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] frame = CardFrames.Random(random);
            tally.Add(frame, 100);
            SteeringResult result = steering.Classify(frame);
            if (result.IsDropped)
            {
                dropped++;
            }
            else
            {
                queues[result.Queue]++;
            }
        }

        QueueSpread spread = QueueSpread.Of(tally, card);
        Assert.Equal(queues.Select(frames => new Load(frames, frames * 100)), spread.Queues.Select(queue => queue.Load));
        Assert.Equal(new Load(dropped, dropped * 100), spread.Dropped);
        Assert.Equal(new Load(2_000, 200_000), tally.Total);
        Assert.True(dropped > 0 && tally.Unspread.Count > 0);
    }

    [Fact]
    public void Imbalance_is_the_busiest_queue_over_the_mean()
    {
        Assert.Equal(1, QueueSpread.ImbalanceOf([5, 5, 5]));
        Assert.Equal(3, QueueSpread.ImbalanceOf([9, 0, 0]));
        Assert.Equal(1.5, QueueSpread.ImbalanceOf([3, 1]));
        Assert.Equal(1, QueueSpread.ImbalanceOf([0, 0]));
    }

    [Fact]
    public void Remedies_do_what_they_say()
    {
        CardSettings card = Apply(new CardSettings().WithQueues(4), "-N rx-flow-hash udp4 sd");
        FlowTally tally = new(card);
        Random random = new(20);
        for (int i = 0; i < 3_000; i++)
        {
            tally.Add(CardFrames.Make(IPProtocol.Udp, $"10.0.0.{random.Next(1, 4)}", (ushort)random.Next(1000, 1100), "10.0.1.1", 53), 60);
        }

        double before = QueueSpread.Of(tally, card).Imbalance;
        IReadOnlyList<SpreadRemedy> remedies = SpreadRemedies.Find(tally, card);
        Assert.Contains("-N rx-flow-hash udp4 sdfn", remedies.SelectMany(remedy => remedy.Commands));
        foreach (SpreadRemedy remedy in remedies)
        {
            CardSettings changed = remedy.Commands.Aggregate(card, Apply);
            Assert.Equal(remedy.Imbalance, QueueSpread.Of(tally, changed).Imbalance);
            Assert.InRange(remedy.Imbalance, 1, before);
            before = remedy.Imbalance;
        }

        Assert.InRange(before, 1, 1.02);
    }

    [Fact]
    public void Weights_are_the_best_runs_of_the_tables_entries()
    {
        Random random = new(21);
        for (int i = 0; i < 20; i++)
        {
            CardSettings card = new() { Rss = new RssSettings { Table = IndirectionTable.Default(8, 1) } };
            card = card.WithQueues(3);
            FlowTally tally = new(card);
            for (int flow = 0; flow < 12; flow++)
            {
                byte[] frame = CardFrames.Make(IPProtocol.Udp, "10.0.0.1", (ushort)random.Next(65536), "10.0.1.1", 53);
                for (int j = random.Next(1, 50); j > 0; j--)
                {
                    tally.Add(frame, 60);
                }
            }

            double best = QueueSpread.Of(tally, card).Imbalance;
            for (int first = 0; first <= 8; first++)
            {
                for (int second = 0; first + second <= 8; second++)
                {
                    best = Math.Min(best, QueueSpread.Of(tally, Apply(card, $"-X weight {first} {second} {8 - first - second}")).Imbalance);
                }
            }

            SpreadRemedy? weighted = SpreadRemedies.Find(tally, card).FirstOrDefault(remedy => remedy.Commands is [var only] && only.StartsWith("-X weight", StringComparison.Ordinal));
            Assert.True(weighted is null ? best > 1 + ((QueueSpread.Of(tally, card).Imbalance - 1) * 0.89) : weighted.Imbalance.Equals(best), $"{weighted?.Imbalance} {best}");
        }
    }

    [Fact]
    public void Directions_are_found_together_or_apart()
    {
        CardSettings card = new CardSettings().WithQueues(8);
        FlowTally tally = new(card);
        Random random = new(22);
        for (int i = 0; i < 100; i++)
        {
            (byte[] there, byte[] back) = CardFrames.BothDirections(random);
            tally.Add(there, 60);
            tally.Add(back, 60);
        }

        (int both, int apart) = QueueSpread.Directions(tally, card.Rss);
        Assert.Equal(100, both);
        Assert.InRange(apart, 60, 100);
        Assert.Equal((100, 0), QueueSpread.Directions(tally, card.Rss with { SymmetricXor = true }));
    }

    private static CardSettings Apply(CardSettings card, string command) => ReceiveSteeringTests.Apply(card, command);

    private static void AssertStandsFor(ReadOnlySpan<byte> frame, Random random)
    {
        RssFlow found = RssFlow.Find(frame);
        if (found.Type == RssFlowType.None)
        {
            return;
        }

        CardFlow flow = CardFlow.Of(frame, found);
        RssFlow again = RssFlow.Find(CardFlow.FrameOf(flow));
        Assert.Equal(found.Type, again.Type);
        Assert.Equal(found.Hash(frame, Toeplitz), again.Hash(CardFlow.FrameOf(flow), Toeplitz));
        Assert.Equal(flow, CardFlow.Reverse(CardFlow.Reverse(flow)));
        var fields = (RssFields)random.Next(16);
        Assert.Equal(found.Hash(frame, Toeplitz, fields, symmetric: true), again.Hash(CardFlow.FrameOf(flow), Toeplitz, fields, symmetric: true));
    }

    private static Toeplitz Toeplitz { get; } = new(ToeplitzKey.Verification);
}
