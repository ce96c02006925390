using System.Buffers.Binary;

namespace Saker.Wire.Captures;

/// <summary>How a frame met the host that recorded it (<c>PACKET_HOST</c> and its neighbours in <c>linux/if_packet.h</c>).</summary>
public enum LinkPacketType : byte
{
    /// <summary>It was sent to the host itself.</summary>
    Host = 0,

    /// <summary>It was sent to everyone on the link.</summary>
    Broadcast = 1,

    /// <summary>It was sent to a group.</summary>
    Multicast = 2,

    /// <summary>It was sent to someone else, and seen because the interface is promiscuous.</summary>
    OtherHost = 3,

    /// <summary>The host sent it.</summary>
    Outgoing = 4,
}

/// <summary>What the link-layer header of a captured frame says, whatever its form.</summary>
/// <param name="Protocol">What the frame carries; as in Linux, frames with a length in place of a type are <see cref="EtherType.Ieee8022"/> or
/// <see cref="EtherType.Ieee8023"/>. VLAN tags are not looked into.</param>
/// <param name="NetworkOffset">Where that begins, in bytes from the beginning of the frame.</param>
/// <param name="Source">Who sent it, where the header has an Ethernet address for that.</param>
/// <param name="Destination">To whom, where the header has an Ethernet address for that.</param>
/// <param name="PacketType">How the frame met the host, where the header says so. An Ethernet header says it of broadcast and multicast only.</param>
public readonly record struct LinkLayerInfo(
    EtherType Protocol, int NetworkOffset, MacAddress? Source = null, MacAddress? Destination = null, LinkPacketType? PacketType = null);

/// <summary>Reads the link-layer headers of captures: Ethernet, Linux cooked, BSD loopback, and none at all (raw IP).</summary>
public static class LinkLayer
{
    /// <summary>The supported link types, for messages.</summary>
    public const string SupportedTypes = "Ethernet (1), raw IP (12, 14, 101, 228, 229), Linux cooked (113, 276) and loopback (0, 108)";

    private const int EthernetLength = 14;
    private const int EthernetSource = 6;
    private const int EthernetType = 12;

    private const int CookedLength = 16;
    private const int CookedPacketType = 0;
    private const int CookedHardwareType = 2;
    private const int CookedAddressLength = 4;
    private const int CookedAddress = 6;
    private const int CookedProtocol = 14;

    private const int Cooked2Length = 20;
    private const int Cooked2Protocol = 0;
    private const int Cooked2HardwareType = 8;
    private const int Cooked2PacketType = 10;
    private const int Cooked2AddressLength = 11;
    private const int Cooked2Address = 12;

    private const int LoopbackLength = 4;

    /// <summary>Whether frames of a link type can be resolved.</summary>
    public static bool IsSupported(LinkType type) => type
        is LinkType.Ethernet
        or LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.IPv4 or LinkType.IPv6
        or LinkType.LinuxSll or LinkType.LinuxSll2
        or LinkType.Null or LinkType.Loop;

    /// <summary>Reads the header of a frame; false where it is cut short, says nothing that is known, or is of a type that is not supported.</summary>
    public static bool TryResolve(LinkType type, ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        info = default;
        return type switch
        {
            LinkType.Ethernet => TryResolveEthernet(frame, out info),
            LinkType.LinuxSll => TryResolveCooked(frame, out info),
            LinkType.LinuxSll2 => TryResolveCooked2(frame, out info),
            LinkType.Null or LinkType.Loop => TryResolveLoopback(frame, out info),
            LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd => TryResolveRaw(frame, out info),
            LinkType.IPv4 => TryResolveKnown(EtherType.IPv4, frame, out info),
            LinkType.IPv6 => TryResolveKnown(EtherType.IPv6, frame, out info),
            _ => false,
        };
    }

    private static bool TryResolveEthernet(ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        if (frame.Length < EthernetLength)
        {
            info = default;
            return false;
        }

        var destination = MacAddress.ReadFrom(frame);
        LinkPacketType? packetType = destination.IsBroadcast ? LinkPacketType.Broadcast : destination.IsMulticast ? LinkPacketType.Multicast : null;
        info = new LinkLayerInfo(
            EthernetProtocol(frame), EthernetLength, MacAddress.ReadFrom(frame[EthernetSource..]), destination, packetType);
        return true;
    }

    // As eth_type_trans tells them apart: a length stands for 802.2, or, where the payload begins with the checksum that Novell did not use, raw 802.3.
    private static EtherType EthernetProtocol(ReadOnlySpan<byte> frame)
    {
        var type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[EthernetType..]);
        return !type.IsLength ? type
            : frame[EthernetLength..] is [0xff, 0xff, ..] ? EtherType.Ieee8023
            : EtherType.Ieee8022;
    }

    private static bool TryResolveCooked(ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        if (frame.Length < CookedLength || !HasEtherType(BinaryPrimitives.ReadUInt16BigEndian(frame[CookedHardwareType..])))
        {
            info = default;
            return false;
        }

        int addressLength = BinaryPrimitives.ReadUInt16BigEndian(frame[CookedAddressLength..]);
        info = new LinkLayerInfo(
            (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[CookedProtocol..]),
            CookedLength,
            addressLength == MacAddress.Size ? MacAddress.ReadFrom(frame[CookedAddress..]) : null,
            PacketType: PacketTypeOf(BinaryPrimitives.ReadUInt16BigEndian(frame[CookedPacketType..])));
        return true;
    }

    private static bool TryResolveCooked2(ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        if (frame.Length < Cooked2Length || !HasEtherType(BinaryPrimitives.ReadUInt16BigEndian(frame[Cooked2HardwareType..])))
        {
            info = default;
            return false;
        }

        info = new LinkLayerInfo(
            (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[Cooked2Protocol..]),
            Cooked2Length,
            frame[Cooked2AddressLength] == MacAddress.Size ? MacAddress.ReadFrom(frame[Cooked2Address..]) : null,
            PacketType: PacketTypeOf(frame[Cooked2PacketType]));
        return true;
    }

    // The family is in the byte order of a machine that is not known; as families are small, only one reading of it can be right.
    private static bool TryResolveLoopback(ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        const uint LargestFamily = 0xffff;
        info = default;
        if (frame.Length < LoopbackLength)
        {
            return false;
        }

        uint family = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        family = family > LargestFamily ? BinaryPrimitives.ReverseEndianness(family) : family;
        EtherType protocol = family switch
        {
            2 => EtherType.IPv4,

            // Linux, NetBSD and OpenBSD, FreeBSD, macOS.
            10 or 24 or 28 or 30 => EtherType.IPv6,
            _ => EtherType.None,
        };
        info = new LinkLayerInfo(protocol, LoopbackLength);
        return protocol != EtherType.None;
    }

    private static bool TryResolveRaw(ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        EtherType protocol = frame.IsEmpty ? EtherType.None : (frame[0] >> 4) switch
        {
            4 => EtherType.IPv4,
            6 => EtherType.IPv6,
            _ => EtherType.None,
        };
        info = new LinkLayerInfo(protocol, 0);
        return protocol != EtherType.None;
    }

    private static bool TryResolveKnown(EtherType protocol, ReadOnlySpan<byte> frame, out LinkLayerInfo info)
    {
        info = new LinkLayerInfo(protocol, 0);
        return !frame.IsEmpty;
    }

    // On some kinds of device the protocol field of a cooked header means something else (linux/if_arp.h): frame relay, 802.11 in its three forms, netlink.
    private static bool HasEtherType(ushort hardwareType) => hardwareType is not (770 or 801 or 802 or 803 or 824);

    private static LinkPacketType? PacketTypeOf(int value) => value <= (int)LinkPacketType.Outgoing ? (LinkPacketType)value : null;
}
