using Saker.Packets;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack.Sockets;

/// <summary>A socket's queue that several CPUs fill: in which order it is read.</summary>
public sealed class ReceiveQueueTests : IDisposable
{
    private readonly Cpu[] _cpus = [.. Enumerable.Range(0, 3).Select(index => new Cpu(index, new VirtualClock(), new CpuOptions { PacketCapacity = 512, FrameCapacity = 512 }, cpuCount: 3))];
    private readonly ReceiveQueue _queue;

    public ReceiveQueueTests() => _queue = new ReceiveQueue(_cpus, limit: int.MaxValue, capacity: 64);

    [Fact]
    public void Packets_are_read_in_the_order_in_which_they_were_queued_whichever_cpu_did_it()
    {
        Random random = new(1);
        uint posted = 0;
        uint read = 0;
        for (int round = 0; round < 1000; round++)
        {
            for (int i = random.Next(10); i > 0; i--)
            {
                posted += TryPost(_cpus[random.Next(_cpus.Length)], posted + 1) ? 1u : 0;
            }

            for (int i = random.Next(10); i > 0 && _queue.TryPeek(out PacketBuffer packet); i--)
            {
                Assert.Equal(++read, packet.Origin);
                _queue.MarkDone();
            }
        }

        Assert.True(read > 1000);
    }

    [Fact]
    public void A_flow_that_moves_from_cpu_to_cpu_while_it_is_read_keeps_its_order()
    {
        uint count = (uint)Effort.Inputs(50_000, 2_000_000);

        // One thread is all CPUs, one after the other, so that there is next to no time between the last packet of one and the first of another.
        Thread cpus = new(() =>
        {
            Random random = new(1);
            for (uint posted = 0; posted < count;)
            {
                posted += TryPost(_cpus[random.Next(_cpus.Length)], posted + 1) ? 1u : 0;
            }
        });
        cpus.Start();
        uint read = 0;
        uint overtaken = 0;
        while (read < count)
        {
            if (_queue.TryPeek(out PacketBuffer packet))
            {
                overtaken += packet.Origin == ++read ? 0u : 1u;
                _queue.MarkDone();
            }
        }

        cpus.Join();
        Assert.Equal(0u, overtaken);
    }

    public void Dispose()
    {
        _queue.Close();
        foreach (Cpu cpu in _cpus)
        {
            cpu.SettleSockets();
            cpu.Dispose();
        }
    }

    private bool TryPost(Cpu cpu, uint number)
    {
        if (!cpu.Packets.TryAllocate(cpu.Frames, out PacketBuffer packet))
        {
            return false;
        }

        packet.Origin = number;
        if (!_queue.HasRoom(cpu, packet))
        {
            packet.Free();
            return false;
        }

        _queue.Post(cpu, packet);
        return true;
    }
}
