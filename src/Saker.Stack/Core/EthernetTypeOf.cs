using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>Reads the Ethernet header: to whom the frame is, and what it bears (<c>eth_type_trans</c>).</summary>
internal static class EthernetTypeOf
{
    /// <summary>
    /// Notes where the link header is, pulls it, and sets packet type and protocol. The caller has made sure that the header is there and linear.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Frame(PacketBuffer packet, NetworkDevice device)
    {
        packet.Device = device.Index;
        packet.MarkLinkHeader();
        packet.LinkHeaderLength = NetworkDevice.EthernetHeaderLength;
        Span<byte> header = packet.Linear[..NetworkDevice.EthernetHeaderLength];
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(header[(2 * MacAddress.Size)..]);
        MacAddress destination = MacAddress.ReadFrom(header);
        packet.PacketType = destination == device.Address ? PacketType.Host
            : !destination.IsMulticast ? PacketType.OtherHost
            : destination == device.Broadcast ? PacketType.Broadcast
            : PacketType.Multicast;
        packet.Pull(NetworkDevice.EthernetHeaderLength);
        packet.Protocol = type >= EtherTypes.First ? type : Field(type, packet.Linear);
    }

    /// <summary>
    /// What the type field says: an EtherType, or a length. Behind a length comes LLC, or, where the payload begins with ones, Novell's raw 802.3.
    /// </summary>
    public static ushort Field(ushort type, ReadOnlySpan<byte> payload) =>
        type >= EtherTypes.First ? type
        : payload is [0xff, 0xff, ..] ? (ushort)EtherType.Ieee8023
        : (ushort)EtherType.Ieee8022;
}
