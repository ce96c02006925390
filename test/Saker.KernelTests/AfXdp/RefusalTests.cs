using Saker.Kernel.AfXdp;
using Saker.KernelTests.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>What is refused, and in which words.</summary>
public sealed class RefusalTests
{
    private static readonly UmemOptions Small = new() { Layout = new UmemLayout { ChunkCount = 16 }, Pages = UmemPages.Usual };

    private static readonly XdpSocketOptions Usual = new() { Device = "eth0", Patience = TimeSpan.FromMilliseconds(50) };

    [KernelFact]
    public void A_socket_that_cannot_be_opened_says_why_and_what_to_do()
    {
        using VethPair wire = new();
        Check(wire, Usual with { Device = "nosuch" }, "AF_XDP socket: there is no device nosuch in this network namespace; see: ip link");
        Check(wire, Usual with { Queue = 7 }, "AF_XDP socket on queue 7 of eth0: Invalid argument (errno 22): eth0 has no queue 7 (see: ls /sys/class/net/eth0/queues), or its MTU does not go with the chunks of the UMEM");
        Check(wire, Usual with { Queue = -1 }, "AF_XDP socket: queues are counted from 0; there is no queue -1");
        Check(wire, Usual with { Copy = XdpCopyMode.ZeroCopy }, "AF_XDP socket on queue 0 of eth0: Operation not supported (errno 95): the driver has no zero-copy mode; ask for copy mode, or for the best that there is");
        Check(wire, Usual with { ReceiveRingSize = 0, TransmitRingSize = 0 }, "AF_XDP socket: a socket has an RX ring, or a TX ring, or both");
        Check(wire, Usual with { ReceiveRingSize = 100 }, "AF_XDP socket: the RX ring has a power of two of entries, up to 16777216, not 100");
        Check(wire, Usual with { FillRingSize = 0 }, "AF_XDP socket: the FILL ring has a power of two of entries, up to 16777216, not 0");
        Check(wire, Usual with { TransmitBudget = 31 }, "AF_XDP socket: a budget for sending has 32 packets to as many as TX has entries, 2048, not 31");
    }

    [KernelFact]
    public void A_device_that_is_down_takes_no_packets()
    {
        using VethPair wire = new();
        using XskEnd end = new(wire.Near, wire.NearDevice, new XskEndOptions());
        wire.Near.Enter(() => Saker.Host.Oracle.NamespaceCommands.Run(wire.Near.Name, ["ip link set eth0 down"]));
        end.Submit(XskWire.Packet(1));
        Assert.Equal(TransmitKick.Down, end.Socket.WakeTransmit());
        Assert.Equal(1, end.Socket.Transmit!.Waiting);
    }

    [KernelFact]
    public void A_queue_that_is_taken_is_told()
    {
        using VethPair wire = new();
        using Umem umem = Umem.Create(Small);
        using var first = wire.Near.Enter(() => XdpSocket.Open(umem, Usual));
        Check(wire, Usual, "AF_XDP socket on queue 0 of eth0: Device or resource busy (errno 16): another AF_XDP socket has this queue; see who: ss --xdp -p; or take another one");
    }

    [KernelFact]
    public void Who_lacks_a_right_is_told_which()
    {
        using Umem umem = Umem.Create(Small);
        Unprivileged.Run(() =>
        {
            Assert.False(XdpSocket.TryOpen(umem, Usual with { Device = "lo" }, out _, out var refusal));
            Assert.Equal("AF_XDP socket: Operation not permitted (errno 1): this thread lacks CAP_NET_RAW", refusal.ToString());
        });
    }

    [KernelTheory]
    [InlineData(2048, 0, false, 0)]
    [InlineData(2048, 1344, false, 0)]
    [InlineData(2048, 1345, false, 0)]
    [InlineData(4096, 3392, false, 0)]
    [InlineData(4096, 3393, false, 0)]
    [InlineData(2047, 0, true, 0)]
    [InlineData(2048, 0, true, 0)]
    [InlineData(3000, 0, true, 0)]
    [InlineData(3000, 0, false, 0)]
    [InlineData(4097, 0, true, 0)]
    [InlineData(8192, 0, false, 0)]
    [InlineData(4096, 0, false, 8)]
    [InlineData(4096, 0, false, 12)]
    [InlineData(4096, 0, false, 248)]
    [InlineData(4096, 0, false, 256)]
    public void Layouts_are_judged_as_the_kernel_judges_them(int chunk, int headroom, bool isUnaligned, int metadata)
    {
        UmemLayout layout = new() { ChunkCount = 16, ChunkSize = chunk, Headroom = headroom, IsUnaligned = isUnaligned, TransmitMetadataLength = metadata };
        Assert.Equal(RawUmem.TryRegister(layout), layout.TryValidate(out _));
    }

    [KernelFact]
    public void Memory_is_of_huge_pages_where_there_are_some_and_else_it_is_told()
    {
        UmemOptions wanted = new() { Layout = new UmemLayout { ChunkCount = 1 << 20 }, Pages = UmemPages.Huge };
        Assert.False(Umem.TryCreate(wanted, out _, out var refusal));
        Assert.Equal("UMEM of 4294967296 bytes: there are not 2048 huge pages of 2 MiB free; to have them: echo 2048 > /proc/sys/vm/nr_hugepages (add what others use)", refusal.ToString());
        using Umem umem = Umem.Create(wanted with { Layout = new UmemLayout { ChunkCount = 16 }, Pages = UmemPages.BestAvailable });
        Assert.Equal(umem.IsHuge, umem.HugePagesMissing is null);
        using Umem usual = Umem.Create(Small);
        Assert.False(usual.IsHuge);
        Assert.Null(usual.HugePagesMissing);
    }

    [KernelFact]
    public void Memory_stays_while_sockets_use_it()
    {
        using VethPair wire = new();
        Umem umem = Umem.Create(Small);
        var socket = wire.Near.Enter(() => XdpSocket.Open(umem, Usual));
        Assert.Throws<InvalidOperationException>(umem.Dispose);
        socket.Dispose();
        socket.Dispose();
        umem.Dispose();
        umem.Dispose();
        Assert.Throws<ObjectDisposedException>(() => socket.WaitAsync().AsTask().GetAwaiter().GetResult());
    }

    private static void Check(VethPair wire, XdpSocketOptions options, string expected)
    {
        using Umem umem = Umem.Create(Small);
        wire.Near.Enter(() =>
        {
            Assert.False(XdpSocket.TryOpen(umem, options, out var socket, out var refusal));
            Assert.Null(socket);
            Assert.Equal(expected, refusal.ToString());
        });
    }
}
