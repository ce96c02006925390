using Saker.Host.Replay;

namespace Saker.Tests.Host.Replay;

public sealed class PendingOutcomesTests
{
    [Fact]
    public void Frames_and_timers_are_told_in_the_order_in_which_they_began()
    {
        PendingOutcomes pending = new();
        TimerOutcome before = pending.AddTimer();
        FrameOutcome first = Add(pending, 0);
        TimerOutcome between = pending.AddTimer();
        TimerOutcome alsoBetween = pending.AddTimer();
        FrameOutcome second = Add(pending, 1);
        Assert.Equal(5, pending.Count);

        foreach (ReplayEvent expected in (ReplayEvent[])[before, first, between, alsoBetween, second])
        {
            Assert.Same(expected, pending.First());
            if (expected is FrameOutcome)
            {
                pending.RemoveFrame();
            }
            else
            {
                pending.RemoveTimer();
            }
        }

        Assert.Null(pending.First());
        Assert.Equal(0, pending.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(uint.MaxValue - 20L)]
    public void Frames_are_found_by_number_as_long_as_they_wait_however_many_there_are(long start)
    {
        PendingOutcomes pending = new();
        FrameOutcome[] frames = [.. Enumerable.Range(0, 1000).Select(i => Add(pending, start + i))];
        Assert.All(frames, frame => Assert.Same(frame, pending.Find((uint)frame.Number)));
        Assert.Null(pending.Find((uint)(start - 1)));
        Assert.Null(pending.Find((uint)(start + 1000)));

        pending.RemoveFrame();
        Assert.Null(pending.Find((uint)start));
        Assert.Same(frames[1], pending.First());
    }

    [Fact]
    public void Numbers_may_begin_anew_when_nothing_waits_only()
    {
        PendingOutcomes pending = new();
        Add(pending, 7);
        Assert.Throws<InvalidOperationException>(() => pending.AddFrame(9));
        pending.RemoveFrame();
        Assert.Same(Add(pending, 9), pending.Find(9));
    }

    private static FrameOutcome Add(PendingOutcomes pending, long number)
    {
        FrameOutcome frame = pending.AddFrame(number);
        frame.Begin(number, 0, 60);
        return frame;
    }
}
