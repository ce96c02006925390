namespace Saker.Wire.Captures;

/// <summary>
/// What the frames of a capture begin with: the <c>LINKTYPE_</c> numbers that capture files of every system share. The ones that Saker
/// understands have a name here; <see cref="LinkTypes.NameOf"/> knows many more.
/// </summary>
/// <remarks>draft-ietf-opsawg-pcaplinktype; <see href="https://www.tcpdump.org/linktypes.html"/>.</remarks>
public enum LinkType : ushort
{
    /// <summary>BSD loopback: the address family in four bytes of the capturing machine's byte order, then an IP packet.</summary>
    Null = 0,

    /// <summary>Ethernet, from the destination address on.</summary>
    Ethernet = 1,

    /// <summary>Raw IP as most BSDs number it.</summary>
    RawBsd = 12,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>An IPv4 or IPv6 packet with nothing before it.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: as <see cref="Null"/>, the address family in network byte order.</summary>
    Loop = 108,

    /// <summary>Linux cooked capture: what a packet socket without link-layer headers tells of a packet, in 16 bytes.</summary>
    LinuxSll = 113,

    /// <summary>An IPv4 packet with nothing before it.</summary>
    IPv4 = 228,

    /// <summary>An IPv6 packet with nothing before it.</summary>
    IPv6 = 229,

    /// <summary>Linux cooked capture, second form: 20 bytes, with the interface's index.</summary>
    LinuxSll2 = 276,
}

/// <summary>Names of link types, for messages.</summary>
public static class LinkTypes
{
    /// <summary>The number, with the name after <c>LINKTYPE_</c> where it is a known one: <c>105 (IEEE802_11)</c>.</summary>
    public static string Describe(LinkType type) => NameOf(type) is { } name ? $"{(ushort)type} ({name})" : $"{(ushort)type}";

    /// <summary>The name after <c>LINKTYPE_</c>, or null where the number has none that is known here.</summary>
    public static string? NameOf(LinkType type) => (ushort)type switch
    {
        0 => "NULL",
        1 => "ETHERNET",
        2 => "EXP_ETHERNET",
        3 => "AX25",
        4 => "PRONET",
        5 => "CHAOS",
        6 => "IEEE802_5",
        7 => "ARCNET_BSD",
        8 => "SLIP",
        9 => "PPP",
        10 => "FDDI",
        12 or 14 or 101 => "RAW",
        50 => "PPP_HDLC",
        51 => "PPP_ETHER",
        99 => "SYMANTEC_FIREWALL",
        100 => "ATM_RFC1483",
        102 => "SLIP_BSDOS",
        103 => "PPP_BSDOS",
        104 => "C_HDLC",
        105 => "IEEE802_11",
        106 => "ATM_CLIP",
        107 => "FRELAY",
        108 => "LOOP",
        109 => "ENC",
        112 => "HDLC",
        113 => "LINUX_SLL",
        114 => "LTALK",
        115 => "ECONET",
        116 => "IPFILTER",
        117 => "PFLOG",
        118 => "CISCO_IOS",
        119 => "IEEE802_11_PRISM",
        120 => "IEEE802_11_AIRONET",
        122 => "IP_OVER_FC",
        123 => "SUNATM",
        127 => "IEEE802_11_RADIOTAP",
        128 => "TZSP",
        129 => "ARCNET_LINUX",
        130 => "JUNIPER_MLPPP",
        131 => "JUNIPER_MLFR",
        132 => "JUNIPER_ES",
        133 => "JUNIPER_GGSN",
        134 => "JUNIPER_MFR",
        135 => "JUNIPER_ATM2",
        136 => "JUNIPER_SERVICES",
        137 => "JUNIPER_ATM1",
        138 => "APPLE_IP_OVER_IEEE1394",
        139 => "MTP2_WITH_PHDR",
        140 => "MTP2",
        141 => "MTP3",
        142 => "SCCP",
        143 => "DOCSIS",
        144 => "LINUX_IRDA",
        >= 147 and <= 162 => $"USER{(ushort)type - 147}",
        163 => "IEEE802_11_AVS",
        165 => "BACNET_MS_TP",
        166 => "PPP_PPPD",
        167 => "JUNIPER_PPPOE",
        169 => "GPRS_LLC",
        172 => "GCOM_T1E1",
        173 => "GCOM_SERIAL",
        175 => "ERF_ETH",
        176 => "ERF_POS",
        177 => "LINUX_LAPD",
        178 => "JUNIPER_ETHER",
        179 => "JUNIPER_PPP",
        180 => "JUNIPER_FRELAY",
        181 => "JUNIPER_CHDLC",
        182 => "MFR",
        184 => "A429",
        186 => "USB_FREEBSD",
        187 => "BLUETOOTH_HCI_H4",
        188 => "IEEE802_16_MAC_CPS",
        189 => "USB_LINUX",
        190 => "CAN20B",
        191 => "IEEE802_15_4_LINUX",
        192 => "PPI",
        195 => "IEEE802_15_4_WITHFCS",
        196 => "SITA",
        197 => "ERF",
        201 => "BLUETOOTH_HCI_H4_WITH_PHDR",
        202 => "AX25_KISS",
        203 => "LAPD",
        204 => "PPP_WITH_DIR",
        205 => "C_HDLC_WITH_DIR",
        206 => "FRELAY_WITH_DIR",
        209 => "IPMB_LINUX",
        210 => "FLEXRAY",
        211 => "MOST",
        212 => "LIN",
        215 => "IEEE802_15_4_NONASK_PHY",
        216 => "LINUX_EVDEV",
        217 => "GSMTAP_UM",
        218 => "GSMTAP_ABIS",
        219 => "MPLS",
        220 => "USB_LINUX_MMAPPED",
        221 => "DECT",
        224 => "FC_2",
        225 => "FC_2_WITH_FRAME_DELIMS",
        226 => "IPNET",
        227 => "CAN_SOCKETCAN",
        228 => "IPV4",
        229 => "IPV6",
        230 => "IEEE802_15_4_NOFCS",
        231 => "DBUS",
        235 => "DVB_CI",
        236 => "MUX27010",
        237 => "STANAG_5066_D_PDU",
        239 => "NFLOG",
        240 => "NETANALYZER",
        241 => "NETANALYZER_TRANSPARENT",
        242 => "IPOIB",
        243 => "MPEG_2_TS",
        244 => "NG40",
        245 => "NFC_LLCP",
        246 => "PFSYNC",
        247 => "INFINIBAND",
        248 => "SCTP",
        249 => "USBPCAP",
        250 => "RTAC_SERIAL",
        251 => "BLUETOOTH_LE_LL",
        252 => "WIRESHARK_UPPER_PDU",
        253 => "NETLINK",
        254 => "BLUETOOTH_LINUX_MONITOR",
        255 => "BLUETOOTH_BREDR_BB",
        256 => "BLUETOOTH_LE_LL_WITH_PHDR",
        257 => "PROFIBUS_DL",
        258 => "PKTAP",
        259 => "EPON",
        264 => "ISO_14443",
        265 => "RDS",
        266 => "USB_DARWIN",
        267 => "OPENFLOW",
        268 => "SDLC",
        270 => "LORATAP",
        271 => "VSOCK",
        272 => "NORDIC_BLE",
        273 => "DOCSIS31_XRA31",
        274 => "ETHERNET_MPACKET",
        275 => "DISPLAYPORT_AUX",
        276 => "LINUX_SLL2",
        279 => "EBHSCR",
        280 => "VPP_DISPATCH",
        281 => "DSA_TAG_BRCM",
        282 => "DSA_TAG_BRCM_PREPEND",
        283 => "IEEE802_15_4_TAP",
        284 => "DSA_TAG_DSA",
        285 => "DSA_TAG_EDSA",
        286 => "ELEE",
        287 => "Z_WAVE_SERIAL",
        288 => "USB_2_0",
        289 => "ATSC_ALP",
        290 => "ETW",
        _ => null,
    };
}
