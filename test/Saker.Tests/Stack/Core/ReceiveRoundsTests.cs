using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Tests.Stack.Core;

/// <summary>What hangs on a device, and the order in which a packet comes past it.</summary>
public class ReceiveRoundsTests
{
    private const string Unknown = "020000000001 020000000002 88b5 " + Padding;
    private const string Padding = "0000000000000000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public void Taps_on_all_devices_see_a_packet_before_those_on_its_own()
    {
        using TestHost host = new();
        List<string> log = [];
        host.Stack.AddTap(new SeenPackets(log, "own"), host.Ethernet);
        host.Stack.AddTap(new SeenPackets(log, "lo"), host.Loopback);
        host.Stack.AddTap(new SeenPackets(log, "all"));
        host.Receive(Bytes(Unknown));

        Assert.Equal(["all: eth0 Host 88b5", "own: eth0 Host 88b5"], log);
    }

    [Fact]
    public void Unknown_protocol_is_not_dropped_where_a_tap_has_seen_it()
    {
        using TestHost host = new();
        Assert.Equal("UNHANDLED_PROTO", host.Receive(Bytes(Unknown)).Reason);
        SeenPackets tap = new();
        host.Stack.AddTap(tap);
        FrameResult seen = host.Receive(Bytes(Unknown));
        host.Stack.RemoveTap(tap);
        FrameResult unseen = host.Receive(Bytes(Unknown));

        Assert.Equal("consumed", seen.Verdict);
        Assert.DoesNotContain("dev.rx_dropped", seen.Counters.Keys);
        Assert.Equal("UNHANDLED_PROTO", unseen.Reason);
        Assert.Equal(1, unseen.Counters["dev.rx_dropped"]);
    }

    [Fact]
    public void What_the_last_tap_could_not_take_is_dropped_for_its_reason()
    {
        using TestHost host = new();
        host.Stack.AddTap(new SeenPackets());
        host.Stack.AddTap(new SeenPackets { Answer = DropReason.PacketSocketError }, host.Ethernet);

        Assert.Equal("PACKET_SOCK_ERROR", host.Receive(Bytes(Unknown)).Reason);
    }

    [Fact]
    public void Tap_of_a_protocol_sees_that_protocol_only()
    {
        using TestHost host = new();
        SeenPackets tap = new();
        host.Stack.AddTap(tap, protocol: (EtherType)0x88b5);
        host.Stack.AddTap(tap, host.Ethernet, (EtherType)0x88b6);
        host.Receive(Bytes(Unknown));
        host.Receive(Bytes(Unknown.Replace("88b5", "88b6", StringComparison.Ordinal)));
        FrameResult other = host.Receive(Bytes(Unknown.Replace("88b5", "88b7", StringComparison.Ordinal)));

        Assert.Equal(["eth0 Host 88b5", "eth0 Host 88b6"], tap.Seen);
        Assert.Equal("UNHANDLED_PROTO", other.Reason);
    }

    [Theory]
    [InlineData(ReceiveHandlerResult.Pass, "UNHANDLED_PROTO", "dev.rx_dropped", new[] { "eth0 Host 88b5" })]
    [InlineData(ReceiveHandlerResult.Exact, "UNHANDLED_PROTO", "dev.rx_nohandler", new[] { "eth0 Host 88b5" })]
    [InlineData(ReceiveHandlerResult.Consumed, "NOT_SPECIFIED", null, new[] { "eth0 Host 88b5" })]
    [InlineData(ReceiveHandlerResult.Another, "UNHANDLED_PROTO", null, new[] { "eth0 Host 88b5", "eth1 Host 88b5 from eth0" })]
    internal void Handler_decides_who_gets_a_packet(ReceiveHandlerResult result, string reason, string? counter, string[] seen)
    {
        using TestHost host = new(hasSecondNetwork: true);
        SeenPackets tap = new();
        host.Stack.AddTap(tap);
        host.Stack.Hooks.Change(host.Ethernet, hooks => hooks with { ReceiveHandler = new Handler(result, host.SecondEthernet) });
        if (result == ReceiveHandlerResult.Another)
        {
            host.Stack.Hooks.Change(host.SecondEthernet, hooks => hooks with { ReceiveHandler = new Handler(ReceiveHandlerResult.Pass, host.SecondEthernet) });
        }

        FrameResult answer = host.Receive(Bytes(Unknown));

        Assert.Equal(reason, answer.Reason);
        Assert.Equal(seen, tap.Seen);
        Assert.Equal(counter is null ? [] : [counter], answer.Counters.Keys.Where(name => name is "dev.rx_dropped" or "dev.rx_nohandler"));
        Assert.Equal(result == ReceiveHandlerResult.Another ? 1 : 0, host.SecondEthernet.Counters[DeviceCounter.RxDropped]);
    }

    [Theory]
    [InlineData(PacketHookResult.GoOn, "UNHANDLED_PROTO")]
    [InlineData(PacketHookResult.Dropped, "TC_INGRESS")]
    [InlineData(PacketHookResult.Taken, "TC_INGRESS")]
    internal void Hook_decides_whether_a_packet_goes_on(PacketHookResult result, string reason)
    {
        using TestHost host = new();
        List<string> log = [];
        host.Stack.AddTap(new SeenPackets(log));
        Hook hook = new(result, log, "tc");
        host.Stack.Hooks.Change(host.Ethernet, hooks => hooks with { TrafficIngress = hook, NetfilterIngress = new Hook(PacketHookResult.GoOn, log, "nf") });

        Assert.Equal(reason, host.Receive(Bytes(Unknown)).Reason);
        Assert.Equal(result == PacketHookResult.GoOn ? ["eth0 Host 88b5", "tc 38", "nf 38"] : ["eth0 Host 88b5", "tc 38"], log);
    }

    [Theory]
    [InlineData("88b5", "PFMEMALLOC", 1)]
    [InlineData("0004", "PFMEMALLOC", 1)]
    [InlineData("0800", "IP_CSUM", 0)]
    public void Packet_in_the_memory_reserve_is_for_few_protocols_and_no_tap(string type, string reason, int dropped)
    {
        using TestHost host = new(hasSecondNetwork: true);
        SeenPackets tap = new();
        host.Stack.AddTap(tap, host.SecondEthernet);
        host.Stack.Hooks.Change(host.Ethernet, hooks => hooks with { ReceiveHandler = new Reserve(host.SecondEthernet, tap.Seen) });
        FrameResult answer = host.Receive(Bytes("020000000001 020000000002" + type + "45000019" + Padding));

        Assert.Equal(reason, answer.Reason);
        Assert.Equal(["reserve"], tap.Seen);
        Assert.Equal(dropped, host.SecondEthernet.Counters[DeviceCounter.RxDropped]);
    }

    [Fact]
    public void What_is_sent_passes_the_egress_hooks_and_then_the_taps_that_want_it()
    {
        using TestHost host = new();
        List<string> log = [];
        host.Stack.AddTap(new SeenPackets(log) { WantsOutgoing = true });
        host.Stack.AddTap(new SeenPackets(log, "deaf"), host.Ethernet);
        host.Stack.Hooks.Change(
            host.Ethernet,
            hooks => hooks with { TrafficEgress = new Hook(PacketHookResult.GoOn, log, "tc"), NetfilterEgress = new Hook(PacketHookResult.GoOn, log, "nf") });
        host.Receive(Frames.Arp());

        Assert.Equal(["eth0 Broadcast 0806", "deaf: eth0 Broadcast 0806", "nf 42", "tc 42", "eth0 Outgoing 0806"], log);
    }

    [Fact]
    public void Device_of_software_gets_what_is_sent_by_it_and_not_without_end()
    {
        using TestHost host = new(hasSecondNetwork: true);
        Endless device = new(host.Ethernet);
        host.Ethernet.Software = device;
        FrameResult answer = host.Receive(Frames.Arp());

        Assert.Equal(9, device.Count);
        Assert.Equal(1, answer.Counters["dev.tx_dropped"]);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));

    private sealed class Handler(ReceiveHandlerResult result, NetworkDevice other) : IReceiveHandler
    {
        public ReceiveHandlerResult Handle(PacketBuffer packet, PacketContext context)
        {
            switch (result)
            {
                case ReceiveHandlerResult.Consumed:
                    context.Drop(packet, Stage.ReceiveCore, DropReason.NotSpecified);
                    break;
                case ReceiveHandlerResult.Another:
                    packet.Device = other.Index;
                    break;
                default:
                    break;
            }

            return result;
        }
    }

    private sealed class Reserve(NetworkDevice other, List<string> log) : IReceiveHandler
    {
        public ReceiveHandlerResult Handle(PacketBuffer packet, PacketContext context)
        {
            log.Add("reserve");
            packet.IsFromReserve = true;
            packet.Device = other.Index;
            return ReceiveHandlerResult.Another;
        }
    }

    private sealed class Hook(PacketHookResult result, List<string> log, string name) : IPacketHook
    {
        public PacketHookResult Run(PacketBuffer packet, PacketContext context)
        {
            log.Add($"{name} {packet.Length}");
            if (result is PacketHookResult.Taken or PacketHookResult.Dropped)
            {
                context.Drop(packet, Stage.ReceiveCore, DropReason.TcIngress);
            }

            return result;
        }
    }

    private sealed class Endless(NetworkDevice next) : ISoftwareDevice
    {
        public int Count { get; private set; }

        public bool Transmit(PacketBuffer frame, NetworkDevice device, PacketContext context)
        {
            Count++;
            return context.Transmit(frame, next);
        }
    }
}
