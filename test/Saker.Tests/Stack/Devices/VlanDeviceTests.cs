using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Tests.Stack.Core;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices;

/// <summary>
/// VLAN devices, by what Linux documents of them (Documentation/networking/8021q.rst, <c>ip-link</c>(8)) and what its vlan_core.c and vlan_dev.c do: the reference
/// machine's kernel has none to ask.
/// </summary>
public class VlanDeviceTests
{
    [Fact]
    public void Tagged_frame_is_received_by_its_vlan_and_answered_with_the_tag()
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5)]);
        byte[] request = VlanHost.Echo("8100 0005");
        host.Receive(request);

        NetworkDevice vlan = host.Stack.Devices[3];
        string sent = Assert.Single(host.Sent);
        Assert.StartsWith("0200000000020200000000018100000508004500", sent, StringComparison.Ordinal);
        Assert.Equal(request.Length * 2, sent.Length);
        Assert.Equal(1, vlan.Counters[DeviceCounter.RxPackets]);
        Assert.Equal(request.Length - 18, vlan.Counters[DeviceCounter.RxBytes]);
        Assert.Equal(1, vlan.Counters[DeviceCounter.TxPackets]);
        Assert.Equal(request.Length - 4, vlan.Counters[DeviceCounter.TxBytes]);
        Assert.Equal(1, host.Ethernet.Counters[DeviceCounter.TxPackets]);
        Assert.Equal(request.Length - 4, host.Ethernet.Counters[DeviceCounter.TxBytes]);
        Assert.Equal(2, host.Stack.Cpus[0].Softnet.Processed);
    }

    [Theory]
    [InlineData("8100 0005", 1)]
    [InlineData("8100 e005", 1)] // Priority and drop eligibility do not matter.
    [InlineData("8100 0006", 0)]
    [InlineData("88a8 0005", 0)] // The other EtherType's number 5 is another VLAN.
    [InlineData("8100 0000 8100 0005", 1)] // Behind a mere priority the VLAN's tag.
    [InlineData("8100 0000 8100 0000 8100 0005", 1)]
    [InlineData("8100 0007 8100 0005", 0)]
    [InlineData("8100 0000", 0)]
    public void Tag_decides_which_vlan_gets_a_frame(string tags, int received)
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5)]);
        host.Receive(VlanHost.Echo(tags));

        Assert.Equal(received, host.Stack.Devices[3].Counters[DeviceCounter.RxPackets]);
        Assert.Equal(received, host.Sent.Count);
    }

    [Fact]
    public void Vlan_upon_a_vlan_takes_the_inner_tag_and_sends_both()
    {
        using VlanHost host = new(eth0 =>
        {
            NetworkDevice outer = VlanHost.Device(3, "eth0.7");
            return [new VlanDevice(VlanHost.Device(4, "eth0.7.5"), outer, 5), new VlanDevice(outer, eth0, 7, EtherType.ServiceVlan)];
        });
        host.Receive(VlanHost.Echo("88a8 0007 8100 0005"));

        Assert.StartsWith("02000000000202000000000188a800078100000508004500", Assert.Single(host.Sent), StringComparison.Ordinal);
        Assert.Equal(1, host.Stack.Devices[3].Counters[DeviceCounter.RxPackets]);
        Assert.Equal(1, host.Stack.Devices[4].Counters[DeviceCounter.RxPackets]);
        Assert.Equal(3, host.Stack.Cpus[0].Softnet.Processed);
    }

    [Theory]
    [InlineData("020000000005")]
    [InlineData("020000000001")]
    public void Frame_to_the_address_of_the_vlan_or_of_the_device_below_is_its_own(string to)
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5", "02:00:00:00:00:05"), eth0, 5)]);
        host.Receive(VlanHost.Echo("8100 0005", to));

        Assert.StartsWith("020000000002020000000005" + "81000005", Assert.Single(host.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public void Frame_for_a_third_station_stays_another_hosts()
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5", "02:00:00:00:00:05"), eth0, 5)]);
        host.Receive(VlanHost.Echo("8100 0005", "020000000009"));

        Assert.Equal(1, host.Dropped(DropReason.OtherHost));
        Assert.Equal(1, host.Stack.Devices[3].Counters[DeviceCounter.RxOtherHostDropped]);
    }

    [Fact]
    public void Frame_of_a_vlan_that_is_down_is_dropped()
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5", flags: DeviceFlags.Broadcast), eth0, 5)]);
        host.Receive(VlanHost.Echo("8100 0005"));

        Assert.Equal(1, host.Dropped(DropReason.NotSpecified));
        Assert.Equal(0, host.Stack.Devices[3].Counters[DeviceCounter.RxPackets]);
    }

    [Theory]
    [InlineData(true, "eth0.5 0800 14")]
    [InlineData(false, "eth0.5 0800 18")]
    public void Tag_is_seen_in_the_link_header_unless_headers_are_reordered(bool reorders, string seen)
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5) { ReorderHeader = reorders }]);
        LinkHeaders tap = new();
        host.Stack.AddTap(tap, host.Stack.Devices[3]);
        byte[] frame = VlanHost.Echo("8100 0005");
        host.Receive(frame);

        Assert.Equal([$"{seen} {Convert.ToHexStringLower(reorders ? [.. frame[..12], .. frame[16..18]] : frame[..18])}"], tap.Seen);
        Assert.Single(host.Sent);
    }

    [Fact]
    public void Tag_is_not_shown_to_a_device_above()
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5) { ReorderHeader = false }]);
        LinkHeaders tap = new();
        host.Stack.AddTap(tap, host.Stack.Devices[3]);
        host.Stack.Hooks.Change(host.Stack.Devices[3], hooks => hooks with { ReceiveHandler = new Refusal() });
        host.Receive(VlanHost.Echo("8100 0005"));

        Assert.StartsWith("eth0.5 0800 14", Assert.Single(tap.Seen), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CardFeatures.TxVlanOffload, "eth0 Outgoing 0800 tag 8100:5")]
    [InlineData(CardFeatures.None, "eth0 Outgoing 8100")]
    public void Taps_see_a_sent_frame_on_both_devices(CardFeatures card, string below)
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5)], card);
        SeenPackets tap = new() { WantsOutgoing = true };
        host.Stack.AddTap(tap);
        host.Receive(VlanHost.Echo("8100 0005"));

        Assert.Equal(["eth0 Host 0800 tag 8100:5", "eth0.5 Host 0800 from eth0", "eth0.5 Outgoing 0800", below], tap.Seen);
        Assert.StartsWith("02000000000202000000000181000005", Assert.Single(host.Sent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8100 0000", "eth0 Host 0800 tag 8100:0", 0)]
    [InlineData("8100 0006", "eth0 Host 0800 tag 8100:6", 1)]
    [InlineData("8100 0006 8100 0005", "eth0 Host 8100 tag 8100:6", 0)]
    public void Frame_of_no_vlan_keeps_its_tag_for_taps_and_becomes_another_hosts(string tags, string seen, int otherHost)
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5)]);
        SeenPackets tap = new();
        host.Stack.AddTap(tap, host.Ethernet);
        host.Receive(VlanHost.Echo(tags));

        Assert.Equal([seen], tap.Seen);
        Assert.Equal(otherHost, host.Dropped(DropReason.OtherHost));
    }

    [Fact]
    public void Vlan_takes_a_frame_before_the_handler_of_the_device_does()
    {
        using VlanHost host = new(eth0 => [new VlanDevice(VlanHost.Device(3, "eth0.5"), eth0, 5)]);
        host.Stack.Hooks.Change(host.Ethernet, hooks => hooks with { ReceiveHandler = new Refusal() });
        host.Receive(VlanHost.Echo("8100 0005"));
        host.Receive(VlanHost.Echo("8100 0006"));

        Assert.Equal(1, host.Stack.Devices[3].Counters[DeviceCounter.RxPackets]);
        Assert.Equal(1, host.Dropped(DropReason.NotSpecified));
    }

    [Theory]
    [InlineData(4095, EtherType.Vlan)]
    [InlineData(5, EtherType.IPv4)]
    public void Impossible_tag_is_refused(ushort id, EtherType protocol) =>
        Assert.ThrowsAny<ArgumentException>(() => new VlanDevice(VlanHost.Device(3, "v"), VlanHost.Device(2, "eth0"), id, protocol));

    [Fact]
    public void Two_vlans_of_one_tag_are_refused() =>
        Assert.Throws<ArgumentException>(
            () => new VlanHost(eth0 => [new VlanDevice(VlanHost.Device(3, "a"), eth0, 5), new VlanDevice(VlanHost.Device(4, "b"), eth0, 5)]));

    private sealed class LinkHeaders : IPacketTap
    {
        public List<string> Seen { get; } = [];

        public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
        {
            byte[] link = packet.LinkHeader[..(packet.LinkHeader.Length - packet.Linear.Length)].ToArray();
            Seen.Add($"{context.Devices[packet.Device]} {packet.Protocol:x4} {link.Length} {Convert.ToHexStringLower(link)}");
            return DropReason.Consumed;
        }
    }

    private sealed class Refusal : IReceiveHandler
    {
        public ReceiveHandlerResult Handle(PacketBuffer packet, PacketContext context)
        {
            context.Drop(packet, Stage.ReceiveCore, DropReason.NotSpecified);
            return ReceiveHandlerResult.Consumed;
        }
    }
}
