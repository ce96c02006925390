using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>ARP requests and replies (RFC 826, RFC 5227).</summary>
internal static class ArpCases
{
    public static IEnumerable<FrameCase> All()
    {
        yield return new("ARP request for us, broadcast", Arp(Frame.Arp(), Frame.Broadcast));
        yield return new("ARP request for us, unicast", Arp(Frame.Arp(), Frame.Target));
        yield return new("ARP request for us, padded to 60 bytes", Frame.Ethernet([.. Frame.Arp(), .. new byte[18]], 0x0806, Frame.Broadcast));
        yield return new("ARP request for us from an unknown neighbour", Arp(Frame.Arp(senderAddress: "10.0.0.66", senderMac: "02:00:00:00:00:66"), Frame.Broadcast));
        yield return new("ARP request for us from off the subnet", Arp(Frame.Arp(senderAddress: "192.0.2.1"), Frame.Broadcast));
        yield return new("ARP request for another", Arp(Frame.Arp(targetAddress: "10.0.0.77"), Frame.Broadcast));
        yield return new("ARP request for an address off the subnet", Arp(Frame.Arp(targetAddress: "192.0.2.1"), Frame.Broadcast));
        yield return new("ARP request to another station", Arp(Frame.Arp(), "02:00:00:00:00:99"));
        yield return new("ARP request for the subnet's broadcast", Arp(Frame.Arp(targetAddress: "10.0.0.255"), Frame.Broadcast));
        yield return new("ARP request for the limited broadcast", Arp(Frame.Arp(targetAddress: "255.255.255.255"), Frame.Broadcast));
        yield return new("ARP request for a group", Arp(Frame.Arp(targetAddress: "224.0.0.1"), Frame.Broadcast));
        yield return new("ARP request for 127.0.0.1", Arp(Frame.Arp(targetAddress: "127.0.0.1"), Frame.Broadcast));
        yield return new("ARP request for zero", Arp(Frame.Arp(targetAddress: "0.0.0.0"), Frame.Broadcast));
        yield return new("ARP probe for our address", Arp(Frame.Arp(senderAddress: "0.0.0.0"), Frame.Broadcast));
        yield return new("ARP probe for another address", Arp(Frame.Arp(senderAddress: "0.0.0.0", targetAddress: "10.0.0.77"), Frame.Broadcast));
        yield return new("ARP request, sender has our address", Arp(Frame.Arp(senderAddress: "10.0.0.1"), Frame.Broadcast));
        yield return new("ARP request, sender has a group address", Arp(Frame.Arp(senderAddress: "224.0.0.5"), Frame.Broadcast));
        yield return new("ARP request, sender has the limited broadcast", Arp(Frame.Arp(senderAddress: "255.255.255.255"), Frame.Broadcast));
        yield return new("ARP request, sender has 127.0.0.1", Arp(Frame.Arp(senderAddress: "127.0.0.1"), Frame.Broadcast));
        yield return new("ARP request, sender has our station's address", Arp(Frame.Arp(senderMac: Frame.Target), Frame.Broadcast));
        yield return new("ARP request, sender has a group's station address", Arp(Frame.Arp(senderMac: "01:00:5e:00:00:05"), Frame.Broadcast));
        yield return new("ARP announcement of a known neighbour", Arp(Frame.Arp(targetAddress: "10.0.0.2"), Frame.Broadcast));
        yield return new("ARP announcement of an unknown neighbour", Arp(Frame.Arp(senderAddress: "10.0.0.66", targetAddress: "10.0.0.66"), Frame.Broadcast));
        yield return new("ARP announcement of our address", Arp(Frame.Arp(senderAddress: "10.0.0.1", targetAddress: "10.0.0.1"), Frame.Broadcast));
        yield return new("ARP reply, unsolicited", Arp(Frame.Arp(2, targetMac: Frame.Target), Frame.Target));
        yield return new("ARP reply, unsolicited, unknown neighbour", Arp(Frame.Arp(2, senderAddress: "10.0.0.66", targetMac: Frame.Target), Frame.Target));
        yield return new("ARP reply, broadcast", Arp(Frame.Arp(2, targetMac: Frame.Target), Frame.Broadcast));
        yield return new("ARP reply as an announcement", Arp(Frame.Arp(2, targetMac: Frame.Broadcast, targetAddress: "10.0.0.2"), Frame.Broadcast));
        yield return new("ARP reply for another", Arp(Frame.Arp(2, targetAddress: "10.0.0.77", targetMac: "02:00:00:00:00:77"), Frame.Target));
        yield return new("ARP hardware type 6 (IEEE 802)", Arp(Frame.Arp(hardwareType: 6), Frame.Broadcast));
        yield return new("ARP hardware type 7", Arp(Frame.Arp(hardwareType: 7), Frame.Broadcast));
        yield return new("ARP protocol type 0x86dd", Arp(Frame.Arp(protocolType: 0x86dd), Frame.Broadcast));
        yield return new("ARP hardware length 8", Arp(Frame.Arp(hardwareLength: 8), Frame.Broadcast));
        yield return new("ARP protocol length 16", Arp(Frame.Arp(protocolLength: 16), Frame.Broadcast));
        yield return new("ARP operation 0", Arp(Frame.Arp(0), Frame.Broadcast));
        yield return new("ARP operation 3", Arp(Frame.Arp(3), Frame.Broadcast));
        yield return new("ARP 27 bytes", Arp(Frame.Arp()[..27], Frame.Broadcast));
        yield return new("ARP 8 bytes", Arp(Frame.Arp()[..8], Frame.Broadcast));
        yield return new("RARP request", Frame.Ethernet(Frame.Arp(3), 0x8035, Frame.Broadcast));
    }

    private static byte[] Arp(byte[] message, string to) => Frame.Ethernet(message, 0x0806, to);
}
