using Saker.Host.Workers;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack.Softirq;

public sealed class NapiTests : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly Cpu _cpu;

    public NapiTests() => _cpu = new Cpu(0, _clock, new CpuOptions { PacketCapacity = 1, FrameCapacity = 1 });

    public void Dispose() => _cpu.Dispose();

    [Fact]
    public void A_run_that_uses_up_its_budget_is_squeezed_and_the_rest_comes_in_the_next()
    {
        TestContext context = new() { Pending = 1000 };
        _cpu.Softirq.Schedule(context);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(0, context.Pending);

        // A context that wants another poll ends a run without a squeeze, when the list is empty.
        Assert.Equal(0, _cpu.Softnet.TimeSqueeze);

        TestContext[] many = [.. Enumerable.Range(0, 8).Select(_ => new TestContext { Pending = 64 })];
        Array.ForEach(many, _cpu.Softirq.Schedule);
        _cpu.Softirq.RunUntilIdle();
        Assert.All(many, one => Assert.Equal(0, one.Pending));

        // Five polls of 64 are more than 300; the second run polls the other three, and five that had no more.
        Assert.Equal(1, _cpu.Softnet.TimeSqueeze);
    }

    [Fact]
    public void A_run_that_takes_too_long_is_squeezed()
    {
        _cpu.Receive.Settings = new ReceiveSettings { BudgetMicroseconds = 10 };
        TestContext[] two = [.. Enumerable.Range(0, 2).Select(_ => new TestContext { Pending = 1, During = () => _clock.AdvanceTo(_clock.Now + 10_000) })];
        Array.ForEach(two, _cpu.Softirq.Schedule);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(2, _cpu.Softnet.TimeSqueeze);
    }

    [Fact]
    public void After_ten_passes_or_two_milliseconds_work_is_left_to_ksoftirqd()
    {
        TestContext context = new() { Pending = 64 * 25 };
        _cpu.Softirq.Schedule(context);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(26, context.Polls);
        Assert.Equal(2, _cpu.Softirq.Deferrals);

        TestContext slow = new() { Pending = 64 * 5, During = () => _clock.AdvanceTo(_clock.Now + 2_000_000) };
        _cpu.Softirq.Schedule(slow);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(2 + 5, _cpu.Softirq.Deferrals);
    }

    [Fact]
    public void A_context_scheduled_while_it_is_polled_is_polled_again()
    {
        TestContext context = new() { Pending = 3 };
        context.During = () =>
        {
            if (context.Polls == 1)
            {
                _cpu.Softirq.Schedule(context);
            }
        };
        _cpu.Softirq.Schedule(context);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(2, context.Polls);
        Assert.Equal(1, context.Enabled);
        Assert.False(context.IsScheduled);
    }

    [Fact]
    public void A_disabled_context_is_not_scheduled()
    {
        TestContext context = new() { Pending = 3 };
        context.Disable();
        _cpu.Softirq.Schedule(context);
        Assert.False(_cpu.HasWork);
        context.Enable();
        _cpu.Softirq.Schedule(context);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(0, context.Pending);
    }

    [Fact]
    public void Interrupts_stay_masked_for_as_many_empty_polls_as_are_deferred_and_a_timer_polls_meanwhile()
    {
        TestContext context = new() { Pending = 3, Settings = new NapiSettings { DeferHardInterrupts = 2, FlushTimeout = 20_000 } };
        _cpu.Softirq.Schedule(context);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal((1, 0), (context.Polls, context.Enabled));
        for (int polls = 2; polls <= 3; polls++)
        {
            _clock.AdvanceTo(_cpu.Timers.NextDueAt);
            _cpu.Softirq.RunUntilIdle();
            Assert.Equal(polls, context.Polls);
        }

        Assert.Equal(40_000, _clock.Now);
        Assert.Equal(1, context.Enabled);
        Assert.Equal(long.MaxValue, _cpu.Timers.NextDueAt);
    }

    [Fact]
    public void Packets_held_for_merging_wait_for_the_flush_timeout_and_interrupts_come_meanwhile()
    {
        TestContext context = new() { Pending = 3, Holds = true, Settings = new NapiSettings { FlushTimeout = 20_000 } };
        _cpu.Softirq.Schedule(context);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(1, context.Enabled);
        Assert.Equal([true], context.Flushes);
        context.Holds = false;
        _clock.AdvanceTo(20_000);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal([true, false], context.Flushes);
    }

    [Fact]
    public void A_thread_polls_by_itself_while_nobody_drives_the_cpu()
    {
        TestContext context = new() { Pending = 20 };
        Assert.True(_cpu.TryEnter());
        Assert.Equal(-1, BusyPolling.Run(_cpu, context, _ => true));
        _cpu.Exit();
        Assert.Equal(20, BusyPolling.Run(_cpu, context, _ => context.Pending == 0));
        Assert.Equal(4, context.Polls);
        Assert.False(context.IsScheduled);

        _cpu.Softirq.Schedule(context);
        Assert.Equal(-1, BusyPolling.Run(_cpu, context, _ => true));
        _cpu.Softirq.RunUntilIdle();
    }

    [Fact]
    public void What_busy_polling_leaves_is_polled_by_the_softirq_or_where_it_is_preferred_by_the_timer()
    {
        TestContext context = new() { Pending = 30 };
        BusyPolling.Run(_cpu, context, _ => true);
        Assert.Equal(0, context.Pending);

        context = new() { Pending = 30, Settings = new NapiSettings { DeferHardInterrupts = 1, FlushTimeout = 50_000 } };
        BusyPolling.Run(_cpu, context, _ => true, isPreferred: true);
        Assert.Equal(14, context.Pending);
        Assert.False(_cpu.HasWork);
        _clock.AdvanceTo(_cpu.Timers.NextDueAt);
        _cpu.Softirq.RunUntilIdle();
        Assert.Equal(0, context.Pending);
    }

    [Fact]
    public void An_interrupt_raised_twice_before_it_is_handled_happens_once()
    {
        List<int> handled = [];
        TestInterrupt[] interrupts = [.. Enumerable.Range(0, 3).Select(i => new TestInterrupt(_ => handled.Add(i)))];
        _cpu.Raise(interrupts[1]);
        _cpu.Raise(interrupts[0]);
        _cpu.Raise(interrupts[1]);
        _cpu.Raise(interrupts[2]);
        Assert.Equal(3, _cpu.Step().Interrupts);
        Assert.Equal([1, 0, 2], handled);
        Assert.False(_cpu.HasWork);
    }

    /// <summary>Two workers that wake each other, each asleep in between: a lost wake-up would end the game.</summary>
    [Fact]
    public void Workers_lose_no_wake_up()
    {
        MonotonicClock clock = new();
        CpuOptions options = new() { PacketCapacity = 1, FrameCapacity = 1 };
        using Cpu first = new(0, clock, options, cpuCount: 2);
        using Cpu second = new(1, clock, options, cpuCount: 2);
        int left = Effort.Inputs(2000, 1_000_000);
        using ManualResetEventSlim isOver = new();
        TestInterrupt? back = null;
        TestInterrupt there = new(_ => first.Raise(back!));
        back = new TestInterrupt(_ =>
        {
            if (--left == 0)
            {
                isOver.Set();
            }
            else
            {
                second.Raise(there);
            }
        });
        using CpuWorker one = new(first);
        using CpuWorker two = new(second);
        first.Raise(back);
        Assert.True(isOver.Wait(TimeSpan.FromMinutes(2)), $"{left} left");
    }

    [Fact]
    public void A_worker_sleeps_until_a_timer_is_due()
    {
        using Cpu cpu = new(0, new MonotonicClock(), new CpuOptions { PacketCapacity = 1, FrameCapacity = 1 });
        using ManualResetEventSlim isOver = new();
        TestTimer timer = new(isOver.Set);
        using CpuWorker worker = new(cpu);
        cpu.Raise(new TestInterrupt(self => self.Timers.Set(timer, self.Now + 3_000_000)));
        Assert.True(isOver.Wait(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Virtual_time_lets_cpus_work_side_by_side_at_their_costs()
    {
        using Cpu other = new(1, _clock, new CpuOptions { PacketCapacity = 1, FrameCapacity = 1 }, cpuCount: 2);
        VirtualMachine machine = new([_cpu, other], _clock, new MachineCosts(Interrupt: 100, Poll: 1000, Packet: 10));
        List<(int Cpu, long At)> polls = [];
        foreach (Cpu cpu in (Cpu[])[_cpu, other])
        {
            TestContext context = new() { Pending = 100, During = () => polls.Add((cpu.Index, _clock.Now)) };
            cpu.Raise(new TestInterrupt(self => self.Softirq.Schedule(context)));
        }

        machine.RunUntilIdle();
        Assert.Equal([(0, 100), (1, 100), (0, 1740), (1, 1740)], polls);
        Assert.Equal(1740 + 1360, _clock.Now);
    }

    [Fact]
    public void At_a_moment_only_cpus_that_are_free_work_and_those_before_first()
    {
        using Cpu other = new(1, _clock, new CpuOptions { PacketCapacity = 1, FrameCapacity = 1 }, cpuCount: 2);
        VirtualMachine machine = new([_cpu, other], _clock, new MachineCosts(Interrupt: 0, Poll: 100, Packet: 0));
        List<int> polls = [];
        TestContext first = new() { Pending = 1, During = () => polls.Add(0) };
        TestContext second = new()
        {
            Pending = 1,
            During = () =>
            {
                polls.Add(1);
                _cpu.Raise(new TestInterrupt(self => self.Softirq.Schedule(first)));
            },
        };
        other.Raise(new TestInterrupt(self => self.Softirq.Schedule(second)));
        machine.RunReady();
        Assert.Equal([1, 0], polls);
        Assert.Equal(0, _clock.Now);

        // Both are busy until then.
        _cpu.Raise(new TestInterrupt(self => self.Softirq.Schedule(new TestContext { Pending = 1, During = () => polls.Add(2) })));
        machine.RunReady();
        Assert.Equal([1, 0], polls);
        Assert.False(machine.TryPeek(99, out MachineEvent next));
        Assert.Equal(100, next.At);
        machine.RunUntil(100);
        Assert.Equal([1, 0, 2], polls);
    }

    private sealed class TestInterrupt(Action<Cpu> handle) : CpuInterrupt
    {
        protected internal override void Handle(Cpu cpu) => handle(cpu);
    }

    private sealed class TestTimer(Action expire) : StackTimer
    {
        protected internal override void Expire() => expire();
    }

    private sealed class TestContext : NapiContext
    {
        public int Pending { get; set; }

        public int Polls { get; private set; }

        public int Enabled { get; private set; }

        public bool Holds { get; set; }

        public List<bool> Flushes { get; } = [];

        public Action? During { get; set; }

        protected override bool HoldsPackets => Holds;

        protected override void Flush(bool onlyOld) => Flushes.Add(onlyOld);

        protected internal override int Poll(int budget)
        {
            Polls++;
            int work = Math.Min(budget, Pending);
            Pending -= work;
            During?.Invoke();
            if (work < budget && Complete(work))
            {
                Enabled++;
            }

            return work;
        }
    }
}
