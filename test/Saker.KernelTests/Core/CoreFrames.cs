using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Core;

/// <summary>Frames about which the receive core has something to decide.</summary>
internal static class CoreFrames
{
    private const string Third = "02:00:00:00:00:77";
    private const string Group = "01:00:5e:01:02:03";

    public static IReadOnlyList<(string Name, byte[] Bytes)> All { get; } =
    [
        ("unknown protocol", Frame.Ethernet(new byte[46], 0x88b5)),
        ("unknown protocol, no payload", Frame.Ethernet([], 0x88b5)),
        ("unknown protocol to all", Frame.Ethernet(new byte[46], 0x88b5, Frame.Broadcast)),
        ("unknown protocol to a group", Frame.Ethernet(new byte[46], 0x88b5, Group)),
        ("unknown protocol to another", Frame.Ethernet(new byte[46], 0x88b5, Third)),
        ("another unknown protocol", Frame.Ethernet(new byte[46], 0x88b6)),
        ("LLDP", Frame.Ethernet(new byte[46], 0x88cc, "01:80:c2:00:00:0e")),
        ("MACsec", Frame.Ethernet(new byte[46], 0x88e5)),
        ("MPLS", Frame.Ethernet([0, 1, 1, 64, .. Inner()], 0x8847)),
        ("MPLS multicast", Frame.Ethernet([0, 1, 1, 64, .. Inner()], 0x8848)),
        ("PPPoE discovery", Frame.Ethernet(new byte[46], 0x8863)),
        ("PPPoE session", Frame.Ethernet([0x11, 0, 0, 1, 0, 22, 0, 0x21, .. Inner()], 0x8864)),
        ("configuration test", Frame.Ethernet(new byte[46], 0x9000)),
        ("LLC", Frame.Ethernet([0x42, 0x42, 3, .. new byte[43]], 46)),
        ("SNAP", Frame.Ethernet([0xaa, 0xaa, 3, 0, 0, 0, 8, 0, .. Inner()], 46)),
        ("raw 802.3", Frame.Ethernet([0xff, 0xff, .. new byte[44]], 46)),
        ("IPv4", Frame.Ethernet(Inner(), 0x0800)),
        ("IPv4 to another", Frame.Ethernet(Inner(), 0x0800, Third)),
        ("ARP", Frame.Ethernet(Arp(), 0x0806, Frame.Broadcast)),
        ("tag 5, IPv4", Tagged("8100 0005", 0x0800, Inner())),
        ("tag 5, unknown protocol", Tagged("8100 0005", 0x88b5, new byte[46])),
        ("tag 4095, IPv4", Tagged("8100 0fff", 0x0800, Inner())),
        ("priority 7, IPv4", Tagged("8100 e000", 0x0800, Inner())),
        ("priority 7 and drop eligible, unknown protocol", Tagged("8100 f000", 0x88b5, new byte[46])),
        ("priority, ARP", Tagged("8100 0000", 0x0806, Arp(), Frame.Broadcast)),
        ("802.1ad tag 5, IPv4", Tagged("88a8 0005", 0x0800, Inner())),
        ("802.1ad priority, IPv4", Tagged("88a8 6000", 0x0800, Inner())),
        ("tags 5 and 7, IPv4", Tagged("8100 0005 8100 0007", 0x0800, Inner())),
        ("tags 802.1ad 5 and 7, IPv4", Tagged("88a8 0005 8100 0007", 0x0800, Inner())),
        ("priority before tag 7, IPv4", Tagged("8100 e000 8100 0007", 0x0800, Inner())),
        ("priority before 802.1ad tag 7, IPv4", Tagged("8100 e000 88a8 0007", 0x0800, Inner())),
        ("priority twice, IPv4", Tagged("8100 e000 8100 2000", 0x0800, Inner())),
        ("priority three times, unknown protocol", Tagged("88a8 e000 8100 2000 88a8 0000", 0x88b5, new byte[40])),
        ("priority twice before tag 7, ARP", Tagged("8100 e000 8100 2000 8100 0007", 0x0806, Arp(), Frame.Broadcast)),
        ("tag 5, LLC", Tagged("8100 0005", 46, [0x42, 0x42, 3, .. new byte[43]])),
        ("priority, LLC", Tagged("8100 0000", 46, [0x42, 0x42, 3, .. new byte[43]])),
        ("priority, raw 802.3", Tagged("8100 0000", 46, [0xff, 0xff, .. new byte[44]])),
        ("tag 5 to another", Tagged("8100 0005", 0x0800, Inner(), Third)),
        ("priority to another", Tagged("8100 0000", 0x0800, Inner(), Third)),
        ("old tag type 9100", Tagged("9100 0005", 0x0800, Inner())),
        ("priority before old tag type", Tagged("8100 0000 9100 0005", 0x0800, Inner())),
        ("half a tag", Frame.Ethernet([0, 5], 0x8100)),
        ("tag and no type", Frame.Ethernet([0, 5, 8], 0x8100)),
        ("tag and type alone", Frame.Ethernet([0, 5, 8, 0], 0x8100)),
        ("tag, type and one byte", Frame.Ethernet([0, 5, 8, 0, 0x45], 0x8100)),
        ("tag, type and two bytes", Frame.Ethernet([0, 5, 8, 0, 0x45, 0], 0x8100)),
        ("priority, type and two bytes", Frame.Ethernet([0, 0, 8, 0, 0x45, 0], 0x8100)),
        ("priority and half a tag", Frame.Ethernet([0, 0, 0x81, 0, 0, 5, 8], 0x8100)),
        ("nothing behind the tag's type", Frame.Ethernet([], 0x8100)),
    ];

    /// <summary>A datagram with a wrong checksum, which ends without an answer.</summary>
    private static byte[] Inner() => Frame.IPv4(Frame.Udp(9, checksum: 1), 17).AsSpan(14).ToArray();

    private static byte[] Arp() =>
        [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1, .. new byte[18]];

    private static byte[] Tagged(string tags, ushort type, byte[] payload, string to = Frame.Target)
    {
        byte[] bytes = Convert.FromHexString(tags.Replace(" ", string.Empty, StringComparison.Ordinal));
        return Frame.Ethernet([.. bytes[2..], (byte)(type >> 8), (byte)type, .. payload], (ushort)((bytes[0] << 8) | bytes[1]), to);
    }
}
