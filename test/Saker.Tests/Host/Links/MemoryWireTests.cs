using Saker.Host.Links.Memory;
using Saker.Stack.Softirq;

namespace Saker.Tests.Host.Links;

/// <summary>A wire whose ends a test holds: what it does to frames, and when.</summary>
public sealed class MemoryWireTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public void By_default_frames_arrive_at_once_in_order_and_both_ways()
    {
        MemoryWire wire = new(_clock);
        wire.A.Send([1, 2, 3]);
        wire.A.Send([]);
        wire.B.Send([4]);

        Assert.Equal([1, 2, 3], wire.B.TryReceive());
        Assert.Empty(wire.B.TryReceive()!);
        Assert.Null(wire.B.TryReceive());
        Assert.Equal([4], wire.A.TryReceive());
        Assert.Equal(new WireStatistics(2, 2, 0, 0, 0, 0, 0), wire.A.Outgoing);
        Assert.Equal(wire.B.Incoming, wire.A.Outgoing);
    }

    [Fact]
    public void A_delay_is_kept_to_the_nanosecond()
    {
        MemoryWire wire = Make(new Impairments { Delay = TimeSpan.FromMilliseconds(3) });
        wire.A.Send([1]);
        _clock.AdvanceTo(2_999_999);
        Assert.Null(wire.B.TryReceive());
        Assert.Equal(1, wire.B.Waiting);
        _clock.AdvanceTo(3_000_000);
        Assert.Equal([1], wire.B.TryReceive());
    }

    [Fact]
    public void Frames_share_the_bandwidth()
    {
        MemoryWire wire = Make(new Impairments { BitsPerSecond = 8_000_000, Delay = TimeSpan.FromMicroseconds(10) });
        wire.A.Send(new byte[1000]);
        wire.A.Send(new byte[500]);
        _clock.AdvanceTo(1_009_999);
        Assert.Null(wire.B.TryReceive());
        _clock.AdvanceTo(1_010_000);
        Assert.Equal(1000, wire.B.TryReceive()!.Length);
        _clock.AdvanceTo(1_509_999);
        Assert.Null(wire.B.TryReceive());
        _clock.AdvanceTo(1_510_000);
        Assert.Equal(500, wire.B.TryReceive()!.Length);
    }

    [Fact]
    public void A_full_wire_refuses_frames()
    {
        MemoryWire wire = Make(new Impairments { MostFrames = 3, Duplication = 1 });
        for (int i = 0; i < 5; i++)
        {
            wire.A.Send([(byte)i]);
        }

        Assert.Equal(new WireStatistics(5, 0, 0, 3, 1, 0, 0), wire.A.Outgoing);
        Assert.Equal([0, 0, 1], Drain(wire).Select(frame => frame[0]));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(1.0)]
    public void Loss_duplication_and_corruption_come_as_often_as_is_said(double probability)
    {
        const int Count = 20_000;
        MemoryWire wire = Make(new Impairments
        {
            Loss = probability / 2,
            Duplication = probability,
            Reordering = probability,
            Corruption = probability,
            MostFrames = int.MaxValue,
        });
        for (int i = 0; i < Count; i++)
        {
            wire.A.Send(new byte[50]);
        }

        _clock.AdvanceTo(long.MaxValue);
        List<byte[]> frames = Drain(wire);
        WireStatistics statistics = wire.A.Outgoing;
        double kept = Count - statistics.Lost;
        Assert.Equal(probability / 2, statistics.Lost / (double)Count, 0.02);
        Assert.Equal(probability, statistics.Duplicated / kept, 0.02);
        Assert.Equal(probability, statistics.Reordered / kept, 0.02);
        Assert.Equal(probability, statistics.Corrupted / kept, 0.02);
        Assert.Equal(Count, statistics.Given);
        Assert.Equal(frames.Count, statistics.Delivered);
        Assert.Equal(Count - statistics.Lost + statistics.Duplicated, frames.Count);
        Assert.Equal(0, wire.B.Waiting);

        // A frame that came twice came twice with the same fault.
        Assert.InRange(frames.Count(frame => frame.Sum(octet => int.PopCount(octet)) == 1), statistics.Corrupted, 2 * statistics.Corrupted);
    }

    [Fact]
    public void A_frame_that_is_held_back_is_passed_by_others()
    {
        MemoryWire wire = Make(new Impairments { Reordering = 0.3, ReorderingDelay = TimeSpan.FromTicks(1), Seed = 5 });
        for (int i = 0; i < 20; i++)
        {
            wire.A.Send([(byte)i]);
        }

        byte[] early = [.. Drain(wire).Select(frame => frame[0])];
        _clock.AdvanceTo(100);
        byte[] late = [.. Drain(wire).Select(frame => frame[0])];
        Assert.Equal(early.Order(), early);
        Assert.Equal(late.Order(), late);
        Assert.Equal(Enumerable.Range(0, 20), early.Concat(late).Order().Select(number => (int)number));
        Assert.Equal(wire.A.Outgoing.Reordered, late.Length);
        Assert.NotEmpty(late);
        Assert.NotEmpty(early);
    }

    [Fact]
    public void The_same_seed_makes_the_same_faults_and_another_one_others()
    {
        Assert.Equal(Trace(7), Trace(7));
        Assert.NotEqual(Trace(7), Trace(8));

        string Trace(ulong seed)
        {
            VirtualClock clock = new();
            MemoryWire wire = new(clock, new MemoryWireOptions
            {
                ToB = new Impairments { Loss = 0.1, Duplication = 0.1, Reordering = 0.2, Corruption = 0.2, Seed = seed, Delay = TimeSpan.FromMicroseconds(1) },
            });
            List<string> seen = [];
            for (int i = 0; i < 200; i++)
            {
                wire.A.Send([(byte)i, 0, 0]);
                clock.AdvanceTo(clock.Now + 400);
                while (wire.B.TryReceive() is { } frame)
                {
                    seen.Add($"{clock.Now}:{Convert.ToHexString(frame)}");
                }
            }

            return string.Join(' ', seen);
        }
    }

    [Fact]
    public void What_one_fault_is_set_to_leaves_the_others_where_they_are()
    {
        static long[] Lost(double duplication)
        {
            MemoryWire wire = new(new VirtualClock(), new MemoryWireOptions { ToB = new Impairments { Loss = 0.2, Duplication = duplication, MostFrames = 10_000 } });
            long[] lost = new long[100];
            for (int i = 0; i < lost.Length; i++)
            {
                wire.A.Send([0]);
                lost[i] = wire.A.Outgoing.Lost;
            }

            return lost;
        }

        Assert.Equal(Lost(0), Lost(0.7));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_probability_that_is_none_is_refused(double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(new Impairments { Loss = probability }));

    private MemoryWire Make(Impairments impairments) => new(_clock, new MemoryWireOptions { ToB = impairments });

    private static List<byte[]> Drain(MemoryWire wire)
    {
        List<byte[]> frames = [];
        while (wire.B.TryReceive() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }
}
