using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>What an ARP packet asks or tells (RFC 826, RFC 903, RFC 2390).</summary>
public enum ArpOperation : ushort
{
    /// <summary>Who has the target's protocol address?</summary>
    Request = 1,

    /// <summary>The sender has.</summary>
    Reply = 2,

    /// <summary>Which protocol address has the target's hardware? (RARP)</summary>
    ReverseRequest = 3,

    /// <summary>The answer to it.</summary>
    ReverseReply = 4,

    /// <summary>Which protocol address is at the other end of this circuit? (InARP)</summary>
    InverseRequest = 8,

    /// <summary>The answer to it.</summary>
    InverseReply = 9,

    /// <summary>Refused (ATMARP).</summary>
    Refusal = 10,
}

/// <summary>What kind of link an ARP packet speaks of (IANA "ARP parameters", hardware types).</summary>
public enum ArpHardwareType : ushort
{
    /// <summary>Reserved.</summary>
    None = 0,

    /// <summary>Ethernet.</summary>
    Ethernet = 1,

    /// <summary>IEEE 802 networks.</summary>
    Ieee802 = 6,

    /// <summary>Frame relay.</summary>
    FrameRelay = 15,

    /// <summary>Fibre Channel.</summary>
    FibreChannel = 18,

    /// <summary>IEEE 1394.</summary>
    Ieee1394 = 24,

    /// <summary>InfiniBand.</summary>
    InfiniBand = 32,
}

/// <summary>An ARP packet in place (RFC 826), of any kind of link and protocol; the usual form, IPv4 over Ethernet, has accessors of its own.</summary>
public readonly ref struct ArpView
{
    /// <summary>The octets in front of the addresses.</summary>
    public const int FixedLength = 8;

    /// <summary>The octets of a packet about IPv4 over Ethernet.</summary>
    public const int EthernetIPv4Length = 28;

    private readonly ReadOnlySpan<byte> _bytes;

    private ArpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The kind of link.</summary>
    public ArpHardwareType HardwareType => (ArpHardwareType)Field.UInt16(_bytes, Offset.HardwareType);

    /// <summary>The protocol whose addresses are resolved.</summary>
    public EtherType ProtocolType => (EtherType)Field.UInt16(_bytes, Offset.ProtocolType);

    /// <summary>The octets of a hardware address.</summary>
    public int HardwareLength => Field.Byte(_bytes, Offset.HardwareLength);

    /// <summary>The octets of a protocol address.</summary>
    public int ProtocolLength => Field.Byte(_bytes, Offset.ProtocolLength);

    /// <summary>What is asked or told.</summary>
    public ArpOperation Operation => (ArpOperation)Field.UInt16(_bytes, Offset.Operation);

    /// <summary>The octets of the packet by the two lengths that it tells.</summary>
    public int PacketLength => FixedLength + (2 * (HardwareLength + ProtocolLength));

    /// <summary>Whether all four addresses are there.</summary>
    public bool IsComplete => PacketLength <= _bytes.Length;

    /// <summary>The sender's hardware address, as much of it as is there.</summary>
    public ReadOnlySpan<byte> SenderHardware => Field.Part(_bytes, FixedLength, HardwareLength);

    /// <summary>The sender's protocol address, as much of it as is there.</summary>
    public ReadOnlySpan<byte> SenderProtocol => Field.Part(_bytes, FixedLength + HardwareLength, ProtocolLength);

    /// <summary>The target's hardware address, as much of it as is there.</summary>
    public ReadOnlySpan<byte> TargetHardware => Field.Part(_bytes, FixedLength + HardwareLength + ProtocolLength, HardwareLength);

    /// <summary>The target's protocol address, as much of it as is there.</summary>
    public ReadOnlySpan<byte> TargetProtocol => Field.Part(_bytes, FixedLength + (2 * HardwareLength) + ProtocolLength, ProtocolLength);

    /// <summary>
    /// Whether the addresses have the lengths of Ethernet's and IPv4's and are all there, so that the four accessors below mean something.
    /// Kind of link and protocol are not looked at: which of them are right is the receiver's business.
    /// </summary>
    public bool IsEthernetIPv4 =>
        _bytes.Length >= EthernetIPv4Length && Field.UInt16(_bytes, Offset.HardwareLength) == (MacAddress.Size << 8 | IPv4Address.Size);

    /// <summary>The sender's Ethernet address, or zero where <see cref="IsEthernetIPv4"/> is not so.</summary>
    public MacAddress SenderMac => IsEthernetIPv4 ? Field.Mac(_bytes, Offset.SenderMac) : default;

    /// <summary>The sender's IPv4 address, or 0.0.0.0 where <see cref="IsEthernetIPv4"/> is not so.</summary>
    public IPv4Address SenderAddress => IsEthernetIPv4 ? Field.IPv4(_bytes, Offset.SenderAddress) : default;

    /// <summary>The target's Ethernet address, or zero where <see cref="IsEthernetIPv4"/> is not so.</summary>
    public MacAddress TargetMac => IsEthernetIPv4 ? Field.Mac(_bytes, Offset.TargetMac) : default;

    /// <summary>The target's IPv4 address, or 0.0.0.0 where <see cref="IsEthernetIPv4"/> is not so.</summary>
    public IPv4Address TargetAddress => IsEthernetIPv4 ? Field.IPv4(_bytes, Offset.TargetAddress) : default;

    /// <summary>Looks at a packet.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the addresses.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ArpView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new ArpView(bytes);
        return true;
    }

    /// <summary>The packet as a value; its addresses are zero where <see cref="IsEthernetIPv4"/> is not so.</summary>
    public ArpHeader ToHeader() => new()
    {
        HardwareType = HardwareType,
        ProtocolType = ProtocolType,
        Operation = Operation,
        SenderMac = SenderMac,
        SenderAddress = SenderAddress,
        TargetMac = TargetMac,
        TargetAddress = TargetAddress,
    };
}

/// <summary>An ARP packet about IPv4 over Ethernet as a value.</summary>
public readonly record struct ArpHeader
{
    /// <summary>Makes a packet about IPv4 over Ethernet; everything else is zero.</summary>
    public ArpHeader()
    {
    }

    /// <inheritdoc cref="ArpView.HardwareType"/>
    public ArpHardwareType HardwareType { get; init; } = ArpHardwareType.Ethernet;

    /// <inheritdoc cref="ArpView.ProtocolType"/>
    public EtherType ProtocolType { get; init; } = EtherType.IPv4;

    /// <inheritdoc cref="ArpView.Operation"/>
    public ArpOperation Operation { get; init; }

    /// <summary>The sender's Ethernet address.</summary>
    public MacAddress SenderMac { get; init; }

    /// <summary>The sender's IPv4 address.</summary>
    public IPv4Address SenderAddress { get; init; }

    /// <summary>The target's Ethernet address; zero in a request.</summary>
    public MacAddress TargetMac { get; init; }

    /// <summary>The target's IPv4 address.</summary>
    public IPv4Address TargetAddress { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => ArpView.EthernetIPv4Length;

    /// <summary>Writes the packet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt16(destination, Offset.HardwareType, (ushort)HardwareType);
        Field.SetUInt16(destination, Offset.ProtocolType, (ushort)ProtocolType);
        Field.SetByte(destination, Offset.HardwareLength, MacAddress.Size);
        Field.SetByte(destination, Offset.ProtocolLength, IPv4Address.Size);
        Field.SetUInt16(destination, Offset.Operation, (ushort)Operation);
        Field.SetMac(destination, Offset.SenderMac, SenderMac);
        Field.SetIPv4(destination, Offset.SenderAddress, SenderAddress);
        Field.SetMac(destination, Offset.TargetMac, TargetMac);
        Field.SetIPv4(destination, Offset.TargetAddress, TargetAddress);
    }
}

file static class Offset
{
    internal const int HardwareType = 0;
    internal const int ProtocolType = 2;
    internal const int HardwareLength = 4;
    internal const int ProtocolLength = 5;
    internal const int Operation = 6;
    internal const int SenderMac = 8;
    internal const int SenderAddress = 14;
    internal const int TargetMac = 18;
    internal const int TargetAddress = 24;
}
