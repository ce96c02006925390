using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>Ethernet: whom a frame is for, and what it bears.</summary>
internal static class LinkCases
{
    public static IEnumerable<FrameCase> All()
    {
        var udp = Frame.Udp();
        yield return new("ethernet to us", Frame.IPv4(udp, 17));
        yield return new("ethernet unicast to another station", Frame.IPv4(udp, 17, to: "02:00:00:00:00:99"));
        yield return new("ethernet unicast to another station, bad IP header", Frame.IPv4(udp, 17, to: "02:00:00:00:00:99", version: 5));
        yield return new("ethernet unicast to another station, unknown type", Frame.Ethernet(new byte[46], 0x1234, to: "02:00:00:00:00:99"));
        yield return new("ethernet source is our own address", Frame.IPv4(udp, 17, from: Frame.Target));
        yield return new("ethernet source is a group address", Frame.IPv4(udp, 17, from: "01:00:5e:00:00:01"));
        yield return new("ethernet source is zero", Frame.IPv4(udp, 17, from: "00:00:00:00:00:00"));
        yield return new("unicast IP in an ethernet broadcast", Frame.IPv4(udp, 17, to: Frame.Broadcast));
        yield return new("unicast IP in an ethernet multicast", Frame.IPv4(udp, 17, to: "01:00:5e:00:00:01"));
        yield return new("unicast ICMP echo in an ethernet broadcast", Frame.IPv4(Frame.Icmp(8), 1, to: Frame.Broadcast));
        yield return new("unicast TCP SYN in an ethernet broadcast", Frame.IPv4(Frame.Tcp(), 6, to: Frame.Broadcast));
        yield return new("unicast TCP SYN in an ethernet multicast", Frame.IPv4(Frame.Tcp(), 6, to: "01:00:5e:00:00:01"));
        yield return new("unknown EtherType", Frame.Ethernet(new byte[46], 0x1234));
        yield return new("unknown EtherType broadcast", Frame.Ethernet(new byte[46], 0x1234, to: Frame.Broadcast));
        yield return new("unknown EtherType multicast", Frame.Ethernet(new byte[46], 0x1234, to: "01:00:5e:00:00:01"));
        yield return new("EtherType 0x0600, the lowest", Frame.Ethernet(new byte[46], 0x0600));
        yield return new("EtherType 0xffff", Frame.Ethernet(new byte[46], 0xffff));
        yield return new("VLAN tag", Frame.Ethernet([0x00, 0x05, 0x08, 0x00, .. Frame.Quote(Frame.IPv4(udp, 17))], 0x8100));
        yield return new("VLAN priority tag", Frame.Ethernet([0x60, 0x00, 0x08, 0x00, .. Frame.Quote(Frame.IPv4(udp, 17))], 0x8100));
        yield return new("VLAN service tag", Frame.Ethernet([0x00, 0x05, 0x08, 0x00, .. Frame.Quote(Frame.IPv4(udp, 17))], 0x88a8));
        yield return new("VLAN priority service tag", Frame.Ethernet([0x60, 0x00, 0x08, 0x00, .. Frame.Quote(Frame.IPv4(udp, 17))], 0x88a8));
        yield return new("two VLAN tags", Frame.Ethernet([0, 5, 0x81, 0, 0, 6, 8, 0, .. Frame.Quote(Frame.IPv4(udp, 17))], 0x88a8));
        yield return new("VLAN tag, two bytes of it", Frame.Ethernet([0, 5], 0x8100));
        yield return new("VLAN tag to another station", Frame.Ethernet([0, 5, 8, 0, .. Frame.Quote(Frame.IPv4(udp, 17))], 0x8100, to: "02:00:00:00:00:99"));
        yield return new("802.3 LLC, a SAP nobody has", Frame.Ethernet([0x42, 0x42, 0x03, .. new byte[43]], 46));
        yield return new("802.3 LLC test command to the null SAP", Frame.Ethernet([0x00, 0x00, 0xf3, .. new byte[43]], 46));
        yield return new("802.3 LLC XID command to the null SAP", Frame.Ethernet([0x00, 0x00, 0xbf, 0x81, 0x01, 0x00, .. new byte[40]], 46));
        yield return new("802.3 SNAP", Frame.Ethernet([0xaa, 0xaa, 0x03, 0, 0, 0, 8, 0, .. new byte[38]], 46));
        yield return new("802.3 raw IPX", Frame.Ethernet([0xff, 0xff, .. new byte[44]], 46));
        yield return new("802.3 LLC to another station", Frame.Ethernet([0x42, 0x42, 0x03, .. new byte[43]], 46, to: "02:00:00:00:00:99"));
        yield return new("802.3 spanning tree", Frame.Ethernet([0x42, 0x42, 0x03, .. new byte[43]], 46, to: "01:80:c2:00:00:00"));
        yield return new("802.3 length beyond the frame", Frame.Ethernet([0x42, 0x42, 0x03, .. new byte[43]], 400));
        yield return new("802.3 with two bytes", Frame.Ethernet([0x42, 0x42], 2));
        yield return new("802.3 without a byte", Frame.Ethernet([], 0));
        yield return new("ethernet header only, IPv4", Frame.Ethernet([]));
        yield return new("ethernet header only, ARP", Frame.Ethernet([], 0x0806));
        yield return new("ethernet header only, unknown type", Frame.Ethernet([], 0x1234));
        yield return new("ethernet header and one byte, IPv4", Frame.Ethernet([0x45]));
        yield return new("ethernet loopback type", Frame.Ethernet(new byte[46], 0x9000));
        yield return new("LLDP", Frame.Ethernet(new byte[46], 0x88cc, to: "01:80:c2:00:00:0e"));
        yield return new("pause frame", Frame.Ethernet([0x00, 0x01, 0xff, 0xff, .. new byte[42]], 0x8808, to: "01:80:c2:00:00:01"));
    }
}
