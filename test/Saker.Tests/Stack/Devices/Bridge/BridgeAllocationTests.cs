using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Driver;
using Saker.Stack.Netfilter;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices.Bridge;

/// <summary>Bridging allocates nothing once a station is known, nor does asking programs, filters and netfilter functions.</summary>
public class BridgeAllocationTests
{
    [Theory]
    [InlineData("02:00:00:00:0a:02", false)] // to a port
    [InlineData("02:00:00:00:0a:03", false)] // unknown: flooded
    [InlineData("ff:ff:ff:ff:ff:ff", false)] // flooded, and up
    [InlineData("01:00:5e:01:02:03", false)] // a group
    [InlineData(BridgeHost.Address, false)]
    [InlineData("02:00:00:00:0a:02", true)]
    [InlineData("ff:ff:ff:ff:ff:ff", true)]
    public void Bridging_allocates_nothing(string destination, bool isVlanFiltering)
    {
        using BridgeHost host = new(new BridgeSettings { IsVlanFiltering = isVlanFiltering });
        Array.ForEach(host.Ports, port => port.Transmitter = null);
        host.Bridge.Forwarding.Set(MacAddress.Parse("02:00:00:00:0a:02"), isVlanFiltering ? (ushort)1 : (ushort)0, ForwardingTarget.Static(2), 0);
        host.Stack.RemoveTap(host.Tap);
        host.Stack.SetTraffic(
            host.Ports[0],
            HookDirection.Ingress,
            TrafficChain.Empty
                .With(new TrafficProgram("p", (_, ref _) => TrafficVerdict.Unspecified))
                .With(new TrafficFilter("f", 1, (_, ref _) => TrafficVerdict.Ok)));
        host.Stack.SetNetfilter(host.Ports[1], HookDirection.Egress, NetfilterChain.Empty.With(new NetfilterEntry("f", 0, (_, _) => NetfilterVerdict.Accept)));
        IFrameReceiver receiver = host.Stack.ReceiverOf(host.Ports[0]);
        byte[] frame = destination.StartsWith("01", StringComparison.Ordinal)
            ? Frames.IPv4(Frames.Udp(), IPProtocol.Udp, destination: IPv4Address.Parse("239.1.2.3"), to: destination)
            : BridgeHost.Frame(destination, "02:00:00:00:0a:01");
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                host.Clock.AdvanceTo(host.Clock.Now + 10_000_000);
                receiver.TryArrive(frame, host.Clock.Now, 1);
                receiver.Interrupt();
                host.Stack.Cpus[0].Softirq.RunUntilIdle();
            }
        });
    }
}
