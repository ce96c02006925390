using System.Buffers.Binary;
using Saker.Bpf.Classic;
using Saker.Kernel;
using Saker.Kernel.Packets;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>
/// The frames that a device of this host receives and sends, by a packet socket: the kernel runs the filter. The VLAN tag that it takes out of a frame is put back.
/// </summary>
public sealed class DeviceFrames : IFrameSource
{
    private const int TagOffset = 2 * MacAddress.Size;
    private const int TagLength = 4;

    /// <summary>Larger than any frame that a device merges or sends to be cut.</summary>
    private const int BufferSize = (1 << 19) + TagLength;

    /// <summary>Room for bursts, in bytes as the kernel charges them.</summary>
    private const int ReceiveBuffer = 16 << 20;

    // The reception types of pcapng's flag word.
    private const uint Unicast = 1 << 2;
    private const uint Multicast = 2 << 2;
    private const uint Broadcast = 3 << 2;
    private const uint Promiscuous = 4 << 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly PacketSocket _socket;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly CaptureInterface[] _interfaces;
    private long _number;

    private DeviceFrames(PacketSocket socket, string device)
    {
        _socket = socket;
        _interfaces = [new CaptureInterface { Index = 0, LinkType = LinkType.Ethernet, Name = device }];
    }

    /// <summary>Listens to a device.</summary>
    /// <param name="device">Its name. Its frames begin with an Ethernet header, as those of the loopback device do.</param>
    /// <param name="program">The filter; null: every frame passes whole.</param>
    /// <param name="isPromiscuous">Whether the device is to receive what is for others, too.</param>
    /// <exception cref="KernelException">There is no such device, or the right is missing (CAP_NET_RAW).</exception>
    public static DeviceFrames Open(string device, ClassicProgram? program, bool isPromiscuous)
    {
        PacketSocket socket = PacketSocket.Open(new PacketSocketOptions { Device = device, Filter = program, ReceiveBuffer = ReceiveBuffer });
        socket.ShowArrivals();
        if (isPromiscuous)
        {
            socket.MakePromiscuous();
        }

        return new DeviceFrames(socket, device);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    /// <inheritdoc/>
    public bool IsAtEnd => false;

    /// <inheritdoc/>
    public bool TryNext(out DumpedFrame frame)
    {
        if (!_socket.TryReceive(_buffer.AsSpan(TagLength), out PacketArrival arrival)
            && !(_socket.Wait(Patience) && _socket.TryReceive(_buffer.AsSpan(TagLength), out arrival)))
        {
            frame = default;
            return false;
        }

        int length = Math.Min(arrival.Length, BufferSize - TagLength);
        int tagLength = arrival.HasVlanTag && length >= TagOffset ? TagLength : 0;
        if (tagLength != 0)
        {
            _buffer.AsSpan(TagLength, TagOffset).CopyTo(_buffer);
            BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(TagOffset), arrival.VlanProtocol);
            BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(TagOffset + sizeof(ushort)), arrival.VlanTag);
        }

        frame = new DumpedFrame
        {
            Number = ++_number,
            TimestampNanoseconds = arrival.Timestamp,
            OriginalLength = arrival.OriginalLength + tagLength,
            InterfaceIndex = 0,
            LinkType = LinkType.Ethernet,
            Flags = FlagsOf(arrival.Direction),
            Bytes = _buffer.AsSpan(TagLength - tagLength, length + tagLength),
        };
        return true;
    }

    /// <inheritdoc/>
    public DumpSummary Summarize()
    {
        (uint packets, uint drops) = _socket.TakeStatistics();
        return new DumpSummary(packets, drops);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static uint FlagsOf(PacketDirection direction) => direction switch
    {
        PacketDirection.Outgoing => (uint)CaptureDirection.Outbound,
        PacketDirection.Host => (uint)CaptureDirection.Inbound | Unicast,
        PacketDirection.Broadcast => (uint)CaptureDirection.Inbound | Broadcast,
        PacketDirection.Multicast => (uint)CaptureDirection.Inbound | Multicast,
        _ => (uint)CaptureDirection.Inbound | Promiscuous,
    };
}
