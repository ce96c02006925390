using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Packets;

/// <summary>What a packet socket tells of a packet beside its bytes: <c>struct sockaddr_ll</c>, <c>struct tpacket_auxdata</c> and a time (packet(7)).</summary>
public readonly record struct PacketArrival
{
    /// <summary>Bytes of a <c>sockaddr_ll</c>.</summary>
    internal const int AddressLength = 20;

    /// <summary>Bytes that hold the control messages with the rest.</summary>
    internal const int ControlLength = 128;

    private const int ControlHeader = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Bytes that were queued: as many as the socket's filter wanted.</summary>
    public required int Length { get; init; }

    /// <summary>The protocol, in host order: an EtherType, or a number of Linux's.</summary>
    public ushort Protocol { get; init; }

    /// <summary>The index of the device.</summary>
    public int Device { get; init; }

    /// <summary>The device's kind (<c>ARPHRD_*</c>).</summary>
    public ushort HardwareType { get; init; }

    /// <summary>For whom it was.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>Bytes of the sender's address.</summary>
    public byte AddressSize { get; init; }

    /// <summary>The sender's address, the first byte the most significant.</summary>
    public ulong Address { get; init; }

    /// <summary>Flags that tell of the VLAN tag, the checksum and losses (<c>TP_STATUS_*</c>).</summary>
    public uint Status { get; init; }

    /// <summary>How long the packet was, as the socket would have got it whole.</summary>
    public int OriginalLength { get; init; }

    /// <summary>Where the network header begins in what was received (<c>tp_net</c>).</summary>
    public ushort NetworkOffset { get; init; }

    /// <summary>The VLAN tag that was taken out of the packet, where <see cref="HasVlanTag"/>.</summary>
    public ushort VlanTag { get; init; }

    /// <summary>That tag's EtherType, in host order.</summary>
    public ushort VlanProtocol { get; init; }

    /// <summary>When it came or went, in nanoseconds since 1970; 0 if nobody asked.</summary>
    public long Timestamp { get; init; }

    /// <summary>Whether a VLAN tag was taken out of it.</summary>
    public bool HasVlanTag => (Status & Libc.TP_STATUS_VLAN_VALID) != 0;

    /// <summary>Reads what came with a packet.</summary>
    internal static PacketArrival Read(int length, ReadOnlySpan<byte> address, ReadOnlySpan<byte> control)
    {
        PacketArrival arrival = new()
        {
            Length = length,
            OriginalLength = length,
            Protocol = BinaryPrimitives.ReadUInt16BigEndian(address[2..]),
            Device = MemoryMarshal.Read<int>(address[4..]),
            HardwareType = MemoryMarshal.Read<ushort>(address[8..]),
            Direction = (PacketDirection)address[10],
            AddressSize = address[11],
            Address = BinaryPrimitives.ReadUInt64BigEndian(address[12..]),
        };

        // cmsg(3): length, level, type, data, each at a multiple of eight bytes.
        while (control.Length >= ControlHeader)
        {
            var size = (int)Math.Min((ulong)control.Length, MemoryMarshal.Read<ulong>(control));
            if (size < ControlHeader)
            {
                break;
            }

            var data = control[ControlHeader..size];
            arrival = (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..])) switch
            {
                (Libc.SOL_PACKET, Libc.PACKET_AUXDATA) => arrival with
                {
                    Status = MemoryMarshal.Read<uint>(data),
                    OriginalLength = MemoryMarshal.Read<int>(data[4..]),
                    NetworkOffset = MemoryMarshal.Read<ushort>(data[14..]),
                    VlanTag = MemoryMarshal.Read<ushort>(data[16..]),
                    VlanProtocol = MemoryMarshal.Read<ushort>(data[18..]),
                },
                (Libc.SOL_SOCKET, Libc.SO_TIMESTAMPNS) => arrival with
                {
                    Timestamp = (MemoryMarshal.Read<long>(data) * NanosecondsPerSecond) + MemoryMarshal.Read<long>(data[8..]),
                },
                _ => arrival,
            };
            control = control[Math.Min(control.Length, (size + 7) & ~7)..];
        }

        return arrival;
    }
}
