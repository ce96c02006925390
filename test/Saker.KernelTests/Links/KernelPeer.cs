using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Saker.Wire;

namespace Saker.KernelTests.Links;

/// <summary>The kernel at the other end of a link, by its sockets.</summary>
internal sealed class KernelPeer : IDisposable
{
    private readonly LinkSetup _setup;
    private readonly Socket _icmp;
    private readonly Socket _icmpV6;
    private readonly byte[] _buffer = new byte[1 << 16];

    public KernelPeer(LinkSetup setup)
    {
        _setup = setup;
        (_icmp, Udp) = setup.Kernel.Enter(() => (
            new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp),
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)));
        (_icmpV6, UdpIPv6) = setup.Kernel.Enter(() => (
            new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6),
            new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp)));
        _icmp.ReceiveTimeout = 1000;
        _icmpV6.ReceiveTimeout = 1000;
        Open(Udp, IPAddress.Any);
        Open(UdpIPv6, IPAddress.IPv6Any);
    }

    /// <summary>A socket of UDP over IPv6.</summary>
    public Socket UdpIPv6 { get; }

    /// <summary>Sends an ICMPv6 echo request and waits for its answer.</summary>
    public bool PingIPv6(IPAddress target, ushort sequence, int length, out IPAddress? answerer)
    {
        byte[] request = new byte[8 + length];
        request[0] = 128;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), sequence);
        for (int i = 8; i < request.Length; i++)
        {
            request[i] = (byte)i;
        }

        // The kernel fills the checksum in, and shows no IPv6 header.
        _icmpV6.SendTo(request, new IPEndPoint(target, 0));
        EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                int received = _icmpV6.ReceiveFrom(_buffer, ref from);
                if (received == request.Length && _buffer[0] == 129 && _buffer.AsSpan(4, request.Length - 4).SequenceEqual(request.AsSpan(4)))
                {
                    answerer = ((IPEndPoint)from).Address;
                    return true;
                }
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            answerer = null;
            return false;
        }
    }

    private static void Open(Socket udp, IPAddress local)
    {
        udp.ReceiveTimeout = 3000;
        udp.ReceiveBufferSize = 8 << 20;
        udp.Bind(new IPEndPoint(local, 0));
    }

    public Socket Udp { get; }

    /// <summary>Sends an echo request and waits for its answer.</summary>
    public bool Ping(ushort sequence, int length)
    {
        byte[] request = new byte[8 + length];
        request[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), sequence);
        for (int i = 8; i < request.Length; i++)
        {
            request[i] = (byte)i;
        }

        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), InternetChecksum.Compute(request));
        _icmp.SendTo(request, new IPEndPoint(new IPAddress([10, 0, 0, 2]), 0));
        try
        {
            while (true)
            {
                // A raw socket sees the IP header, too.
                int received = _icmp.Receive(_buffer);
                if (received == 20 + request.Length && _buffer[20] == 0 && _buffer.AsSpan(24, request.Length - 4).SequenceEqual(request.AsSpan(4)))
                {
                    return true;
                }
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }

    /// <summary>Sends a datagram and waits for one.</summary>
    public byte[]? Exchange(IPEndPoint to, byte[] data)
    {
        Socket udp = to.AddressFamily == AddressFamily.InterNetworkV6 ? UdpIPv6 : Udp;
        udp.SendTo(data, to);
        return ReceiveDatagram(udp);
    }

    /// <summary>The next datagram; null: none comes.</summary>
    public byte[]? ReceiveDatagram() => ReceiveDatagram(Udp);

    private byte[]? ReceiveDatagram(Socket udp)
    {
        try
        {
            int length = udp.Receive(_buffer);
            return _buffer[..length];
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    /// <summary>A counter of the kernel's <c>/proc/net/snmp</c>.</summary>
    public long ReadCounter(string protocol, string name) => _setup.Kernel.Enter(() =>
    {
        string[][] lines = [.. File.ReadLines("/proc/thread-self/net/snmp").Where(line => line.StartsWith($"{protocol}:", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        return long.Parse(lines[1][Array.IndexOf(lines[0], name)], System.Globalization.CultureInfo.InvariantCulture);
    });

    public void Dispose()
    {
        _icmp.Dispose();
        _icmpV6.Dispose();
        Udp.Dispose();
        UdpIPv6.Dispose();
    }
}
