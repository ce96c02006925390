using Saker.Host.Workers;
using Saker.Packets;
using Saker.Stack.Softirq;
using Xunit.Abstractions;

namespace Saker.Tests.Stack.Softirq;

/// <summary>
/// Two CPUs and a card of four queues under full load: nothing is lost, nothing overtakes, everything is accounted for. Allocations fail, the link to which echo requests are
/// answered stalls, RPS spreads the packets of a queue of each CPU over both, and the interrupts of two queues move, one of them with RPS.
/// </summary>
public class StressTests(ITestOutputHelper output)
{
    private const int StayingQueue = 0;
    private const int StayingSpreadQueue = 1;
    private const int MovingSpreadQueue = 2;
    private const int MovingQueue = 3;

    private static readonly QueueHostOptions Options = new()
    {
        Queues = 4,
        Rps = [0, 3, 3, 0],
        HasEchoes = true,
        Faults = new AllocationFaults { Probability = 0.01, Seed = 7 },
    };

    [Fact]
    public void Two_workers_under_full_load_lose_no_buffer_and_account_for_every_frame_and_every_answer()
    {
        TimeSpan time = Effort.IsLong ? TimeSpan.FromSeconds(60) : TimeSpan.FromMilliseconds(400);
        QueueHost host = new(new MonotonicClock(), Options with { Receive = new ReceiveSettings { MaximumBacklog = 200 } });
        bool isOver = false;
        Random random = new(1);
        Thread wire = new(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                for (int i = 0; i < 64; i++)
                {
                    host.Arrive(random.Next(host.Flows));
                }

                host.Card.Interrupt();
                Thread.Yield();
            }
        });
        CpuWorker[] workers = [.. host.Stack.Cpus.Select(cpu => new CpuWorker(cpu))];
        wire.Start();
        long start = Environment.TickCount64;
        long nextMove = start;
        while (Environment.TickCount64 < start + (long)time.TotalMilliseconds)
        {
            host.ClearLink();
            if (Environment.TickCount64 >= nextMove)
            {
                host.MoveInterrupt(host.Moves % 2 == 0 ? MovingQueue : MovingSpreadQueue);
                nextMove += 3;
            }

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
        output.WriteLine(host.Tell());
        Assert.True(host.Read > 100 && host.Taken > 100, host.Tell());
        Assert.All(host.Card.Queues, queue => Assert.True(queue.Frames > 0, host.Tell()));
        AssertWhoDidIt(host);
        host.AssertBalance();
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_in_virtual_time_and_another_seed_another()
    {
        string first = RunVirtually(1);
        output.WriteLine(first);
        Assert.Equal(first, RunVirtually(1));
        Assert.NotEqual(first, RunVirtually(2));
    }

    /// <summary>Bursts that are more than two CPUs can do, and a link that is cleared late: rings, backlogs and sockets overflow, and runs end before their work.</summary>
    private static string RunVirtually(int seed)
    {
        VirtualClock clock = new();
        ReceiveSettings settings = new() { MaximumBacklog = 20, Budget = 100, BudgetMicroseconds = 150 };
        QueueHost host = new(clock, Options with { Receive = settings, Seed = seed, ReceiveBuffer = 40_000 });
        VirtualMachine machine = new(host.Stack.Cpus, clock, new MachineCosts(Interrupt: 500, Poll: 1000, Packet: 800));
        Random random = new(seed);
        long now = 0;
        for (int i = 0; i < Effort.Inputs(40_000, 4_000_000); i++)
        {
            now += random.Next(i / 5000 % 2 == 0 ? 900 : 300);
            machine.RunUntil(now);
            host.Arrive(random.Next(host.Flows));
            host.Card.RaiseDue(now);
            if (random.Next(100) == 0)
            {
                host.ReadAll(random.Next(20));
            }

            if (random.Next(200) == 0)
            {
                host.ClearLink();
            }

            if (random.Next(300) == 0)
            {
                host.MoveInterrupt(random.Next(2) == 0 ? MovingQueue : MovingSpreadQueue);
            }
        }

        machine.RunUntilIdle();
        host.Finish();
        string told = $"{host.Digest} {clock.Now}\n{host.Tell()}";
        Assert.True(host.Missed > 0, "no ring overflowed");
        Assert.True(host.Stack.Counters[DropReason.CpuBacklog] > 0, "no backlog overflowed");
        Assert.True(host.Stack.Counters[DropReason.SocketReceiveBuffer] > 0, "no socket overflowed");
        Assert.True(host.Stack.Counters[DropReason.CardNoMemory] > 0, "no allocation failed");
        Assert.True(host.Stack.Counters[DropReason.BacklogNoMemory] > 0, "no allocation failed between CPUs");
        Assert.True(host.Stack.Counters[DropReason.NotSpecified] > 0, "no transmit ring was full");
        Assert.All(host.Stack.Cpus, cpu => Assert.True(cpu.Softnet.TimeSqueeze > 0, told));
        AssertWhoDidIt(host);
        host.AssertBalance();
        return told;
    }

    /// <summary>Interrupts came where they should, and each CPU got packets of the other.</summary>
    private static void AssertWhoDidIt(QueueHost host)
    {
        Assert.All(host.Stack.Cpus, cpu =>
        {
            Assert.True(cpu.Softnet.ReceivedRps > 0, host.Tell());
            Assert.True(CountOf(MovingQueue) > 0 && CountOf(MovingSpreadQueue) > 0, host.Tell());
            Assert.Equal(cpu.Index == 0, CountOf(StayingQueue) > 0);
            Assert.Equal(cpu.Index == 1, CountOf(StayingSpreadQueue) > 0);

            long CountOf(int queue) => host.Card.Interrupts[queue].Vector.Counts[cpu.Index];
        });
    }
}
