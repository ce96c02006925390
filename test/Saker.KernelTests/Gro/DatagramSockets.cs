using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Saker.Kernel.Interop;
using Saker.Stack.Sockets;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.KernelTests.Gro;

/// <summary>A UDP socket that can be opened in the kernel and in Saker.</summary>
/// <param name="Local">Where it is bound.</param>
/// <param name="TakesMerged">Whether it has asked for merged datagrams.</param>
internal sealed record DatagramSockets(IPEndPoint Local, bool TakesMerged)
{
    private const int ReceiveBuffer = 4 << 20;

    /// <summary>To whom it is connected.</summary>
    public IPEndPoint? Remote { get; init; }

    /// <summary>Whether it is bound to <c>eth0</c>.</summary>
    public bool IsOfDevice { get; init; }

    public bool IsIPv6Only { get; init; }

    private bool IsIPv6 => Local.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Opens it in the kernel, in the namespace of the thread.</summary>
    public KernelSocket OpenInKernel()
    {
        KernelSocket socket = KernelSocket.Open(IsIPv6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_DGRAM, 0);
        socket.SetOption(Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
        socket.SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBuffer);
        socket.SetOption(Libc.IPPROTO_UDP, Libc.UDP_GRO, TakesMerged ? 1 : 0);
        if (IsIPv6)
        {
            socket.SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, IsIPv6Only ? 1 : 0);
        }

        if (IsOfDevice)
        {
            socket.BindToDevice("eth0");
        }

        socket.Bind(KernelSocket.InternetAddress(Local));
        if (Remote is not null)
        {
            socket.Connect(KernelSocket.InternetAddress(Remote));
        }

        return socket;
    }

    /// <summary>The same of Saker.</summary>
    /// <param name="queue">Where datagrams wait.</param>
    /// <param name="device">The number of <c>eth0</c>.</param>
    public UdpSocket OpenInSaker(ReceiveQueue? queue = null, int device = 2) => new(queue)
    {
        LocalAddress = IsIPv6 ? IPv4Address.Any : IPv4Address.From(Local.Address),
        LocalIPv6 = IsIPv6 ? IPv6Address.From(Local.Address) : null,
        LocalPort = (ushort)Local.Port,
        RemoteAddress = Remote is null || IsIPv6 ? IPv4Address.Any : IPv4Address.From(Remote.Address),
        RemoteIPv6 = Remote is null || !IsIPv6 ? null : IPv6Address.From(Remote.Address),
        RemotePort = (ushort)(Remote?.Port ?? 0),
        IsIPv6Only = IsIPv6Only,
        Device = IsOfDevice ? device : 0,
        TakesMerged = TakesMerged,
        Reader = queue is null ? ReaderMode.Immediate : ReaderMode.Application,
    };

    /// <summary>What waits in the kernel: the length of each datagram, and the size of the segments that it is told to be of.</summary>
    public static List<(int Length, int SegmentSize)> ReadAll(KernelSocket socket)
    {
        List<(int, int)> read = [];
        byte[] buffer = new byte[70_000];
        Span<byte> room = stackalloc byte[64];
        Span<byte> control = room;
        while (socket.TryReceive(buffer, new byte[28], ref control, out int length))
        {
            // struct cmsghdr: a length of 8 bytes, level, type; then a number of 4 bytes.
            bool isTold = control.Length >= 20
                && BinaryPrimitives.ReadInt32LittleEndian(control[8..]) == Libc.IPPROTO_UDP
                && BinaryPrimitives.ReadInt32LittleEndian(control[12..]) == Libc.UDP_GRO;
            read.Add((length, isTold ? BinaryPrimitives.ReadInt32LittleEndian(control[16..]) : 0));
            control = room;
        }

        return read;
    }

    /// <summary>The same of Saker.</summary>
    public static List<(int Length, int SegmentSize)> ReadAll(UdpSocket socket)
    {
        List<(int, int)> read = [];
        byte[] buffer = new byte[70_000];
        while (socket.TryReceive(buffer, out ReceivedDatagram datagram))
        {
            read.Add((datagram.Length, datagram.SegmentSize));
        }

        return read;
    }

    public override string ToString() =>
        $"{Local}{(IsOfDevice ? "%eth0" : string.Empty)}{(IsIPv6Only ? " (IPv6 only)" : string.Empty)} {Remote}{(TakesMerged ? " merged" : string.Empty)}";
}
