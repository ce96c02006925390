using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Saker.Host.Live;
using Saker.Kernel.Devices;
using Saker.Kernel.Netlink;

namespace Saker.KernelTests.Links;

/// <summary>A host of ours with four queues and two CPUs, to which a kernel sends many flows by four threads at once: all of it comes back, each flow in its order, and all counts agree.</summary>
public sealed class FourQueuesTests
{
    private const int Senders = 4, FlowsEach = 16, Rounds = 50, AtOnce = 2;
    private const int Total = Senders * FlowsEach * Rounds * AtOnce;

    private static readonly IPEndPoint Echo = new(new IPAddress([10, 0, 0, 2]), 7);

    [KernelTheory]
    [InlineData("xdp")]
    [InlineData("packet")]
    [InlineData("tap")]
    public void Four_queues_with_two_workers_send_back_every_flow_in_its_order(string kind)
    {
        using LinkSetup setup = LinkSetup.Of(kind, queues: 4, isQuiet: true);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions(cpus: 2));
        using (KernelPeer peer = new(setup))
        {
            Assert.True(peer.Ping(1, 56));
        }

        LiveCounts before = Settled(host);
        (long sentBefore, long receivedBefore) = CountsOf(setup);
        Exception?[] faults = new Exception?[Senders];
        Thread[] senders = [.. Enumerable.Range(0, Senders).Select(number => new Thread(() => faults[number] = Record.Exception(() => Converse(setup, number))))];
        Array.ForEach(senders, sender => sender.Start());
        Array.ForEach(senders, sender => sender.Join());
        Assert.All(faults, Assert.Null);

        LiveCounts after = Settled(host);
        (long sent, long received) = CountsOf(setup);
        long Moved(string name) => Value(after, name) - Value(before, name);
        long[] byQueue = [.. after.QueueReceived.Zip(before.QueueReceived, (late, early) => late - early)];
        Assert.True(byQueue is [> 0, > 0, > 0, > 0], $"frames by queue: {string.Join(", ", byQueue)}");
        Assert.Equal((Total, Total), (Moved("Udp.InDatagrams"), Moved("Udp.OutDatagrams")));
        Assert.Equal(sent - sentBefore, byQueue.Sum());
        Assert.Equal(received - receivedBefore, after.Sent - before.Sent);
        Assert.Equal((byQueue.Sum(), after.Sent - before.Sent), (Moved("dev.rx_packets"), Moved("dev.tx_packets")));
        Assert.Empty(after.Drops);
        Assert.Empty(after.Losses);
        Assert.Null(host.Fault);
    }

    /// <summary>Sends datagrams of several flows, a few of each before it waits for their echoes, so that no ring on the way runs over.</summary>
    private static void Converse(LinkSetup setup, int sender)
    {
        Socket[] flows = setup.Kernel.Enter(() => Enumerable.Range(0, FlowsEach).Select(_ =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
            socket.Connect(Echo);
            return socket;
        }).ToArray());
        try
        {
            byte[] data = new byte[300], back = new byte[300];
            for (int number = 0; number < Rounds * AtOnce; number += AtOnce)
            {
                for (int flow = 0; flow < FlowsEach; flow++)
                {
                    for (int i = 0; i < AtOnce; i++)
                    {
                        Write(data, sender, flow, number + i);
                        flows[flow].Send(data);
                    }
                }

                for (int flow = 0; flow < FlowsEach; flow++)
                {
                    for (int i = 0; i < AtOnce; i++)
                    {
                        Write(data, sender, flow, number + i);
                        Assert.Equal(data.Length, flows[flow].Receive(back));
                        Assert.Equal(data, back);
                    }
                }
            }
        }
        finally
        {
            Array.ForEach(flows, flow => flow.Dispose());
        }
    }

    private static void Write(byte[] data, int sender, int flow, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(data, sender);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(4), flow);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(8), number);
        data.AsSpan(12).Fill((byte)(sender + flow + number));
    }

    /// <summary>What was counted when nothing moves any more: counts are read while CPUs move them.</summary>
    private static LiveCounts Settled(LiveHost host)
    {
        LiveCounts last = host.Count();
        while (true)
        {
            Thread.Sleep(50);
            LiveCounts next = host.Count();
            if (next.Received == last.Received && next.Sent == last.Sent && next.Counters.SequenceEqual(last.Counters))
            {
                return next;
            }

            last = next;
        }
    }

    private static long Value(LiveCounts counts, string name) => counts.Counters.FirstOrDefault(counter => counter.Name == name).Value;

    /// <summary>What the kernel's device has sent and received.</summary>
    private static (long Sent, long Received) CountsOf(LinkSetup setup) => setup.Kernel.Enter(() =>
    {
        ulong[] values = new ulong[LinkStatisticsReader.Names.Count];
        using LinkStatisticsReader reader = new();
        reader.Read(DeviceName.IndexOf(setup.Device), values);
        long Of(string name) => (long)values[LinkStatisticsReader.Names.ToList().IndexOf(name)];
        return (Of("tx_packets"), Of("rx_packets"));
    });
}
