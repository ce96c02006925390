using Saker.Bpf.Classic;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Core;

/// <summary>
/// What a CPU gives to those who hang on devices (taps, handlers, hooks, devices made of software): its time and counters, and the ways in which a packet can go on or end.
/// They are one object for all CPUs; a context is one CPU's, and must not be kept.
/// </summary>
public sealed class PacketContext
{
    /// <summary>How many devices may stand upon each other (<c>XMIT_RECURSION_LIMIT</c>).</summary>
    private const int DeepestSending = 8;

    private readonly bool _tellsStages;
    private readonly bool _tellsDetails;

    private PacketContext(Cpu cpu, DeviceTable devices, FlowHash flowHash, bool tellsStages, bool tellsDetails)
    {
        Cpu = cpu;
        Devices = devices;
        FlowHash = flowHash;
        Facts = new PacketFacts(this);
        _tellsStages = tellsStages;
        _tellsDetails = tellsDetails;
    }

    /// <summary>The CPU.</summary>
    public Cpu Cpu { get; }

    /// <summary>The stack's devices.</summary>
    public DeviceTable Devices { get; }

    /// <summary>How many devices are sending on this CPU now, each because of the one before (<c>softnet_data.xmit.recursion</c>).</summary>
    internal int SendingDepth { get; set; }

    /// <summary>Whether too many devices stand upon each other, or send to each other in a circle (<c>dev_xmit_recursion</c>).</summary>
    internal bool IsTooDeep => SendingDepth > DeepestSending;

    /// <summary>The hash of flows.</summary>
    internal FlowHash FlowHash { get; }

    /// <summary>Puts packets before filters.</summary>
    internal PacketFacts Facts { get; }

    /// <summary>Takes what is to be sent.</summary>
    internal IFrameSender? Sender { get; set; }

    /// <summary>Takes what is to be received again.</summary>
    internal IPacketReceiver? Receiver { get; set; }

    internal static PacketContext Of<TTrace>(Cpu cpu, DeviceTable devices, FlowHash flowHash)
        where TTrace : struct, ITracing => new(cpu, devices, flowHash, TTrace.Stages, TTrace.Details);

    /// <summary>
    /// Hands a frame to a device to be sent (<c>dev_queue_xmit</c>). Its data begins at the link header; a VLAN tag may be beside it. It is the device's from now on.
    /// </summary>
    /// <returns>False if it was dropped, and has been freed.</returns>
    public bool Transmit(PacketBuffer frame, NetworkDevice device) => Sender!.Transmit(frame, device);

    /// <summary>The same for a frame that is sent by another device than it was to be; it may come back here, though not for ever (<c>__bpf_tx_skb</c>).</summary>
    internal void TransmitRedirected(PacketBuffer frame, NetworkDevice device, Stage stage)
    {
        if (!Check(frame, "not too many devices send to each other", SendingDepth, !IsTooDeep))
        {
            Drop(frame, stage, DropReason.NotSpecified);
            return;
        }

        frame.Device = device.Index;
        SendingDepth++;
        Transmit(frame, device);
        SendingDepth--;
    }

    /// <summary>
    /// Lets a packet be received by the device that it bears, now, by the way of all received packets (<c>netif_receive_skb</c>). Its data begins at the network header, its
    /// protocol and packet type are set. The caller has it no more.
    /// </summary>
    public void Receive(PacketBuffer packet)
    {
        PacketList one = default;
        one.Add(packet);
        Receiver!.Receive(ref one);
    }

    /// <summary>The same by way of a CPU's backlog (<c>netif_rx</c>).</summary>
    public void ReceiveLater(PacketBuffer packet) => Receiver!.ReceiveLater(packet);

    /// <summary>Asks a packet filter about a packet whose link header is marked; all that stands beside the packet is told, too.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="packet">The packet; it remains as it is.</param>
    /// <param name="start">Where the filter's place 0 is, from where the packet's data begins; negative: in front of it.</param>
    /// <returns>What the filter returns: 0, or how many bytes it wants.</returns>
    public uint Ask(ClassicFilter filter, PacketBuffer packet, int start = 0) => Facts.Ask(filter, packet, start);

    /// <summary>The packet enters a stage.</summary>
    public void Enter(PacketBuffer packet, Stage stage)
    {
        if (_tellsStages)
        {
            Cpu.Observer.Entered(packet, stage);
        }
    }

    /// <summary>Tells of a check, and gives its result back.</summary>
    public bool Check<T>(PacketBuffer packet, string check, T seen, bool passed)
    {
        if (_tellsDetails && Cpu.Observer.WantsDetails)
        {
            Cpu.Observer.Checked(packet, check, seen?.ToString() ?? string.Empty, passed);
        }

        return passed;
    }

    /// <summary>Tells of something found or decided.</summary>
    public void Note<T>(PacketBuffer packet, string subject, T value)
    {
        if (_tellsDetails && Cpu.Observer.WantsDetails)
        {
            Cpu.Observer.Noted(packet, subject, value?.ToString() ?? string.Empty);
        }
    }

    /// <summary>Tells that a socket gets the packet, which the caller then hands over or frees.</summary>
    public void Tell(PacketBuffer packet, Stage stage, Socket socket)
    {
        if (_tellsStages)
        {
            Cpu.Observer.Delivered(packet, stage, socket);
        }
    }

    /// <summary>Tells that the packet goes on to another host.</summary>
    public void TellForwarded(PacketBuffer packet, Stage stage)
    {
        if (_tellsStages)
        {
            Cpu.Observer.Forwarded(packet, stage);
        }
    }

    /// <summary>Ends a packet undelivered (<c>kfree_skb_reason</c>). The caller moves the counter.</summary>
    public void Drop(PacketBuffer packet, Stage stage, DropReason reason)
    {
        if (_tellsStages)
        {
            Cpu.Observer.Dropped(packet, stage, reason);
        }

        Cpu.Drops.Add(reason);
        packet.Free();
    }

    /// <summary>Ends a packet that has been dealt with (<c>consume_skb</c>).</summary>
    public void Consume(PacketBuffer packet, Stage stage)
    {
        if (_tellsStages)
        {
            Cpu.Observer.Consumed(packet, stage);
        }

        packet.Free();
    }

    /// <summary>Counts in a device's statistics.</summary>
    public void Count(NetworkDevice device, DeviceCounter counter, long amount = 1) => device.Counters.Of(Cpu).Add(counter, amount);
}

/// <summary>Sends frames by devices.</summary>
internal interface IFrameSender
{
    /// <summary>Sends a frame, complete with its link header. It is the sender's from now on.</summary>
    /// <returns>False if it was dropped.</returns>
    bool Transmit(PacketBuffer frame, NetworkDevice device);
}

/// <summary>Takes packets that are to be received, though they come from no driver.</summary>
internal interface IPacketReceiver : IPacketListReceiver
{
    /// <summary>Takes a packet by way of a CPU's backlog (<c>netif_rx</c>).</summary>
    void ReceiveLater(PacketBuffer packet);
}
