using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices.Bridge;

/// <summary>What the kernel tests do not ask: order, memory, ports that come and go.</summary>
public class EthernetBridgeTests
{
    private const string Everybody = "ff:ff:ff:ff:ff:ff";
    private const string Alice = "02:00:00:00:0a:01";
    private const string Bob = "02:00:00:00:0a:02";

    [Fact]
    public void A_flood_begins_with_the_port_that_was_added_last_and_ends_with_this_host()
    {
        using BridgeHost host = new();
        Assert.Equal(["p4 60", "p3 60", "p1 60", "up 46"], host.Receive(2, BridgeHost.Frame(Everybody, Alice)));
    }

    [Fact]
    public void A_station_that_was_heard_gets_its_frames_alone_until_it_ages()
    {
        using BridgeHost host = new();
        host.Receive(2, BridgeHost.Frame(Everybody, Alice));
        Assert.Equal(["p2 60"], host.Receive(1, BridgeHost.Frame(Alice, Bob)));
        host.Clock.AdvanceTo(host.Clock.Now + (long)BridgeSettings.DefaultAgeingTime.TotalNanoseconds);
        Assert.Equal(["p4 60", "p3 60", "p2 60"], host.Receive(1, BridgeHost.Frame(Alice, Bob)));
    }

    [Fact]
    public void A_promiscuous_bridge_sees_what_it_forwards()
    {
        NetworkDevice bridge = new(5, "br0", MacAddress.Parse(BridgeHost.Address)) { Flags = DeviceFlags.Up | DeviceFlags.Promiscuous };
        NetworkDevice[] ports = [new(1, "p1", new MacAddress(0x0200_0000_0001)), new(2, "p2", new MacAddress(0x0200_0000_0002))];
        EthernetBridge joined = new(bridge);
        Array.ForEach(ports, port => joined.Add(port));
        VirtualClock clock = new();
        using Saker.Stack.NetworkStack stack = new(new Saker.Stack.NetworkOptions { Devices = [.. ports, bridge], Bridges = [joined], Clock = clock });
        Assert.True(stack.ReceiverOf(ports[0]).TryArrive(BridgeHost.Frame(Alice, Bob), 0, 1));
        stack.ReceiverOf(ports[0]).Interrupt();
        stack.Cpus[0].Softirq.RunUntilIdle();
        Assert.Equal((1, 1), (ports[1].Counters[DeviceCounter.TxPackets], bridge.Counters[DeviceCounter.RxPackets]));
    }

    /// <summary>The frame's own allocation of packet metadata is the first, those of its clones follow.</summary>
    [Fact]
    public void A_flood_that_finds_no_memory_for_a_clone_ends_there_and_the_bridge_counts_it()
    {
        string[] sent = ["p4 60", "p3 60", "p2 60"];
        List<int> sentBeforeFailure = [];
        for (int first = 1; first < 8; first++)
        {
            using BridgeHost host = new(cpu: new CpuOptions { Faults = new AllocationFaults { First = first } });
            List<string> left = host.Receive(1, BridgeHost.Frame(Alice, Bob));
            Assert.Equal(sent.Take(left.Count), left);
            if (host.Device.Counters[DeviceCounter.TxDropped] == 1)
            {
                Assert.Equal(1, host.DropsOf(DropReason.NoMemory));
                sentBeforeFailure.Add(left.Count);
            }
        }

        Assert.Equal([0, 1], sentBeforeFailure);
    }

    [Fact]
    public void A_port_that_is_removed_is_an_ordinary_device_again()
    {
        using BridgeHost host = new();
        host.Receive(2, BridgeHost.Frame(Everybody, Alice));
        host.Bridge.Remove(host.Port(2));
        Assert.Empty(host.Receive(2, BridgeHost.Frame(Everybody, Alice)));
        Assert.Equal((1, 1), (host.DropsOf(DropReason.UnhandledProtocol), host.Ports[1].Counters[DeviceCounter.RxDropped]));
        Assert.Equal(["p4 60", "p3 60"], host.Receive(1, BridgeHost.Frame(Alice, Bob)));
    }

    [Fact]
    public void A_port_number_that_was_given_up_is_given_again()
    {
        using BridgeHost host = new();
        host.Bridge.Remove(host.Port(2));
        Assert.Equal(2, host.Bridge.Add(host.Ports[1]).Number);
        Assert.Equal(["p2", "p4", "p3", "p1"], host.Bridge.Ports.Select(port => port.ToString()));
    }

    [Fact]
    public void No_device_joins_twice_nor_a_bridge_itself()
    {
        using BridgeHost host = new();
        Assert.Throws<ArgumentException>(() => host.Bridge.Add(host.Ports[0]));
        Assert.Throws<ArgumentException>(() => host.Bridge.Add(host.Device));
        Assert.Throws<ArgumentException>(() => host.Bridge.Add(new NetworkDevice(9, "p9", default), number: 1));
    }
}
