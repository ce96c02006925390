using Saker.Bpf.Classic;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Sockets;
using Saker.Stack.Sockets.Packet;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Sockets;

/// <summary>Packet sockets, as far as no kernel need be asked: it is, in Saker.KernelTests.</summary>
public sealed class PacketSocketTests
{
    private static readonly byte[] Unknown = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, .. new byte[46]];
    private static readonly byte[] Udp = Frames.IPv4(Frames.Udp(), IPProtocol.Udp);

    [Fact]
    public async Task A_reader_waits_for_a_frame_and_gets_it_with_what_is_told_of_it()
    {
        using TestHost host = new();
        using PacketSocket socket = Open(host, new PacketSocket(host.Stack.Cpus, Queue(host)));
        byte[] memory = new byte[2000];
        ValueTask<ReceivedPacket> reading = socket.ReceiveAsync(memory);
        Assert.False(reading.IsCompleted);

        FrameResult result = host.Receive(Udp);

        ReceivedPacket packet = await reading;
        Assert.Contains("packet *:*", result.Sockets);
        Assert.Equal(Udp, memory[..packet.Length]);
        Assert.Equal((Udp.Length, Udp.Length, 14, 0x0800, 2, 1), (packet.OriginalLength, packet.QueuedLength, packet.NetworkOffset, packet.Protocol, packet.Device, packet.HardwareType));
        Assert.Equal((MacAddress.Parse("02:00:00:00:00:02"), PacketStatus.User, host.Clock.Now), (packet.Source, packet.Status, packet.Timestamp));
        host.Stack.PacketSockets.Remove(socket);
    }

    [Fact]
    public void A_short_memory_takes_the_beginning_and_is_told_so()
    {
        using TestHost host = new();
        using PacketSocket socket = Open(host, new PacketSocket(host.Stack.Cpus, Queue(host)));
        host.Receive(Unknown);
        byte[] memory = new byte[20];
        Assert.True(socket.TryReceive(memory, out ReceivedPacket packet));
        Assert.Equal((20, true, Unknown.Length), (packet.Length, packet.IsTruncated, packet.QueuedLength));
        Assert.False(socket.TryReceive(memory, out _));
    }

    [Fact]
    public void A_filter_sees_bytes_that_lie_in_fragments()
    {
        using TestHost host = new();
        byte[] datagram = Frames.IPv4(Enumerable.Range(0, 3000).Select(number => (byte)number).ToArray(), IPProtocol.Experiment1);

        // A card with buffers of 2 KiB hands a long frame over in pieces.
        ClassicProgram program = Program("5,128 0 0 0,21 0 2 3034,48 0 0 3000,22 0 0 0,6 0 0 0");
        using PacketSocket socket = Open(host, new PacketSocket(host.Stack.Cpus, Queue(host)) { Filter = new ClassicFilter(program) });
        host.Receive(datagram);
        Assert.True(socket.TryReceive(new byte[4000], out ReceivedPacket packet));
        Assert.Equal(datagram[3000], packet.QueuedLength);
    }

    [Fact]
    public void A_filter_may_be_changed_while_packets_come()
    {
        using TestHost host = new();
        using PacketSocket socket = Open(host, new PacketSocket(host.Stack.Cpus) { Reader = ReaderMode.Immediate });
        host.Receive(Unknown);
        socket.Filter = new ClassicFilter(Program("1,6 0 0 0"));
        host.Receive(Unknown);
        socket.Filter = null;
        host.Receive(Unknown);
        Assert.Equal(new PacketSocketStatistics(2, 0), socket.TakeStatistics());
        Assert.Equal(default, socket.TakeStatistics());
    }

    [Fact]
    public void A_full_socket_gives_its_reason_to_a_packet_that_nobody_else_receives()
    {
        using TestHost host = new();
        using PacketSocket all = Open(host, new PacketSocket(host.Stack.Cpus, new ReceiveQueue(host.Stack.Cpus, limit: 2304)));
        while (all.Drops == 0)
        {
            host.Receive(Unknown);
        }

        Assert.Equal("PACKET_SOCK_ERROR", host.Receive(Unknown).Reason);
        using PacketSocket other = Open(host, new PacketSocket(host.Stack.Cpus) { Reader = ReaderMode.Immediate, Protocol = (EtherType)0x88b5 });
        Assert.Equal("delivered", host.Receive(Unknown).Verdict);
        Assert.Equal(all.TakeStatistics().Packets - all.Drops, ReadAll(all));
    }

    [Fact]
    public void A_removed_socket_sees_nothing_more()
    {
        using TestHost host = new();
        using PacketSocket socket = Open(host, new PacketSocket(host.Stack.Cpus) { Reader = ReaderMode.Immediate });
        Assert.Same(socket, Assert.Single(host.Stack.PacketSockets.All));
        Assert.True(host.Stack.PacketSockets.Remove(socket));
        Assert.False(host.Stack.PacketSockets.Remove(socket));
        Assert.Empty(host.Receive(Unknown).Sockets);
        Assert.Equal(default, socket.TakeStatistics());
    }

    [Fact]
    public void Memberships_count_once_a_socket_and_end_with_it()
    {
        using TestHost host = new();
        PacketSocketTable table = host.Stack.PacketSockets;
        using PacketSocket first = Open(host, new PacketSocket(host.Stack.Cpus));
        using PacketSocket second = Open(host, new PacketSocket(host.Stack.Cpus));
        table.AddMembership(first, host.Ethernet, PacketMembership.Promiscuous);
        table.AddMembership(first, host.Ethernet, PacketMembership.Promiscuous);
        table.AddMembership(second, host.Ethernet, PacketMembership.Promiscuous);
        table.AddMembership(second, host.Ethernet, PacketMembership.AllMulticast);
        Assert.Equal((2, 1), (host.Ethernet.Promiscuity, host.Ethernet.AllMulticasting));
        Assert.True(table.RemoveMembership(first, host.Ethernet, PacketMembership.Promiscuous));
        Assert.Equal(2, host.Ethernet.Promiscuity);
        Assert.True(table.RemoveMembership(first, host.Ethernet, PacketMembership.Promiscuous));
        Assert.False(table.RemoveMembership(first, host.Ethernet, PacketMembership.Promiscuous));
        Assert.Equal(1, host.Ethernet.Promiscuity);
        table.Remove(second);
        Assert.Equal((0, 0), (host.Ethernet.Promiscuity, host.Ethernet.AllMulticasting));
        Assert.Throws<ArgumentException>(() => table.AddMembership(second, host.Ethernet, PacketMembership.Promiscuous));
    }

    [Fact]
    public void A_socket_that_leaves_its_group_has_its_place_taken_by_the_last_one()
    {
        using TestHost host = new();
        FanoutGroup group = new(FanoutMode.ClassicBpf) { Program = new ClassicFilter(Program("2,48 0 0 0,22 0 0 0")) };
        PacketSocket[] sockets = [.. Enumerable.Range(0, 3).Select(_ => Open(host, new PacketSocket(host.Stack.Cpus) { Reader = ReaderMode.Immediate }))];
        Array.ForEach(sockets, socket => host.Stack.PacketSockets.JoinFanout(socket, group));
        host.Stack.PacketSockets.Remove(sockets[0]);
        Assert.Equal([sockets[2], sockets[1]], group.Sockets);

        // 0 and 1 of two.
        host.Receive(With(Unknown, 14, 4));
        host.Receive(With(Unknown, 14, 5));
        host.Receive(With(Unknown, 14, 7));
        Assert.Equal([0, 2, 1], sockets.Select(socket => (int)socket.TakeStatistics().Packets));
        host.Stack.PacketSockets.Remove(sockets[1]);
        host.Stack.PacketSockets.Remove(sockets[2]);
        Assert.Empty(host.Receive(Unknown).Sockets);
    }

    [Fact]
    public void Who_chooses_for_a_group_may_be_any_code()
    {
        using TestHost host = new();
        FanoutGroup group = new(FanoutMode.ExtendedBpf) { Chooser = new LastByte() };
        PacketSocket[] sockets = [.. Enumerable.Range(0, 2).Select(_ => Open(host, new PacketSocket(host.Stack.Cpus) { Reader = ReaderMode.Immediate }))];
        Array.ForEach(sockets, socket => host.Stack.PacketSockets.JoinFanout(socket, group));
        foreach (byte number in (byte[])[1, 1, 2])
        {
            host.Receive(With(Unknown, Unknown.Length - 1, number));
        }

        Assert.Equal([1, 2], sockets.Select(socket => (int)socket.TakeStatistics().Packets));
    }

    [Fact]
    public void What_does_not_fit_a_group_is_refused()
    {
        using TestHost host = new();
        PacketSocketTable table = host.Stack.PacketSockets;
        FanoutGroup group = new(FanoutMode.Hash);
        PacketSocket Socket(EtherType protocol = EtherType.All, int device = 0) => Open(host, new PacketSocket(host.Stack.Cpus) { Protocol = protocol, Device = device });
        table.JoinFanout(Socket(), group);
        Assert.Contains("bound otherwise", Assert.Throws<ArgumentException>(() => table.JoinFanout(Socket(device: 2), group)).Message, StringComparison.Ordinal);
        Assert.Contains("bound otherwise", Assert.Throws<ArgumentException>(() => table.JoinFanout(Socket(EtherType.Arp), group)).Message, StringComparison.Ordinal);
        Assert.Contains("no protocol", Assert.Throws<ArgumentException>(() => table.JoinFanout(Socket(EtherType.None), group)).Message, StringComparison.Ordinal);
        Assert.Contains("add it first", Assert.Throws<ArgumentException>(() => table.JoinFanout(new PacketSocket(host.Stack.Cpus), group)).Message, StringComparison.Ordinal);
        Assert.Contains("a group already", Assert.Throws<ArgumentException>(() => table.JoinFanout(group.Sockets[0], group)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FanoutGroup(FanoutMode.Rollover, FanoutFlags.Rollover));
    }

    [Fact]
    public void Filtering_and_queueing_allocate_nothing()
    {
        ClassicFilter[] filters =
        [
            new(Program("4,40 0 0 12,21 0 1 34997,6 0 0 65535,6 0 0 0")), new(Program("3,48 0 0 4294963248,4 0 0 1,22 0 0 0")),
            new(Program("3,32 0 0 4294963252,4 0 0 1,22 0 0 0"), compiles: false), new(Program("1,6 0 0 0")),
        ];
        NetworkDevice device = new(1, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
        using NetworkStack stack = new(new NetworkOptions { Devices = [device], Clock = new VirtualClock() });
        PacketSocket[] sockets =
        [
            .. filters.SelectMany(filter => (PacketSocket[])
            [
                new PacketSocket(stack.Cpus, new ReceiveQueue(stack.Cpus)) { Filter = filter },
                new PacketSocket(stack.Cpus, new ReceiveQueue(stack.Cpus)) { Filter = filter, Kind = PacketSocketKind.Datagram, Device = 1 },
            ]),
        ];
        FanoutGroup group = new(FanoutMode.Hash, FanoutFlags.Rollover);
        foreach (PacketSocket socket in sockets)
        {
            stack.PacketSockets.Add(socket);
            if (socket.Device == 0)
            {
                stack.PacketSockets.JoinFanout(socket, group);
            }
        }

        byte[] memory = new byte[2000];
        IFrameReceiver receiver = stack.ReceiverOf(device);
        long read = 0;
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                receiver.TryArrive(Unknown, 0, 0);
                receiver.Interrupt();
                stack.Cpus[0].Softirq.RunUntilIdle();
                foreach (PacketSocket socket in sockets)
                {
                    while (socket.TryReceive(memory, out _))
                    {
                        read++;
                    }
                }
            }
        });
        Assert.True(read > 100);
        Array.ForEach(sockets, socket => socket.Dispose());
    }

    private static ReceiveQueue Queue(TestHost host) => new(host.Stack.Cpus);

    private static PacketSocket Open(TestHost host, PacketSocket socket)
    {
        host.Stack.PacketSockets.Add(socket);
        return socket;
    }

    private static int ReadAll(PacketSocket socket)
    {
        int count = 0;
        while (socket.TryReceive([], out _))
        {
            count++;
        }

        return count;
    }

    private static byte[] With(byte[] frame, int offset, byte value)
    {
        byte[] changed = [.. frame];
        changed[offset] = value;
        return changed;
    }

    private static ClassicProgram Program(string text)
    {
        Assert.True(ClassicText.TryParse(text, out ClassicProgram? program, out ClassicFault? fault), fault?.ToString());
        return program;
    }

    private sealed class LastByte : IFanoutProgram
    {
        public uint Choose(PacketBuffer packet, PacketContext context)
        {
            Span<byte> last = stackalloc byte[1];
            packet.CopyTo(packet.Length - 1, last);
            return last[0];
        }
    }
}
