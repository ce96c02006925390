using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>What a flow rule can ask of a frame (<c>ethtool -N DEV flow-type …</c>).</summary>
public enum FlowRuleField : byte
{
    /// <summary>The source MAC address (<c>src</c>).</summary>
    SourceMac,

    /// <summary>The destination MAC address (<c>dst</c> of Ethernet rules, <c>dst-mac</c> of others).</summary>
    DestinationMac,

    /// <summary>The EtherType behind VLAN tags (<c>proto</c>).</summary>
    EtherType,

    /// <summary>The source address; one of IPv4 is in the low 32 bits (<c>src-ip</c>).</summary>
    SourceAddress,

    /// <summary>The destination address; one of IPv4 is in the low 32 bits (<c>dst-ip</c>).</summary>
    DestinationAddress,

    /// <summary>Type of service or traffic class (<c>tos</c>, <c>tclass</c>).</summary>
    TypeOfService,

    /// <summary>The transport protocol (<c>l4proto</c>).</summary>
    Protocol,

    /// <summary>The source port, or the first two octets of the transport header (<c>src-port</c>).</summary>
    SourcePort,

    /// <summary>The destination port, or the next two octets of the transport header (<c>dst-port</c>).</summary>
    DestinationPort,

    /// <summary>The security parameter index of IPsec (<c>spi</c>).</summary>
    SecurityParameterIndex,

    /// <summary>The first four octets of the transport header (<c>l4data</c>).</summary>
    TransportData,

    /// <summary>The EtherType of the outer VLAN tag (<c>vlan-etype</c>).</summary>
    VlanEtherType,

    /// <summary>The tag control information of the outer VLAN tag (<c>vlan</c>).</summary>
    VlanTag,

    /// <summary>
    /// Two octets of the payload behind the transport header (<c>user-def</c>): bits 16 to 31 say how many octets into it, bits 0 to 15 what stands there
    /// (kernel documentation: networking/device_drivers/ethernet/intel/i40e.rst). The mask covers the low 16 bits.
    /// </summary>
    UserDefined,
}

/// <summary>One thing that a flow rule asks: the bits of the mask, in the frame, are those of the value.</summary>
/// <param name="Field">What it asks for.</param>
/// <param name="Value">What it must be.</param>
/// <param name="Mask">The bits that are compared. (ethtool's own masks tell the bits that are not.)</param>
public readonly record struct FlowRuleCondition(FlowRuleField Field, UInt128 Value, UInt128 Mask);

/// <summary>How a field is written.</summary>
internal enum FlowRuleNotation
{
    Decimal,
    Hexadecimal,
    Mac,
    Address,
}

/// <summary>How a field of flow rules is written on the command line, how <c>ethtool -n</c> calls it, and in which rules it may stand.</summary>
/// <param name="Field">The field.</param>
/// <param name="Name">Its word on the command line.</param>
/// <param name="Label">What <c>ethtool -n</c> prints in front of it.</param>
/// <param name="Bits">Its width.</param>
/// <param name="Notation">How its value is written.</param>
/// <param name="Kinds">The types of rules that may ask for it, one bit for each <see cref="RssFlowType"/>.</param>
/// <param name="IsExtension">Whether <c>ethtool -n</c> shows it only where it is asked for.</param>
internal sealed record FlowRuleFieldText(
    FlowRuleField Field, string Name, string Label, int Bits, FlowRuleNotation Notation, uint Kinds, bool IsExtension = false)
{
    private const uint Ethernet = 1u << (int)RssFlowType.None;
    private const uint RawIPv4 = 1u << (int)RssFlowType.IPv4;
    private const uint RawIPv6 = 1u << (int)RssFlowType.IPv6;
    private const uint Raw = RawIPv4 | RawIPv6;

    private const uint Ports =
        1u << (int)RssFlowType.IPv4Tcp | 1u << (int)RssFlowType.IPv4Udp | 1u << (int)RssFlowType.IPv4Sctp
        | 1u << (int)RssFlowType.IPv6Tcp | 1u << (int)RssFlowType.IPv6Udp | 1u << (int)RssFlowType.IPv6Sctp;

    private const uint Security =
        1u << (int)RssFlowType.IPv4Ah | 1u << (int)RssFlowType.IPv4Esp | 1u << (int)RssFlowType.IPv6Ah | 1u << (int)RssFlowType.IPv6Esp;

    private const uint IP = Raw | Ports | Security;
    private const uint IPv6 = IP & ~((1u << (int)RssFlowType.IPv6) - 1);
    private const uint IPv4 = IP & ~IPv6;

    /// <summary>All of them, in the order in which <c>ethtool -n</c> prints them.</summary>
    public static readonly FlowRuleFieldText[] All =
    [
        new(FlowRuleField.SourceMac, "src", "Src MAC addr", 48, FlowRuleNotation.Mac, Ethernet),
        new(FlowRuleField.DestinationMac, "dst", "Dest MAC addr", 48, FlowRuleNotation.Mac, Ethernet),
        new(FlowRuleField.EtherType, "proto", "Ethertype", 16, FlowRuleNotation.Hexadecimal, Ethernet),
        new(FlowRuleField.SourceAddress, "src-ip", "Src IP addr", 128, FlowRuleNotation.Address, IP),
        new(FlowRuleField.DestinationAddress, "dst-ip", "Dest IP addr", 128, FlowRuleNotation.Address, IP),
        new(FlowRuleField.TypeOfService, "tos", "TOS", 8, FlowRuleNotation.Hexadecimal, IPv4),
        new(FlowRuleField.TypeOfService, "tclass", "Traffic Class", 8, FlowRuleNotation.Hexadecimal, IPv6),
        new(FlowRuleField.Protocol, "l4proto", "Protocol", 8, FlowRuleNotation.Decimal, Raw),
        new(FlowRuleField.TransportData, "l4data", "L4 bytes", 32, FlowRuleNotation.Hexadecimal, Raw),
        new(FlowRuleField.SourcePort, "src-port", "Src port", 16, FlowRuleNotation.Decimal, Ports | Raw),
        new(FlowRuleField.DestinationPort, "dst-port", "Dest port", 16, FlowRuleNotation.Decimal, Ports | Raw),
        new(FlowRuleField.SecurityParameterIndex, "spi", "SPI", 32, FlowRuleNotation.Decimal, Security),
        new(FlowRuleField.VlanEtherType, "vlan-etype", "VLAN EtherType", 16, FlowRuleNotation.Hexadecimal, Ethernet | IP, IsExtension: true),
        new(FlowRuleField.VlanTag, "vlan", "VLAN", 16, FlowRuleNotation.Hexadecimal, Ethernet | IP, IsExtension: true),
        new(FlowRuleField.UserDefined, "user-def", "User-defined", 64, FlowRuleNotation.Hexadecimal, Ethernet | IP, IsExtension: true),
        new(FlowRuleField.DestinationMac, "dst-mac", "Dest MAC addr", 48, FlowRuleNotation.Mac, IP, IsExtension: true),
    ];

    /// <summary>The bits of the field in rules of a type.</summary>
    public UInt128 FullMask(RssFlowType type) =>
        Notation == FlowRuleNotation.Address && !IsIPv6(type) ? uint.MaxValue : Bits == 128 ? UInt128.MaxValue : (UInt128.One << Bits) - 1;

    /// <summary>Whether rules of a type may ask for it.</summary>
    public bool IsOf(RssFlowType type) => (Kinds >> (int)type & 1) != 0;

    /// <summary>How rules of a type write a field.</summary>
    public static FlowRuleFieldText Of(FlowRuleField field, RssFlowType type) => All.First(text => text.Field == field && text.IsOf(type));

    /// <summary>Reads a value.</summary>
    public bool TryParse(ReadOnlySpan<char> text, RssFlowType type, out UInt128 value)
    {
        value = 0;
        switch (Notation)
        {
            case FlowRuleNotation.Mac:
                bool isMac = MacAddress.TryParse(text, out MacAddress mac);
                value = mac.Value;
                return isMac;
            case FlowRuleNotation.Address when IsIPv6(type):
                bool isIPv6 = IPv6Address.TryParse(text, out IPv6Address address);
                value = address.Value;
                return isIPv6;
            case FlowRuleNotation.Address:
                bool isIPv4 = IPv4Address.TryParse(text, out IPv4Address old);
                value = old.Value;
                return isIPv4;
            default:
                return CommandWords.TryParseNumber(text, out ulong number) && (value = number) <= FullMask(type);
        }
    }

    /// <summary>Writes a value on the command line.</summary>
    public string Format(UInt128 value, RssFlowType type, bool isMask = false) => Notation switch
    {
        FlowRuleNotation.Mac => new MacAddress((ulong)value).ToString(),
        FlowRuleNotation.Address => IsIPv6(type) ? new IPv6Address(value).ToString() : new IPv4Address((uint)value).ToString(),
        FlowRuleNotation.Decimal when !isMask => $"{value}",
        _ => $"0x{(ulong)value:x}",
    };

    private static bool IsIPv6(RssFlowType type) => type >= RssFlowType.IPv6;
}
