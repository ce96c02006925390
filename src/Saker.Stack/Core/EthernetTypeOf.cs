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
    public static void Frame(PacketBuffer packet, NetworkDevice device)
    {
        packet.MarkLinkHeader();
        packet.LinkHeaderLength = NetworkDevice.EthernetHeaderLength;
        ReadOnlySpan<byte> frame = packet.Linear;
        packet.Pull(NetworkDevice.EthernetHeaderLength);
        Set(packet, device, frame);
    }

    /// <summary>Sets device, packet type and protocol of a packet whose link header is marked and pulled.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="device">The device that it came by.</param>
    /// <param name="frame">Its linear bytes from the link header on.</param>
    /// <returns>Its linear bytes behind that.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Set(PacketBuffer packet, NetworkDevice device, ReadOnlySpan<byte> frame)
    {
        // One look at the length serves all that is read.
        ReadOnlySpan<byte> data = frame[NetworkDevice.EthernetHeaderLength..];
        packet.Device = device.Index;
        MacAddress destination = MacAddress.ReadFrom(frame);
        packet.PacketType = destination == device.Address ? PacketType.Host
            : !destination.IsMulticast ? PacketType.OtherHost
            : destination == device.Broadcast ? PacketType.Broadcast
            : PacketType.Multicast;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[(2 * MacAddress.Size)..]);
        packet.Protocol = type >= EtherTypes.First ? type : Field(type, data);
        return data;
    }

    /// <summary>
    /// What the type field says: an EtherType, or a length. Behind a length comes LLC, or, where the payload begins with ones, Novell's raw 802.3.
    /// </summary>
    public static ushort Field(ushort type, ReadOnlySpan<byte> payload) =>
        type >= EtherTypes.First ? type
        : payload is [0xff, 0xff, ..] ? (ushort)EtherType.Ieee8023
        : (ushort)EtherType.Ieee8022;
}
