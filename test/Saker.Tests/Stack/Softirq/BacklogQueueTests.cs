using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack.Softirq;

public sealed class BacklogQueueTests : IDisposable
{
    private readonly Cpu[] _cpus = [.. Enumerable.Range(0, 3).Select(index => new Cpu(index, new VirtualClock(), new CpuOptions { PacketCapacity = 64, FrameCapacity = 64 }, cpuCount: 3))];
    private readonly BacklogQueue _queue;

    public BacklogQueueTests()
    {
        _queue = _cpus[1].Backlog;
        _queue.Provide(maximumBacklog: 32);
    }

    [Theory]
    [InlineData("1 0 2")]
    [InlineData("0 1 2")]
    [InlineData("2 1 1 0 0 2 1")]
    public void Packets_are_taken_in_the_order_in_which_the_cpus_brought_them(string sources)
    {
        int[] order = [.. sources.Split(' ').Select(int.Parse)];
        Add(order);
        Assert.Equal(order.Length, _queue.InputLength);
        Assert.Equal(order, Take(int.MaxValue));
        Assert.Equal((0, 0), (_queue.InputLength, _queue.ProcessLength));
    }

    [Fact]
    public void What_comes_while_packets_are_taken_waits_for_the_next_time()
    {
        Add(0, 2);
        Assert.Equal([0], Take(1));
        Add(0, 1, 2);
        Assert.Equal((3, 1), (_queue.InputLength, _queue.ProcessLength));
        Assert.Equal([2], TakeSpliced(int.MaxValue));
        Assert.Equal((3, 0), (_queue.InputLength, _queue.ProcessLength));
        Assert.Equal([0, 1, 2], Take(int.MaxValue));
    }

    [Fact]
    public void What_waits_is_freed_at_the_end()
    {
        Add(0, 1, 2, 1);
        Take(1);
        _queue.Clear();
        Assert.False(_queue.TryTake(out _, out _));
    }

    public void Dispose()
    {
        foreach (Cpu cpu in _cpus)
        {
            _queue.Reclaim(cpu);
            cpu.Dispose();
        }
    }

    private void Add(params int[] sources)
    {
        foreach (int source in sources)
        {
            Assert.True(_cpus[source].Packets.TryAllocate(_cpus[source].Frames, out PacketBuffer packet));
            packet.Origin = (uint)source;
            Assert.True(_queue.TryAdd(_cpus[source], packet));
        }
    }

    private List<int> Take(int most)
    {
        Assert.True(_queue.TrySplice());
        return TakeSpliced(most);
    }

    private List<int> TakeSpliced(int most)
    {
        List<int> taken = [];
        while (taken.Count < most && _queue.TryTake(out PacketBuffer packet, out int source))
        {
            taken.Add((int)packet.Origin);
            if (source < 0)
            {
                packet.Free();
                continue;
            }

            // As if there were no metadata: the source frees it.
            _queue.MarkDone(source);
        }

        return taken;
    }
}
