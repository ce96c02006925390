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
    private readonly byte[] _buffer = new byte[1 << 16];

    public KernelPeer(LinkSetup setup)
    {
        _setup = setup;
        (_icmp, Udp) = setup.Kernel.Enter(() => (
            new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp),
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)));
        _icmp.ReceiveTimeout = 1000;
        Udp.ReceiveTimeout = 3000;
        Udp.ReceiveBufferSize = 8 << 20;
        Udp.Bind(new IPEndPoint(IPAddress.Any, 0));
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
        Udp.SendTo(data, to);
        return ReceiveDatagram();
    }

    /// <summary>The next datagram; null: none comes.</summary>
    public byte[]? ReceiveDatagram()
    {
        try
        {
            int length = Udp.Receive(_buffer);
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
        Udp.Dispose();
    }
}
