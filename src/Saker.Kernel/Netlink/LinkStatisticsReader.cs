using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Netlink;

/// <summary>
/// Reads a device's counters (<c>rtnl_link_stats64</c>) over rtnetlink, without a file system to look into: <c>/sys/class/net</c> shows the
/// namespace that mounted it, not the one asked from. Belongs to the network namespace of the thread that creates it.
/// </summary>
public sealed class LinkStatisticsReader : IDisposable
{
    // linux/rtnetlink.h and linux/if_link.h
    private const ushort GetStatistics = 94;
    private const ushort LinkStatistics64 = 1;
    private const int MessageHeaderLength = 16;
    private const int StatisticsHeaderLength = 12;

    private readonly KernelSocket _socket = KernelSocket.Open(Libc.AF_NETLINK, Libc.SOCK_RAW, Libc.NETLINK_ROUTE);
    private readonly byte[] _reply = new byte[4096];

    /// <summary>The counters' names, in the order of <see cref="Read"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped", "multicast", "collisions",
        "rx_length_errors", "rx_over_errors", "rx_crc_errors", "rx_frame_errors", "rx_fifo_errors", "rx_missed_errors",
        "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors", "tx_heartbeat_errors", "tx_window_errors",
        "rx_compressed", "tx_compressed", "rx_nohandler", "rx_otherhost_dropped",
    ];

    /// <summary>Reads a device's counters. Counters that the kernel does not know yet stay zero.</summary>
    /// <param name="deviceIndex">The device's index.</param>
    /// <param name="counters">Where they go, in the order of <see cref="Names"/>.</param>
    /// <exception cref="KernelException">There is no such device.</exception>
    public void Read(int deviceIndex, Span<ulong> counters)
    {
        Span<byte> request = stackalloc byte[MessageHeaderLength + StatisticsHeaderLength];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], GetStatistics);
        MemoryMarshal.Write(request[6..], (ushort)1); // NLM_F_REQUEST
        MemoryMarshal.Write(request[(MessageHeaderLength + 4)..], deviceIndex);
        MemoryMarshal.Write(request[(MessageHeaderLength + 8)..], 1u << (LinkStatistics64 - 1));
        _socket.Send(request);

        counters.Clear();
        if (!_socket.TryReceive(_reply, [], out var length))
        {
            throw new KernelException("RTM_GETSTATS: no answer");
        }

        var reply = _reply.AsSpan(0, Math.Min(length, _reply.Length));
        if (BinaryPrimitives.ReadUInt16LittleEndian(reply[4..]) == 2)
        {
            throw new KernelException($"RTM_GETSTATS of device {deviceIndex}", -BinaryPrimitives.ReadInt32LittleEndian(reply[MessageHeaderLength..]));
        }

        var attributes = reply[(MessageHeaderLength + StatisticsHeaderLength)..];
        while (attributes.Length >= 4)
        {
            int attributeLength = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            if (attributeLength < 4 || attributeLength > attributes.Length)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) == LinkStatistics64)
            {
                var values = MemoryMarshal.Cast<byte, ulong>(attributes[4..attributeLength]);
                values[..Math.Min(values.Length, counters.Length)].CopyTo(counters);
            }

            attributes = attributes[Math.Min(attributes.Length, (attributeLength + 3) & ~3)..];
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();
}
