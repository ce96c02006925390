using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Saker.Bpf.Classic;
using Saker.Kernel.Devices;
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
/// An AF_PACKET socket: sends frames to a device, and receives what devices receive and send, never waiting unless asked.
/// Belongs to the network namespace of the thread that opens it; needs CAP_NET_RAW.
/// </summary>
public sealed class PacketSocket : IDisposable
{
    private readonly KernelSocket _socket;
    private readonly int _device;

    private PacketSocket(KernelSocket socket, int device)
    {
        _socket = socket;
        _device = device;
    }

    /// <summary>Opens a socket that receives every frame of a device.</summary>
    /// <exception cref="KernelException">There is no such device, or the right is missing.</exception>
    public static PacketSocket Open(string device) => Open(new PacketSocketOptions { Device = device });

    /// <summary>Opens a socket that only sends. It is no tap: the device's frames take their way as if it were not there.</summary>
    /// <exception cref="KernelException">There is no such device, or the right is missing.</exception>
    public static PacketSocket OpenForSending(string device) => Open(new PacketSocketOptions { Device = device, Protocol = 0 });

    /// <summary>Opens a socket. It receives nothing before its filter is in place.</summary>
    /// <exception cref="KernelException">There is no such device, or the right is missing.</exception>
    public static PacketSocket Open(PacketSocketOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int index = options.Device is null ? 0 : DeviceName.Find(options.Device);
        var socket = KernelSocket.Open(Libc.AF_PACKET, options.IsDatagram ? Libc.SOCK_DGRAM : Libc.SOCK_RAW, protocol: 0);
        try
        {
            if (options.ReceiveBuffer != 0)
            {
                socket.SetReceiveBuffer(options.ReceiveBuffer);
            }

            PacketSocket opened = new(socket, index);
            if (options.Filter is { } filter)
            {
                opened.SetFilter(filter);
            }

            Span<byte> address = stackalloc byte[PacketArrival.AddressLength];
            address.Clear();
            MemoryMarshal.Write(address, (ushort)Libc.AF_PACKET);
            BinaryPrimitives.WriteUInt16BigEndian(address[2..], options.Protocol);
            MemoryMarshal.Write(address[4..], index);
            socket.Bind(address);
            return opened;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Lets a program choose the packets, and how many bytes of each are kept, from now on.</summary>
    /// <exception cref="KernelException">The kernel refuses the program, or has no memory for it.</exception>
    public void SetFilter(ClassicProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (_socket.TryAttachFilter(program.Instructions) is var error and not 0)
        {
            throw new KernelException("attaching the filter", error);
        }
    }

    /// <summary>Leaves out the frames that this host sends on the device.</summary>
    public void IgnoreOutgoing() => _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1);

    /// <summary>Tells of a packet that came by a device above another one the lower device, by which it came in.</summary>
    public void ShowOriginalDevice() => _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_ORIGDEV, 1);

    /// <summary>Lets <see cref="TryReceive(Span{byte}, out PacketArrival)"/> tell VLAN tags, lengths, states and times.</summary>
    public void ShowArrivals()
    {
        _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_AUXDATA, 1);
        _socket.SetOption(Libc.SOL_SOCKET, Libc.SO_TIMESTAMPNS, 1);
    }

    /// <summary>Bytes of the <see cref="OffloadHeader"/> that stands in front of each frame once <see cref="ShowOffloads"/> was called.</summary>
    public const int OffloadHeaderLength = OffloadHeader.Length;

    /// <summary>
    /// Puts an <see cref="OffloadHeader"/> in front of each frame that is received, and wants one in front of each that is sent (<c>PACKET_VNET_HDR</c>).
    /// </summary>
    public void ShowOffloads() => _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_VNET_HDR, 1);

    /// <summary>Makes the device receive what is meant for others, as long as this socket lives.</summary>
    public void MakePromiscuous() => ChangeMembership(Libc.PACKET_ADD_MEMBERSHIP, Libc.PACKET_MR_PROMISC);

    /// <summary>Asks the device for the frames to every group, as long as this socket lives.</summary>
    public void TakeAllGroups() => ChangeMembership(Libc.PACKET_ADD_MEMBERSHIP, Libc.PACKET_MR_ALLMULTI);

    /// <summary>Ends one <see cref="MakePromiscuous"/>, if there is one.</summary>
    public void EndPromiscuous() => ChangeMembership(Libc.PACKET_DROP_MEMBERSHIP, Libc.PACKET_MR_PROMISC);

    /// <summary>Shares what comes with the other sockets of a group (<c>PACKET_FANOUT</c>).</summary>
    /// <param name="group">The group's number.</param>
    /// <param name="mode">How it is shared (<c>PACKET_FANOUT_*</c>), with flags.</param>
    public void JoinFanout(ushort group, ushort mode) => _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_FANOUT, group | (mode << 16));

    /// <summary>Lets a program choose the socket of this one's group, where that is the group's mode (<c>PACKET_FANOUT_CBPF</c>).</summary>
    /// <exception cref="KernelException">The kernel refuses the program, or the group has another mode.</exception>
    public void SetFanoutProgram(ClassicProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (_socket.TrySetProgram(Libc.SOL_PACKET, Libc.PACKET_FANOUT_DATA, program.Instructions) is var error and not 0)
        {
            throw new KernelException("setting the program of a fanout group", error);
        }
    }

    /// <summary>How many packets passed the filter, and how many of them found the socket full, since this was asked last (<c>PACKET_STATISTICS</c>).</summary>
    public (uint Packets, uint Drops) TakeStatistics()
    {
        Span<byte> statistics = stackalloc byte[2 * sizeof(uint)];
        _socket.GetOption(Libc.SOL_PACKET, Libc.PACKET_STATISTICS, statistics);
        return (MemoryMarshal.Read<uint>(statistics), MemoryMarshal.Read<uint>(statistics[sizeof(uint)..]));
    }

    /// <summary>
    /// Of a member of a fanout group that rolls over: how many packets went to another member, how many of them since their flow was a huge one, and for how many no
    /// member had room (<c>PACKET_ROLLOVER_STATS</c>).
    /// </summary>
    /// <exception cref="KernelException">The socket has no such group.</exception>
    public (long All, long Huge, long Failed) RolloverStatistics()
    {
        Span<byte> statistics = stackalloc byte[3 * sizeof(long)];
        _socket.GetOption(Libc.SOL_PACKET, Libc.PACKET_ROLLOVER_STATS, statistics);
        return (MemoryMarshal.Read<long>(statistics), MemoryMarshal.Read<long>(statistics[sizeof(long)..]), MemoryMarshal.Read<long>(statistics[(2 * sizeof(long))..]));
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
        Span<byte> address = stackalloc byte[PacketArrival.AddressLength];
        var received = _socket.TryReceive(buffer, address, out length);
        direction = (PacketDirection)address[10];
        return received;
    }

    /// <summary>Takes the next packet with everything that is told of it.</summary>
    /// <param name="buffer">Where it goes; what does not fit is lost.</param>
    /// <param name="arrival">What is told of it; see <see cref="ShowArrivals"/>.</param>
    /// <returns>False when none waits.</returns>
    public bool TryReceive(Span<byte> buffer, out PacketArrival arrival)
    {
        Span<byte> address = stackalloc byte[PacketArrival.AddressLength];
        Span<byte> control = stackalloc byte[PacketArrival.ControlLength];
        var received = _socket.TryReceive(buffer, address, ref control, out var length);
        arrival = received ? PacketArrival.Read(length, address, control) : default;
        return received;
    }

    /// <summary>Waits until a packet can be taken.</summary>
    /// <returns>False if none came for so long.</returns>
    public bool Wait(TimeSpan time) => _socket.Wait(time);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private void ChangeMembership(int option, ushort kind)
    {
        Span<byte> request = stackalloc byte[16];
        request.Clear();
        MemoryMarshal.Write(request, _device);
        MemoryMarshal.Write(request[4..], kind);
        _socket.SetOption(Libc.SOL_PACKET, option, request);
    }
}
