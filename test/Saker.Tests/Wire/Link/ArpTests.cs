using Saker.Wire;

namespace Saker.Tests.Wire.Link;

public class ArpTests
{
    [Fact]
    public void Request_has_its_fields()
    {
        Assert.True(ArpView.TryParse(SampleFrames.ArpRequest.AsSpan(14), out ArpView arp));
        Assert.Equal((ArpHardwareType.Ethernet, EtherType.IPv4, 6, 4, ArpOperation.Request), (arp.HardwareType, arp.ProtocolType, arp.HardwareLength, arp.ProtocolLength, arp.Operation));
        Assert.True(arp.IsEthernetIPv4 && arp.IsComplete);
        Assert.Equal((new MacAddress(0x5254_0000_0001), "192.0.2.1"), (arp.SenderMac, arp.SenderAddress.ToString()));
        Assert.Equal((MacAddress.Zero, "192.0.2.2"), (arp.TargetMac, arp.TargetAddress.ToString()));
        Assert.Equal("c0000202", Convert.ToHexStringLower(arp.TargetProtocol));
    }

    [Fact]
    public void Addresses_of_other_lengths_are_found_by_the_lengths_told()
    {
        Assert.True(ArpView.TryParse(SampleFrames.Bytes("0020 86dd 02 03 0002 a1a2 b1b2b3 c1c2 d1d2d3 ff"), out ArpView arp));
        Assert.Equal(
            ("a1a2", "b1b2b3", "c1c2", "d1d2d3"),
            (Convert.ToHexStringLower(arp.SenderHardware), Convert.ToHexStringLower(arp.SenderProtocol), Convert.ToHexStringLower(arp.TargetHardware), Convert.ToHexStringLower(arp.TargetProtocol)));
        Assert.Equal((18, true, false), (arp.PacketLength, arp.IsComplete, arp.IsEthernetIPv4));
        Assert.Equal((default, default, default, default), (arp.SenderMac, arp.SenderAddress, arp.TargetMac, arp.TargetAddress));
    }

    [Fact]
    public void A_packet_cut_off_has_no_addresses_of_Ethernet()
    {
        Assert.True(ArpView.TryParse(SampleFrames.ArpRequest.AsSpan(14, 27), out ArpView arp));
        Assert.Equal((false, false), (arp.IsComplete, arp.IsEthernetIPv4));
        Assert.Equal("c00002", Convert.ToHexStringLower(arp.TargetProtocol));
        Assert.False(ArpView.TryParse(SampleFrames.ArpRequest.AsSpan(14, 7), out _));
    }

    [Fact]
    public void A_new_packet_is_about_IPv4_over_Ethernet()
    {
        byte[] bytes = EveryParser.Emit(new ArpHeader { Operation = ArpOperation.Reply, SenderAddress = new(192, 0, 2, 1), TargetMac = new(1) });
        Assert.Equal("0001080006040002" + "000000000000c0000201" + "00000000000100000000", Convert.ToHexStringLower(bytes));
    }
}
