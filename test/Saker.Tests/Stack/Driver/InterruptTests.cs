using Saker.Stack.Nic;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack.Driver;

/// <summary>When interrupts come, to whom, and what a poll does about them. Times are nanoseconds.</summary>
public sealed class InterruptTests
{
    private const long Microsecond = 1000;

    [Fact]
    public void Without_moderation_each_frame_interrupts()
    {
        using CardHost host = new();
        for (int i = 0; i < 10; i++)
        {
            host.Arrive(1);
            host.Work();
        }

        Assert.Equal((10L, 10), (host.Vector.Counts[0], host.Seen.Count));
    }

    [Fact]
    public void The_first_frame_waits_the_delay_and_those_that_come_meanwhile_share_its_interrupt()
    {
        using CardHost host = new(card: Coalesce(new() { RxMicroseconds = 50 }));
        ArriveAt(host, 0, 10, 49, 50, 51, 99, 100, 101);
        host.AdvanceTo(500 * Microsecond);

        // At 0 the first waits until 50, whose frame comes after the interrupt; so do 51, 99 and 100 until 100.
        Assert.Equal(["50:3", "100:3", "150:2"], _interrupts);
    }

    [Fact]
    public void Two_interrupts_are_the_interval_apart_and_the_first_one_comes_at_once()
    {
        using CardHost host = new(card: Coalesce(new() { RxMicrosecondsHigh = 20 }));
        ArriveAt(host, 0, 5, 19, 21, 90, 95);
        host.AdvanceTo(500 * Microsecond);
        Assert.Equal(["0:1", "20:2", "40:1", "90:1", "110:1"], _interrupts);
    }

    [Fact]
    public void So_many_frames_wait_and_no_more()
    {
        using CardHost host = new(card: Coalesce(new() { RxMicroseconds = 1000, RxFrames = 4 }));
        ArriveAt(host, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        host.AdvanceTo(3000 * Microsecond);
        Assert.Equal(["3:4", "7:4", "1008:1"], _interrupts);
    }

    [Fact]
    public void A_ring_that_runs_low_interrupts_before_it_is_empty()
    {
        using CardHost host = new(new CardOptions { LowDescriptors = 16 }, card: Coalesce(new() { RxMicroseconds = 1000 }, ring: 64));
        ArriveAt(host, [.. Enumerable.Range(0, 100)]);
        host.AdvanceTo(5000 * Microsecond);
        Assert.Equal((0L, 100), (host.Missed, host.Seen.Count));
        Assert.Equal("47:48", _interrupts[0]);
    }

    [Fact]
    public void A_lost_frame_interrupts_at_once_since_the_ring_is_empty()
    {
        using CardHost host = new(card: Coalesce(new() { RxMicroseconds = 1000 }, ring: 64));
        ArriveAt(host, [.. Enumerable.Range(0, 65)]);
        Assert.Equal(["63:63"], _interrupts);
    }

    [Fact]
    public void A_masked_vector_keeps_one_interrupt_until_it_is_let_in()
    {
        using CardHost host = new();
        host.Vector.Mask();
        host.Arrive(3);
        host.Work();
        host.Arrive(3);
        host.Work();
        Assert.True(host.Vector is { IsMasked: true, IsPending: true });
        Assert.Equal((0L, 0), (host.Vector.Counts[0], host.Seen.Count));
        host.Vector.Unmask(host.Vector.Cpu, host.Clock.Now);
        host.Work();
        Assert.Equal((1L, 6), (host.Vector.Counts[0], host.Seen.Count));
        Assert.False(host.Vector.IsMasked);
    }

    [Fact]
    public void More_than_a_budget_is_one_interrupt_and_several_polls()
    {
        using CardHost host = new();
        host.Arrive(300);
        host.Work();
        Assert.Equal((1L, 300), (host.Vector.Counts[0], host.Seen.Count));
    }

    [Fact]
    public void A_poll_that_goes_on_has_descriptors_written_back_at_once()
    {
        using CardHost host = new();
        host.Arrive(100);
        host.Card.RaiseDue(host.Clock.Now);
        host.PollOnce();
        Assert.True(host.Vector.IsMasked && host.Card.Interrupts[0].WritesBackWhileMasked);
        host.Arrive(1);
        host.Card.RaiseDue(host.Clock.Now);
        host.PollOnce();
        Assert.Equal(101, host.Seen.Count);
    }

    [Fact]
    public void A_legacy_interrupt_tells_of_all_queues_and_divides_the_budget()
    {
        using CardHost host = new(new CardOptions { HasOneInterrupt = true }, card: new CardSettings().WithQueues(4));
        Assert.Single(host.Card.Interrupts);
        Assert.Equal("i40e-eth0", host.Vector.Name);
        foreach (CardQueue queue in host.Card.Queues)
        {
            for (int i = 0; i < 40; i++)
            {
                queue.Ring.TryPlace(CardHost.Frame(64), DescriptorStatus.End(default, default, isTransportHash: false), 0, 0, 0);
            }
        }

        host.Arrive(1);
        host.Card.RaiseDue(host.Clock.Now);
        host.PollOnce();
        Assert.Equal(4 * (NapiContext.DriverWeight / 4), host.Seen.Count);
        host.Work();
        Assert.Equal(161, host.Seen.Count);
        Assert.Equal([0, 1, 2, 3], host.Stack.RingsOf(host.Device).Select(ring => ring.Queue));
    }

    [Fact]
    public void Each_queue_has_a_vector_on_a_cpu_of_its_own()
    {
        using CardHost host = new(cpuCount: 2, card: new CardSettings().WithQueues(4));
        Assert.Equal(["i40e-eth0-TxRx-0", "i40e-eth0-TxRx-1", "i40e-eth0-TxRx-2", "i40e-eth0-TxRx-3"], host.Stack.Interrupts.Vectors.Select(vector => vector.Name));
        Assert.Equal([0, 1, 0, 1], host.Stack.Interrupts.Vectors.Select(vector => vector.Cpu.Index));
    }

    [Fact]
    public void A_poll_on_the_wrong_cpu_ends_and_the_interrupt_comes_on_the_right_one()
    {
        using CardHost host = new(cpuCount: 2) { HeldAtMost = 50 };
        host.Arrive(200);
        host.Card.RaiseDue(host.Clock.Now);
        host.Vector.MoveTo(host.Stack.Cpus[1]);
        host.Stack.Cpus[0].Softirq.RunUntilIdle();

        Assert.Equal(64, host.Seen.Count);
        Assert.False(host.Stack.Cpus[0].Softirq.IsRaised);
        Assert.True(host.Stack.Cpus[1].Softirq.IsRaised);
        host.Work();
        Assert.Equal(200, host.Seen.Count);
        Assert.Equal([1, 1], host.Vector.Counts.ToArray());
        Assert.Equal(1, host.Ring.Memory.Owner);

        // And back, with packets of either in the consumer's hands.
        host.Vector.MoveTo(host.Stack.Cpus[0]);
        host.Arrive(10);
        host.Work();
        host.Arrive(10);
        host.Work();
        Assert.Equal([2, 2], host.Vector.Counts.ToArray());
        Assert.Equal((220, 0), (host.Seen.Count, host.Ring.Memory.Owner));
    }

    [Fact]
    public void The_table_is_as_proc_interrupts_shows_it()
    {
        using CardHost host = new(cpuCount: 2, card: new CardSettings().WithQueues(2));
        host.Arrive(1);
        host.Work();
        Assert.Equal(
            "           CPU0       CPU1\n"
            + " 24:          1          0  PCI-MSIX    i40e-eth0-TxRx-0\n"
            + " 25:          0          0  PCI-MSIX    i40e-eth0-TxRx-1\n",
            host.Stack.Interrupts.ToString());
    }

    [Theory]
    [InlineData(1, 56, 112)]
    [InlineData(2, 112, 126)]
    [InlineData(10, 10, 10)]
    [InlineData(1000, 10, 10)]
    public void The_adaptive_interval_comes_to_rest_where_an_interrupt_brings_a_fitting_number_of_frames(int microsecondsBetween, int least, int most)
    {
        using CardHost host = new(card: Coalesce(new() { AdaptiveRx = true }));
        List<long> interrupts = [];
        for (int i = 0; i < 20_000; i++)
        {
            host.AdvanceTo(i * microsecondsBetween * Microsecond);
            host.Arrive(1);
            if (host.Card.NextInterruptAt <= host.Clock.Now)
            {
                host.Work();
            }
        }

        Assert.InRange(host.Card.Interrupts[0].Moderation.Interval / Microsecond, least, most);
    }

    private readonly List<string> _interrupts = [];

    private static CardSettings Coalesce(CoalesceSettings coalesce, int ring = 512) =>
        new() { Coalesce = coalesce, Rings = new RingSettings { Rx = ring } };

    /// <summary>Frames at these microseconds; notes when each interrupt came and how many packets it brought.</summary>
    private void ArriveAt(CardHost host, params int[] times)
    {
        int seen = 0;
        long came = 0;
        host.Look = _ =>
        {
            if (host.Vector.Counts[0] != came)
            {
                came = host.Vector.Counts[0];
                seen = 0;
                _interrupts.Add(string.Empty);
            }

            _interrupts[^1] = $"{(host.Clock.Now - 1_000_000_000) / Microsecond}:{++seen}";
        };
        foreach (int time in times)
        {
            host.AdvanceTo(time * Microsecond);
            host.Arrive(1);
            if (host.Card.NextInterruptAt <= host.Clock.Now)
            {
                host.Work();
            }
        }
    }
}
