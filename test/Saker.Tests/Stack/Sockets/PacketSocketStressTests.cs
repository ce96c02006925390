using Saker.Bpf.Classic;
using Saker.Host.Workers;
using Saker.Packets;
using Saker.Stack.Sockets;
using Saker.Stack.Sockets.Packet;
using Saker.Tests.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Sockets;

/// <summary>Packet sockets that two CPUs fill at once while one thread reads them, changes filters, and opens and closes others.</summary>
public sealed class PacketSocketStressTests
{
    private const int Members = 3;

    [Fact]
    public void Two_workers_fill_sockets_and_groups_and_every_packet_is_accounted_for()
    {
        TimeSpan time = Effort.IsLong ? TimeSpan.FromSeconds(60) : TimeSpan.FromMilliseconds(400);
        QueueHost host = new(new MonotonicClock(), new QueueHostOptions
        {
            Queues = 4,
            Rps = [0, 3, 3, 0],
            HasEchoes = true,
            Faults = new AllocationFaults { Probability = 0.01, Seed = 3 },
        });
        PacketSocketTable table = host.Stack.PacketSockets;
        PacketSocket Open(EtherType protocol = EtherType.All)
        {
            PacketSocket socket = new(host.Stack.Cpus, new ReceiveQueue(host.Stack.Cpus, limit: 50_000)) { IgnoresOutgoing = true, Protocol = protocol };
            table.Add(socket);
            return socket;
        }

        FanoutGroup group = new(FanoutMode.Hash, FanoutFlags.Rollover | FanoutFlags.IgnoreOutgoing);
        PacketSocket[] members = [.. Enumerable.Range(0, Members).Select(_ => Open())];
        Array.ForEach(members, member => table.JoinFanout(member, group));
        PacketSocket all = Open();
        PacketSocket filtered = Open();
        PacketSocket[] lasting = [all, filtered, .. members];
        ClassicFilter[] filters = [new(Keeping(65535)), new(Keeping(0)), new(Keeping(20), compiles: false)];

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
        byte[] memory = new byte[2048];
        long[] read = new long[lasting.Length];
        PacketSocket passing = Open(EtherType.IPv4);
        int turns = 0;
        long start = Environment.TickCount64;
        while (Environment.TickCount64 < start + (long)time.TotalMilliseconds || turns < 10)
        {
            host.ClearLink();
            host.ReadAll(64);
            for (int i = 0; i < lasting.Length; i++)
            {
                read[i] += Read(lasting[i], memory, most: 64);
            }

            Read(passing, memory, most: 16);
            filtered.Filter = filters[turns % filters.Length];
            if (++turns % 8 == 0)
            {
                table.Remove(passing);
                passing.Dispose();
                passing = Open(EtherType.IPv4);
            }
        }

        Volatile.Write(ref isOver, true);
        wire.Join();
        Array.ForEach(workers, worker => worker.Dispose());
        Assert.All(workers, worker => Assert.Null(worker.Fault));
        table.Remove(passing);
        passing.Dispose();
        host.Finish();
        PacketSocketStatistics[] counted = [.. lasting.Select(socket => socket.TakeStatistics())];
        for (int i = 0; i < lasting.Length; i++)
        {
            read[i] += Read(lasting[i], memory, int.MaxValue);
            Assert.Equal(counted[i].Packets - counted[i].Drops, read[i]);
        }

        Assert.True(counted[0].Packets > 1000 && counted[1].Packets > 0, $"{counted[0]}, {counted[1]}");
        Assert.Equal(counted[0].Packets, counted[2..].Sum(statistics => statistics.Packets));
        Assert.All(counted[2..], statistics => Assert.True(statistics.Packets > 0));
        Array.ForEach(lasting, socket => table.Remove(socket));
        Array.ForEach(lasting, socket => socket.Dispose());
        host.Dispose();
    }

    private static long Read(PacketSocket socket, byte[] memory, int most)
    {
        int count = 0;
        while (count < most && socket.TryReceive(memory, out _))
        {
            count++;
        }

        return count;
    }

    private static ClassicProgram Keeping(uint kept)
    {
        Assert.True(ClassicProgram.TryCreate([new(ClassicOpcode.LoadByte, 14), new(ClassicOpcode.ReturnConstant, kept)], out ClassicProgram? program, out _));
        return program;
    }
}
