using Saker.Wire;

namespace Saker.Tests.Wire.Link;

public class EthernetTests
{
    [Fact]
    public void Frame_has_its_fields()
    {
        Assert.True(EthernetView.TryParse(SampleFrames.ArpRequest, out EthernetView ethernet));
        Assert.Equal((MacAddress.Broadcast, new MacAddress(0x5254_0000_0001), EtherType.Arp), (ethernet.Destination, ethernet.Source, ethernet.Type));
        Assert.Equal((28, true), (ethernet.Payload.Length, ethernet.IsComplete));
        Assert.False(EthernetView.TryParse(SampleFrames.ArpRequest.AsSpan(0, 13), out _));
    }

    // Type or length, octets behind the header, octets of payload, complete.
    [Theory]
    [InlineData(0x0600, 46, 46, true)]
    [InlineData(0x05ff, 46, 46, false)]
    [InlineData(0x0026, 46, 38, true)]
    [InlineData(0x0000, 46, 0, true)]
    [InlineData(0x0800, 0, 0, true)]
    public void Type_below_1536_is_a_length(ushort type, int there, int payload, bool complete)
    {
        byte[] frame = new byte[EthernetView.FixedLength + there];
        new EthernetHeader { Type = (EtherType)type }.Emit(frame);
        Assert.True(EthernetView.TryParse(frame, out EthernetView ethernet));
        Assert.Equal((payload, complete), (ethernet.Payload.Length, ethernet.IsComplete));
        Assert.Equal(type < 1536, ethernet.Type.IsLength);
    }

    [Fact]
    public void Two_tags_are_taken_off_one_after_the_other()
    {
        Assert.True(EthernetView.TryParse(SampleFrames.DoubleTaggedUdp, out EthernetView ethernet));
        Assert.Equal((EtherType.ServiceVlan, true), (ethernet.Type, ethernet.Type.IsVlan));
        Assert.True(VlanView.TryParse(ethernet.Payload, out VlanView service));
        Assert.Equal((3, false, 100, EtherType.Vlan), (service.Tag.Priority, service.Tag.IsDropEligible, service.Tag.Identifier, service.Type));
        Assert.True(VlanView.TryParse(service.Payload, out VlanView customer));
        Assert.Equal((5, true, 10, EtherType.IPv4), (customer.Tag.Priority, customer.Tag.IsDropEligible, customer.Tag.Identifier, customer.Type));
        Assert.False(customer.Type.IsVlan);
        Assert.Equal(0x45, customer.Payload[0]);
    }

    [Theory]
    [InlineData(100, 3, false, 0x6064)]
    [InlineData(10, 5, true, 0xb00a)]
    [InlineData(4095, 7, true, 0xffff)]
    [InlineData(0, 0, false, 0)]
    public void Tag_is_made_of_its_parts(int identifier, int priority, bool dropEligible, ushort value) =>
        Assert.Equal(new VlanTag(value), new VlanTag(identifier, priority, dropEligible));

    [Fact]
    public void Spanning_tree_is_a_length_frame_whose_padding_is_no_payload()
    {
        Assert.True(EthernetView.TryParse(SampleFrames.SpanningTree, out EthernetView ethernet));
        Assert.True(ethernet.Type.IsLength && ethernet.Destination.IsLinkLocalReserved);
        Assert.Equal((60, 38), (SampleFrames.SpanningTree.Length, ethernet.Payload.Length));
        Assert.True(LlcView.TryParse(ethernet.Payload, out LlcView llc));
        Assert.Equal((LlcServiceAccessPoint.SpanningTree, LlcServiceAccessPoint.SpanningTree, 3), (llc.Destination, llc.Source, llc.Control));
        Assert.Equal((true, false, 35), (llc.IsUnnumbered, llc.IsSnap, llc.Payload.Length));
    }

    [Fact]
    public void Snap_tells_an_EtherType()
    {
        Assert.True(EthernetView.TryParse(SampleFrames.SnapArp, out EthernetView ethernet));
        Assert.True(LlcView.TryParse(ethernet.Payload, out LlcView llc) && llc.IsSnap);
        Assert.True(SnapView.TryParse(llc.Payload, out SnapView snap));
        Assert.Equal((0u, EtherType.Arp, 28), (snap.Organization, snap.Type, snap.Payload.Length));
    }

    [Theory]
    [InlineData("aaaa 03", true, 3, 0x03, true)]
    [InlineData("aaaa 0102", false, 4, 0x0102, true)]
    [InlineData("aaaa 00", false, 4, 0x0000, false)]
    [InlineData("f0f0 7f", true, 3, 0x7f, true)]
    public void Control_of_LLC_has_one_octet_or_two(string hexadecimal, bool unnumbered, int length, ushort control, bool complete)
    {
        Assert.True(LlcView.TryParse(SampleFrames.Bytes(hexadecimal), out LlcView llc));
        Assert.Equal((unnumbered, length, control, complete), (llc.IsUnnumbered, llc.HeaderLength, llc.Control, llc.IsComplete));
    }

    [Fact]
    public void Editor_changes_what_the_view_sees()
    {
        byte[] frame = [.. SampleFrames.ArpRequest];
        Assert.True(EthernetEditor.TryParse(frame, out EthernetEditor editor));
        (editor.Destination, editor.Source) = (editor.Source, new MacAddress(0x0200_0000_0009));
        editor.Type = EtherType.IPv4;
        Assert.Equal("525400000001" + "020000000009" + "0800", Convert.ToHexStringLower(frame.AsSpan(0, 14)));
        Assert.False(EthernetEditor.TryParse(frame.AsSpan(0, 13), out _));
    }
}
