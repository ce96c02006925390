using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Softirq;

public class ReceiveSteeringTests
{
    [Fact]
    public void Packets_go_to_the_cpus_of_the_map_and_a_flow_always_to_the_same()
    {
        using QueueHost host = Host(rps: [3, 3]);
        for (int round = 0; round < 3; round++)
        {
            for (int flow = 0; flow < host.Flows; flow++)
            {
                Assert.True(host.Arrive(flow));
            }

            host.Card.Interrupt();
            host.Finish();
        }

        long[] processed = [.. host.Stack.Cpus.Select(cpu => cpu.Softnet.Processed)];
        Assert.Equal(3 * host.Flows, processed.Sum());
        Assert.All(processed, count => Assert.InRange(count, 3 * 6, 3 * 26));
        Assert.All(processed, count => Assert.Equal(0, count % 3));
        Assert.Equal(3 * host.Flows, host.Read);
    }

    [Theory]
    [InlineData(0, 32, 0)]
    [InlineData(1, 32, 0)]
    [InlineData(2, 0, 32)]
    [InlineData(0xf0, 32, 0)]
    [InlineData(0xf2, 0, 32)]
    public void The_map_decides_and_cpus_that_are_not_there_are_left_out(ulong map, long onFirst, long onSecond)
    {
        using QueueHost host = Host(rps: map);
        for (int i = 0; i < 32; i++)
        {
            host.Arrive(i % NumberedFlows.OfQueue);
        }

        host.Card.Interrupt();
        host.Finish();
        Assert.Equal((onFirst, onSecond), (host.Stack.Cpus[0].Softnet.Processed, host.Stack.Cpus[1].Softnet.Processed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_backlog_holds_one_packet_more_than_its_limit(ulong map)
    {
        using QueueHost host = Host(maximumBacklog: 10, rps: map);
        for (int i = 0; i < 20; i++)
        {
            host.Arrive(i % NumberedFlows.OfQueue);
        }

        host.Card.Interrupt();
        host.Finish();
        int target = map == 1 ? 0 : 1;
        Assert.Equal(11, host.Stack.Cpus[target].Softnet.Processed);
        Assert.Equal(9, host.Stack.Cpus[target].Softnet.Dropped);
        Assert.Equal(0, host.Stack.Cpus[1 - target].Softnet.Dropped);
        Assert.Equal(9, host.Stack.Counters[DropReason.CpuBacklog]);
        Assert.Equal(9, host.Device.Counters[DeviceCounter.RxDropped]);
    }

    [Fact]
    public void A_change_of_the_map_counts_at_once_and_its_end_brings_packets_back()
    {
        using QueueHost host = Host(rps: 0);
        for (int i = 0; i < 3; i++)
        {
            host.Stack.Rps.Set(host.Device, 0, i == 1 ? 2UL : 0);
            Assert.Equal(i == 1 ? 2UL : 0, host.Stack.Rps.Get(host.Device, 0));
            host.Arrive(0);
            host.Card.Interrupt();
            host.Finish();
        }

        Assert.Equal((2, 1), (host.Stack.Cpus[0].Softnet.Processed, host.Stack.Cpus[1].Softnet.Processed));
        Assert.Equal(1, host.Stack.Cpus[1].Softnet.ReceivedRps);
    }

    [Fact]
    public void What_waits_for_a_neighbour_on_one_cpu_goes_out_when_another_hears_from_it()
    {
        using QueueHost host = Host(rps: 2);
        host.Receive(Frames.IPv4(Frames.Udp(to: 9), IPProtocol.Udp));
        Assert.Equal(1, host.Stack.Cpus[1].Counters[Counter.IcmpOutMsgs]);
        Assert.Equal(1, host.Device.Counters[DeviceCounter.TxPackets]);

        host.Stack.Rps.Set(host.Device, 0, 0);
        host.Receive(Frames.Arp(ArpOperation.Reply, targetMac: "02:00:00:00:00:01", to: "02:00:00:00:00:01"));
        Assert.Equal(2, host.Device.Counters.Of(host.Stack.Cpus[1])[DeviceCounter.TxPackets]);
    }

    [Fact]
    public void The_statistics_are_printed_as_the_kernel_prints_them()
    {
        using QueueHost host = Host(maximumBacklog: 2, rps: 2);
        for (int i = 0; i < 16; i++)
        {
            host.Arrive(0);
        }

        host.Card.Interrupt();
        host.Finish();
        Assert.Equal(
            "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n"
            + "00000003 0000000d 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000000 00000000 00000001 00000000 00000000\n",
            SoftnetData.Format(host.Stack.Cpus));
    }

    [Theory]
    [InlineData("3", 3UL)]
    [InlineData("0", 0UL)]
    [InlineData("ff\n", 0xffUL)]
    [InlineData("1,00000000", 1UL << 32)]
    [InlineData("00000000,00000000,0000000f", 0xfUL)]
    [InlineData("", null)]
    [InlineData("g", null)]
    [InlineData("1,00000000,00000000", null)]
    [InlineData(",1", null)]
    public void Sets_of_cpus_are_read_as_sysfs_has_them(string text, ulong? expected)
    {
        Assert.Equal(expected is not null, RpsMap.TryParse(text, out ulong cpus));
        Assert.Equal(expected ?? cpus, cpus);
    }

    /// <summary>A card with a queue for each map, the first of them on the first CPU.</summary>
    private static QueueHost Host(int maximumBacklog = 1000, params ulong[] rps) =>
        new(new VirtualClock(), new QueueHostOptions { Queues = rps.Length, Rps = rps, Receive = new ReceiveSettings { MaximumBacklog = maximumBacklog } });
}
