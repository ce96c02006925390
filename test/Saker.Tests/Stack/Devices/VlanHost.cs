using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Ip.V4;
using Saker.Stack.Nic;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices;

/// <summary>
/// A host whose <c>eth0</c> (02:00:00:00:00:01) bears VLAN devices, the first of which has 10.0.5.1/24 and a neighbour 10.0.5.2. Ends with every packet buffer back in its
/// pool.
/// </summary>
internal sealed class VlanHost : IFrameTransmitter, IDisposable
{
    private readonly VirtualClock _clock = new();

    /// <param name="makeVlans">The VLAN devices, made of <c>eth0</c> and a maker of further devices by index, name and link address.</param>
    /// <param name="card">What <c>eth0</c>'s card does.</param>
    public VlanHost(Func<NetworkDevice, VlanDevice[]> makeVlans, CardFeatures card = CardFeatures.TxVlanOffload)
    {
        Ethernet = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01")) { Transmitter = this, Card = new CardSettings { Features = card } };
        VlanDevice[] vlans = makeVlans(Ethernet);
        vlans[0].Device.IPv4 = new IPv4Interface(
            [new IPv4InterfaceAddress(new IPv4Address(10, 0, 5, 1), 24) { Broadcast = new IPv4Address(10, 0, 5, 255) }], [], new IPv4InterfaceSettings());
        NetworkDevice[] devices = [Ethernet, .. vlans.Select(vlan => vlan.Device)];
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = devices,
            Vlans = vlans,
            Routes = [.. devices.SelectMany(AddressRoutes.Of)],
            Neighbors = [new Neighbor<IPv4Address>(vlans[0].Device, new IPv4Address(10, 0, 5, 2), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
            IPv4 = new IPv4Settings { IcmpRateLimit = 0 },
            Clock = _clock,
        });
    }

    public NetworkStack Stack { get; }

    public NetworkDevice Ethernet { get; }

    /// <summary>The frames that have left, in hexadecimal.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>A device to be a VLAN.</summary>
    public static NetworkDevice Device(int index, string name, string address = "02:00:00:00:00:01", DeviceFlags flags = DeviceFlags.Up | DeviceFlags.Broadcast) =>
        new(index, name, MacAddress.Parse(address)) { Flags = flags };

    /// <summary>An echo request from 10.0.5.2 to 10.0.5.1 behind the given tags, in hexadecimal: <c>8100 0005</c>.</summary>
    public static byte[] Echo(string tags, string to = "020000000001")
    {
        byte[] frame = Frames.IPv4(Frames.Message(8, 0, new byte[24]), IPProtocol.IcmpV4, source: new IPv4Address(10, 0, 5, 2), destination: new IPv4Address(10, 0, 5, 1));
        return [.. Bytes(to), .. frame[6..12], .. Bytes(tags), .. frame[12..]];
    }

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));

    /// <summary>Receives a frame on <c>eth0</c>.</summary>
    public void Receive(byte[] frame)
    {
        Assert.True(Stack.ReceiverOf(Ethernet).TryArrive(frame, _clock.Now, 1));
        Stack.ReceiverOf(Ethernet).Interrupt();
        Stack.Cpus[0].Softirq.RunUntilIdle();
    }

    public long Dropped(DropReason reason) => Stack.Cpus[0].Drops[reason];

    public bool TryTransmit(PacketBuffer frame)
    {
        byte[] bytes = new byte[frame.Length];
        frame.CopyTo(0, bytes);
        Sent.Add(Convert.ToHexStringLower(bytes));
        return true;
    }

    public void Dispose() => Stack.Dispose();
}
