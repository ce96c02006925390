using System.Globalization;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Nic;
using Saker.Stack.Observation;

namespace Saker.Host.Explain;

/// <summary>Tells of a frame's arrival at the card: what it found in the frame, which queue it chose and why, whether there was room, and when it interrupts.</summary>
internal static class CardVisit
{
    /// <summary>Tells.</summary>
    /// <param name="arrival">How the card was, and what it has decided.</param>
    /// <param name="length">The frame's length in bytes.</param>
    /// <param name="reason">Why it was lost; <see cref="DropReason.None"/>: it was not.</param>
    /// <param name="now">The time.</param>
    public static StageVisit Of(in CardArrival arrival, int length, DropReason reason, long now)
    {
        StageVisit visit = new(Stage.Card);
        if (reason == DropReason.CardRunt)
        {
            visit.Add(new CheckMade("the Ethernet header is there", $"{length}", false));
        }
        else
        {
            TellSteering(visit, arrival);
            if (arrival.Queue is { } queue)
            {
                TellQueue(visit, arrival, queue, reason, now);
            }
        }

        if (reason != DropReason.None)
        {
            visit.Add(new WayEnded(Verdict.Dropped, reason, null));
        }

        return visit;
    }

    private static void TellSteering(StageVisit visit, in CardArrival arrival)
    {
        SteeringResult steering = arrival.Steering;
        visit.Add(new NoteMade("flow type", steering.Flow.Type.Name() ?? "none that the card knows"));
        switch (steering.Status)
        {
            case SteeringStatus.Rule:
                string rule = arrival.Card.Rules.Rules.First(rule => rule.Location == steering.Rule).ToString();
                visit.Add(new NoteMade($"flow rule {steering.Rule}", rule));
                visit.Add(new NoteMade("queue", steering.IsDropped ? "none: the rule drops" : $"{steering.Queue}, by the rule"));
                break;
            case SteeringStatus.Hash:
                IndirectionTable table = arrival.Card.Rss.Table;
                visit.Add(new NoteMade($"hash of {RssFieldLetters.Format(arrival.Card.Rss.Fields[steering.Flow.Type])}", $"0x{steering.Hash:x8}"));
                visit.Add(new NoteMade("queue", $"{steering.Queue}, entry {steering.Hash & (uint)(table.Size - 1)} of {table.Size} of the indirection table"));
                break;
            default:
                visit.Add(new NoteMade("queue", $"{steering.Queue}: there is nothing to hash"));
                break;
        }
    }

    private static void TellQueue(StageVisit visit, in CardArrival arrival, CardQueue queue, DropReason reason, long now)
    {
        visit.Add(new CheckMade("the ring has an empty descriptor", $"{arrival.FreeDescriptors} of {queue.Ring.Length}", reason == DropReason.None));
        InterruptVector vector = queue.Interrupt.Vector;
        long wait = queue.Interrupt.DueAt - now;
        string when = arrival.WasMasked ? "masked while the queue is polled"
            : wait <= 0 ? "at once"
            : string.Create(CultureInfo.InvariantCulture, $"in {wait / 1000.0:0.###} µs, unless it is urgent before");
        visit.Add(new NoteMade("interrupt", $"{vector.Number} {vector.Name} to CPU {vector.Cpu.Index}, {when}"));
    }
}
