using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Packets;

/// <summary>How a frame met the device: the <c>pkt_type</c> of packet(7).</summary>
public enum PacketDirection : byte
{
    /// <summary>To the device's own address.</summary>
    Host = 0,

    /// <summary>To the broadcast address.</summary>
    Broadcast = 1,

    /// <summary>To a group address.</summary>
    Multicast = 2,

    /// <summary>To another host, seen because the device is promiscuous or does not filter.</summary>
    OtherHost = 3,

    /// <summary>Sent by this host.</summary>
    Outgoing = 4,
}

/// <summary>
/// An AF_PACKET raw socket on one device: sends whole Ethernet frames and receives what the device receives and sends, never waiting.
/// Belongs to the network namespace of the thread that opens it; needs CAP_NET_RAW.
/// </summary>
public sealed class PacketSocket : IDisposable
{
    private const int AddressLength = 20;
    private const int AllProtocols = 3;

    private readonly KernelSocket _socket;
    private readonly int _device;

    private PacketSocket(KernelSocket socket, int device)
    {
        _socket = socket;
        _device = device;
    }

    /// <summary>Opens a socket that receives every frame of a device.</summary>
    /// <exception cref="KernelException">There is no such device, or the right is missing.</exception>
    public static PacketSocket Open(string device) => Open(device, AllProtocols);

    /// <summary>Opens a socket that only sends. It is no tap: the device's frames take their way as if it were not there.</summary>
    /// <exception cref="KernelException">There is no such device, or the right is missing.</exception>
    public static PacketSocket OpenForSending(string device) => Open(device, protocol: 0);

    /// <summary>Leaves out the frames that this host sends on the device.</summary>
    public void IgnoreOutgoing() => _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1);

    /// <summary>Bytes of the <see cref="OffloadHeader"/> that stands in front of each frame once <see cref="ShowOffloads"/> was called.</summary>
    public const int OffloadHeaderLength = 10;

    /// <summary>
    /// Puts an <see cref="OffloadHeader"/> in front of each frame that is received, and wants one in front of each that is sent (<c>PACKET_VNET_HDR</c>).
    /// </summary>
    public void ShowOffloads() => _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_VNET_HDR, 1);

    /// <summary>Makes the device receive what is meant for others, as long as this socket lives.</summary>
    public void MakePromiscuous()
    {
        Span<byte> request = stackalloc byte[16];
        request.Clear();
        MemoryMarshal.Write(request, _device);
        MemoryMarshal.Write(request[4..], (ushort)Libc.PACKET_MR_PROMISC);
        _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_ADD_MEMBERSHIP, request);
    }

    /// <summary>Sends one frame, from its destination address on and without a frame check sequence.</summary>
    /// <exception cref="KernelException">The device is down, or the frame is longer than it takes.</exception>
    public void Send(ReadOnlySpan<byte> frame) => _socket.Send(frame);

    /// <summary>Takes the next frame.</summary>
    /// <param name="buffer">Where the frame goes; what does not fit is lost.</param>
    /// <param name="length">The frame's own length, which may be more than the buffer's.</param>
    /// <param name="direction">Whether it came or went, and for whom.</param>
    /// <returns>False when no frame waits.</returns>
    public bool TryReceive(Span<byte> buffer, out int length, out PacketDirection direction)
    {
        Span<byte> address = stackalloc byte[AddressLength];
        var received = _socket.TryReceive(buffer, address, out length);
        direction = (PacketDirection)address[10];
        return received;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private static PacketSocket Open(string device, ushort protocol)
    {
        var index = Libc.if_nametoindex(device);
        if (index == 0)
        {
            throw KernelException.FromLastError($"device {device}");
        }

        var socket = KernelSocket.Open(Libc.AF_PACKET, Libc.SOCK_RAW, protocol: 0);
        try
        {
            Span<byte> address = stackalloc byte[AddressLength];
            address.Clear();
            MemoryMarshal.Write(address, (ushort)Libc.AF_PACKET);
            BinaryPrimitives.WriteUInt16BigEndian(address[2..], protocol);
            MemoryMarshal.Write(address[4..], (int)index);
            socket.Bind(address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new PacketSocket(socket, (int)index);
    }
}
