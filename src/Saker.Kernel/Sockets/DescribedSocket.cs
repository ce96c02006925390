using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Saker.Kernel.Devices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Sockets;

/// <summary>
/// A socket opened as described, which reads what comes without waiting. It belongs to the network namespace of the thread that creates it.
/// </summary>
public sealed class DescribedSocket : IDisposable
{
    // So many handshakes may be half open that none of a run's is refused.
    private const int Backlog = 4096;

    private readonly KernelSocket _socket;
    private readonly bool _listens;

    /// <summary>Opens it.</summary>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    /// <exception cref="FormatException">An end is no address and port.</exception>
    public DescribedSocket(SocketDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        Description = description;
        _listens = description.Protocol == "tcp" && description.Remote is null;
        _socket = description.Protocol == "packet" ? OpenPacket(description) : OpenInternet(description);
    }

    /// <summary>How it was opened.</summary>
    public SocketDescription Description { get; }

    /// <summary>Reads everything that waits, and tells how much there was: datagrams, or reads of a stream.</summary>
    /// <param name="buffer">Where it is read to; what does not fit is lost.</param>
    public int Drain(Span<byte> buffer)
    {
        var count = 0;
        if (_listens)
        {
            while (_socket.Accept() is { } connection)
            {
                connection.Dispose();
                count++;
            }

            return count;
        }

        // A length of zero is a datagram for a datagram socket and the end for a stream.
        while (_socket.TryReceive(buffer, [], out var length))
        {
            if (length == 0 && Description.Protocol == "tcp")
            {
                break;
            }

            count++;
        }

        return count;
    }

    /// <summary>How much memory the packets in the receive queue take, of the buffer's size.</summary>
    public uint QueuedBytes()
    {
        Span<uint> memory = stackalloc uint[9]; // SK_MEMINFO_VARS; the first is SK_MEMINFO_RMEM_ALLOC
        _socket.GetOption(Libc.SOL_SOCKET, Libc.SO_MEMINFO, MemoryMarshal.AsBytes(memory));
        return memory[0];
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _socket.Dispose();

    private static KernelSocket OpenPacket(SocketDescription description)
    {
        var type = ushort.Parse(description.Local.AsSpan("0x".Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var socket = KernelSocket.Open(Libc.AF_PACKET, Libc.SOCK_RAW, BinaryPrimitives.ReverseEndianness(type));
        // What counts is what the host receives; its replies are seen at the other end.
        socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1);
        return socket;
    }

    private static KernelSocket OpenInternet(SocketDescription description)
    {
        var local = IPEndPoint.Parse(description.Local);
        var (type, protocol) = description.Protocol switch
        {
            "udp" => (Libc.SOCK_DGRAM, Libc.IPPROTO_UDP),
            "udplite" => (Libc.SOCK_DGRAM, Libc.IPPROTO_UDPLITE),
            "tcp" => (Libc.SOCK_STREAM, Libc.IPPROTO_TCP),
            "raw" => (Libc.SOCK_RAW, local.Port),
            _ => throw new ArgumentException($"no socket protocol: {description.Protocol}", nameof(description)),
        };
        var socket = KernelSocket.Open(local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET, type, protocol);
        try
        {
            SetOptions(socket, description);
            // A raw socket's port is its protocol, and a datagram socket with none is not bound: it receives nothing, and may be in groups.
            if (!IPAddress.Any.Equals(local.Address) || (description.Protocol != "raw" && local.Port != 0))
            {
                socket.Bind(KernelSocket.InternetAddress(local));
            }

            if (description.Remote is { } remote)
            {
                var peer = IPEndPoint.Parse(remote);
                peer.Address = local.AddressFamily == peer.AddressFamily ? peer.Address : peer.Address.MapToIPv6();
                socket.Connect(KernelSocket.InternetAddress(peer));
            }
            else if (description.Protocol == "tcp")
            {
                socket.Listen(Backlog);
            }

            if (description.Sequences is not null)
            {
                socket.SetOption(Libc.IPPROTO_TCP, Libc.TCP_REPAIR, 0);
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return socket;
    }

    private static void SetOptions(KernelSocket socket, SocketDescription description)
    {
        if (description.ReuseAddress || description.Protocol == "tcp")
        {
            socket.SetOption(Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
        }

        // A socket may outlive its address, and some are bound before there is one. Raw sockets of IPv6 have none of IPv4's options.
        if (description.Protocol != "raw" || !description.Local.StartsWith('['))
        {
            socket.SetOption(Libc.IPPROTO_IP, Libc.IP_FREEBIND, 1);
        }

        if (description.Protocol is "udp" or "udplite")
        {
            // Some are connected to a broadcast address.
            socket.SetOption(Libc.SOL_SOCKET, Libc.SO_BROADCAST, 1);
        }

        if (description.Device is { } device)
        {
            socket.BindToDevice(device);
        }

        if (description.ReceiveBuffer is { } size)
        {
            socket.SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUF, size);
        }

        foreach (var option in description.Options)
        {
            socket.SetOption(option.Level, option.Name, option.Value);
        }

        foreach (var group in description.Groups)
        {
            // struct ip_mreqn: group, local address, device index.
            var request = new byte[12];
            IPAddress.Parse(group).TryWriteBytes(request, out _);
            BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(8), DeviceName.IndexOf(description.GroupDevice));
            socket.SetOption(Libc.IPPROTO_IP, Libc.IP_ADD_MEMBERSHIP, request);
        }

        if (description.Sequences is { } sequences)
        {
            // A socket in repair mode is established by connect(2) without a word on the wire (CRIU's way).
            socket.SetOption(Libc.IPPROTO_TCP, Libc.TCP_REPAIR, 1);
            socket.SetOption(Libc.IPPROTO_TCP, Libc.TCP_REPAIR_QUEUE, Libc.TCP_SEND_QUEUE);
            socket.SetOption(Libc.IPPROTO_TCP, Libc.TCP_QUEUE_SEQ, (int)sequences.Send);
            socket.SetOption(Libc.IPPROTO_TCP, Libc.TCP_REPAIR_QUEUE, Libc.TCP_RECV_QUEUE);
            socket.SetOption(Libc.IPPROTO_TCP, Libc.TCP_QUEUE_SEQ, (int)sequences.Receive);
        }
    }
}
