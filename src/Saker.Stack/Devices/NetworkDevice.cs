using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Driver;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Devices;

/// <summary>
/// A network device as the stack knows it (<c>struct net_device</c>): what every device has, whatever moves its frames.
/// </summary>
/// <remarks>
/// A device stays the same object while its configuration changes: <see cref="IPv4"/>, <see cref="IPv6"/> and
/// <see cref="Offload"/> are swapped whole by the control thread and read without a lock.
/// </remarks>
public sealed class NetworkDevice
{
    /// <summary>Length of an Ethernet header without tags.</summary>
    public const int EthernetHeaderLength = 14;

    private const ushort EthernetHardware = 1;
    private const ushort LoopbackHardware = 772;

    /// <summary>Makes a device.</summary>
    /// <param name="index">Its interface index, above zero.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">Its link address.</param>
    public NetworkDevice(int index, string name, MacAddress address)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Index = index;
        Name = name;
        Address = address;
    }

    /// <summary>Its interface index.</summary>
    public int Index { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its link address.</summary>
    public MacAddress Address { get; init; }

    /// <summary>The link's broadcast address.</summary>
    public MacAddress Broadcast { get; init; } = MacAddress.Broadcast;

    /// <summary>The longest packet it sends, without the link header.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>How its driver keeps received frames, which decides how many of them a receive buffer takes.</summary>
    public FrameMemory FrameMemory { get; set; } = FrameMemory.Allocated;

    /// <summary>What is set of its flags.</summary>
    public DeviceFlags Flags { get; init; } = DeviceFlags.Up | DeviceFlags.Broadcast | DeviceFlags.Multicast;

    /// <summary>Whether it is the loopback device.</summary>
    public bool IsLoopback => (Flags & DeviceFlags.Loopback) != DeviceFlags.None;

    /// <summary>Its kind (<c>ARPHRD_ETHER</c> or <c>ARPHRD_LOOPBACK</c> of <c>linux/if_arp.h</c>): every device has Ethernet's header.</summary>
    public ushort HardwareType => IsLoopback ? LoopbackHardware : EthernetHardware;

    /// <summary>How many ask for every frame of the link (<c>promiscuity</c>). The cards here hand up what the link gives them, asked or not.</summary>
    public int Promiscuity { get; internal set; }

    /// <summary>How many ask for the frames to every group (<c>allmulti</c>).</summary>
    public int AllMulticasting { get; internal set; }

    /// <summary>Its part in IPv4; null where IPv4 is off (no <c>in_device</c>).</summary>
    public IPv4Interface? IPv4 { get; set; }

    /// <summary>Its part in IPv6; null: nothing is known of it, and IPv6 packets that come by the device end as unsupported.</summary>
    public IPv6Interface? IPv6 { get; set; }

    /// <summary>How its packets are merged on their way up.</summary>
    public ReceiveOffload Offload { get; set; } = new();

    /// <summary>
    /// The settings of its card, as ethtool shows them; swapped whole, and taken over when the card is opened. By default the card has one queue, and leaves checksums
    /// and VLAN tags to the software, as the devices do by which the kernel was asked.
    /// </summary>
    public CardSettings Card { get; set; } = new() { Features = CardFeatures.Usual & ~(CardFeatures.RxChecksumming | CardFeatures.RxVlanOffload) };

    /// <summary>How its queues are polled; taken over when the card is opened.</summary>
    public NapiSettings Napi { get; set; } = new();

    /// <summary>Its statistics.</summary>
    public DeviceCounters Counters { get; } = new();

    /// <summary>Takes the frames that leave by this device; null: they are freed, and nobody sees them.</summary>
    public IFrameTransmitter? Transmitter { get; set; }

    /// <summary>The transmit rings of its card, or the queues of its link; null: none is open, and frames go straight to the transmitter, as with devices without queues.</summary>
    internal ITransmitQueues? TransmitQueues { get; set; }

    /// <summary>What hangs on it: taps, hooks, a device above; null: nothing. Changed by <see cref="HookTable"/> alone.</summary>
    internal DeviceHooks? Hooks { get; set; }

    /// <summary>Takes what is sent by a device without hardware; null: the device has hardware, or is the loopback device.</summary>
    internal ISoftwareDevice? Software { get; set; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(DeviceFlags flag) => (Flags & flag) != DeviceFlags.None;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Sends frames: what a link gives the device that stands for it.</summary>
public interface IFrameTransmitter
{
    /// <summary>
    /// Takes a frame's bytes, from the link header on. The frame remains the caller's, and is valid until this returns. Called on the CPU that sends, each of which may.
    /// </summary>
    /// <returns>False if there is no room now: the card keeps the frame and asks again, see <see cref="NetworkCard.ResumeTransmission"/>.</returns>
    bool TryTransmit(PacketBuffer frame);
}

/// <summary>Flags of a device (<c>net_device_flags</c> in <c>linux/if.h</c>; the numbers are the kernel's).</summary>
[Flags]
public enum DeviceFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Administratively up.</summary>
    Up = 1 << 0,

    /// <summary>Its broadcast address is valid.</summary>
    Broadcast = 1 << 1,

    /// <summary>The loopback device.</summary>
    Loopback = 1 << 3,

    /// <summary>Two ends only.</summary>
    PointToPoint = 1 << 4,

    /// <summary>Speaks no ARP.</summary>
    NoArp = 1 << 7,

    /// <summary>Receives every frame of the link.</summary>
    Promiscuous = 1 << 8,

    /// <summary>Receives frames to every group.</summary>
    AllMulticast = 1 << 9,

    /// <summary>Can receive frames to groups.</summary>
    Multicast = 1 << 12,
}
