using Saker.Host.Workers;
using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack.Softirq;

/// <summary>Two CPUs under load, memory failing now and then: nothing is lost, nothing overtakes, everything is accounted for.</summary>
public class StressTests
{
    private static readonly AllocationFaults Faults = new() { Probability = 0.01, Seed = 7 };

    [Fact]
    public void Two_workers_under_full_load_lose_no_buffer_and_account_for_every_frame()
    {
        TimeSpan time = Effort.IsLong ? TimeSpan.FromSeconds(60) : TimeSpan.FromMilliseconds(400);
        TwoCpus host = new(new MonotonicClock(), new ReceiveSettings { MaximumBacklog = 200 }, Faults);
        bool isOver = false;
        Random random = new(1);
        Thread wire = new(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                for (int i = 0; i < 64; i++)
                {
                    host.Arrive(random.Next(TwoCpus.Flows));
                }

                host.Interrupt(0);
                host.Interrupt(1);
                Thread.Yield();
            }
        });
        CpuWorker[] workers = [.. host.Stack.Cpus.Select(cpu => new CpuWorker(cpu))];
        wire.Start();
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            if (host.ReadAll(64) == 0)
            {
                Thread.Yield();
            }
        }

        Volatile.Write(ref isOver, true);
        wire.Join();
        Array.ForEach(workers, worker => worker.Dispose());
        Assert.All(workers, worker => Assert.Null(worker.Fault));
        host.Finish();
        Assert.True(host.Read > 100, $"{host.Read} datagrams were read.");
        Assert.All(host.Stack.Cpus, cpu => Assert.True(cpu.Softnet.ReceivedRps > 0, SoftnetData.Format(host.Stack.Cpus)));
        host.AssertBalance();
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_in_virtual_time_and_another_seed_another()
    {
        string first = RunVirtually(1);
        Assert.Equal(first, RunVirtually(1));
        Assert.NotEqual(first, RunVirtually(2));
    }

    /// <summary>Bursts that are more than two CPUs can do: rings, backlogs and sockets overflow, and runs end before their work.</summary>
    private static string RunVirtually(int seed)
    {
        VirtualClock clock = new();
        ReceiveSettings settings = new() { MaximumBacklog = 40, Budget = 100, BudgetMicroseconds = 150 };
        TwoCpus host = new(clock, settings, Faults, seed: (ulong)seed, receiveBuffer: 40_000);
        VirtualMachine machine = new(host.Stack.Cpus, clock, new MachineCosts(Interrupt: 500, Poll: 1000, Packet: 800));
        Random random = new(seed);
        long now = 0;
        for (int i = 0; i < Effort.Inputs(40_000, 4_000_000); i++)
        {
            now += random.Next(i / 5000 % 2 == 0 ? 900 : 300);
            machine.RunUntil(now);
            int flow = random.Next(TwoCpus.Flows);
            host.Arrive(flow);
            host.Interrupt(TwoCpus.CpuOf(flow));
            if (random.Next(100) == 0)
            {
                host.ReadAll(random.Next(20));
            }
        }

        machine.RunUntilIdle();
        host.Finish();
        string told = $"{host.Digest:x} {clock.Now}\n{SoftnetData.Format(host.Stack.Cpus)}";
        Assert.True(host.Missed > 0, "no ring overflowed");
        Assert.True(host.Stack.Counters[DropReason.CpuBacklog] > 0, "no backlog overflowed");
        Assert.True(host.Stack.Counters[DropReason.SocketReceiveBuffer] > 0, "no socket overflowed");
        Assert.True(host.Stack.Counters[DropReason.BacklogNoMemory] > 0, "no allocation failed between CPUs");
        Assert.All(host.Stack.Cpus, cpu => Assert.True(cpu.Softnet.TimeSqueeze > 0, told));
        host.AssertBalance();
        return told;
    }
}
