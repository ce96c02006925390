using Saker.Packets;
using Saker.Stack.Ip.Arp;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Gets the timers of neighbours.</summary>
internal interface INeighborTimer
{
    /// <summary>A neighbour's timer is due.</summary>
    void Expire(NeighborEntry entry);
}

/// <summary>
/// The states of neighbours, and what moves them: packets to be sent (<c>neigh_event_send</c>), what neighbours say (<c>neigh_update</c>), and time
/// (<c>neigh_timer_handler</c>). How long and how often is in <see cref="NeighborSettings"/>.
/// </summary>
internal sealed class NeighborResolution<TTrace> : ReceiveStage<TTrace>, INeighborTimer
    where TTrace : struct, ITracing
{
    private readonly NeighborOutput<TTrace> _output;
    private readonly ArpOutput<TTrace> _arp;

    public NeighborResolution(Cpu cpu, NeighborOutput<TTrace> output, ArpOutput<TTrace> arp)
        : base(cpu)
    {
        _output = output;
        _arp = arp;
    }

    /// <summary>Tells senders that a neighbour does not answer.</summary>
    public IcmpErrors<TTrace>? Errors { get; set; }

    /// <summary>Sends a packet to a neighbour, or lets it wait until the neighbour's address is known.</summary>
    public void Send(PacketBuffer packet, NeighborEntry entry)
    {
        NeighborState state = entry.State;
        entry.Used = Cpu.Now;
        if (state == NeighborState.Stale)
        {
            Change(entry, NeighborState.Delay, entry.Settings.DelayFirstProbeTime);
        }
        else if (!Check(packet, "the neighbour's link address is known", state, (state & NeighborState.Valid) != NeighborState.None))
        {
            Wait(packet, entry, state);
            return;
        }

        _output.Emit(packet, entry.Device, entry.LinkAddress);
    }

    /// <summary>A neighbour has told its link address. What has waited for it goes out.</summary>
    /// <param name="entry">The neighbour.</param>
    /// <param name="address">The link address.</param>
    /// <param name="state">How sure that is: reachable or stale.</param>
    /// <param name="mayOverride">Whether another address that was known before gives way.</param>
    public void Update(NeighborEntry entry, MacAddress address, NeighborState state, bool mayOverride)
    {
        NeighborState old = entry.State;
        if ((old & (NeighborState.NoArp | NeighborState.Permanent)) != NeighborState.None)
        {
            return;
        }

        bool wasValid = (old & NeighborState.Valid) != NeighborState.None;
        bool isSame = wasValid && entry.LinkAddress == address;
        if ((state & NeighborState.Connected) != NeighborState.None)
        {
            entry.Confirmed = Cpu.Now;
        }

        if (wasValid && !isSame && !mayOverride)
        {
            return;
        }

        state = isSame && state == NeighborState.Stale ? old : state;
        if (state == old && isSame)
        {
            return;
        }

        entry.Set(address, old, Cpu.Now);
        if (state != old)
        {
            Change(entry, state, state == NeighborState.Reachable ? entry.Settings.ReachableTime : 0);
        }

        if (!wasValid)
        {
            while (entry.TryTakeWaiting(out PacketBuffer packet))
            {
                Send(packet, entry);
            }
        }
    }

    /// <inheritdoc/>
    public void Expire(NeighborEntry entry)
    {
        long now = Cpu.Now;
        NeighborSettings settings = entry.Settings;
        switch (entry.State)
        {
            case NeighborState.Reachable when now < entry.Confirmed + settings.ReachableTime:
                SetTimer(entry, entry.Confirmed + settings.ReachableTime);
                break;
            case NeighborState.Reachable when now < entry.Used + settings.DelayFirstProbeTime:
                Change(entry, NeighborState.Delay, settings.DelayFirstProbeTime);
                break;
            case NeighborState.Reachable:
                Change(entry, NeighborState.Stale, 0);
                break;
            case NeighborState.Delay when now < entry.Confirmed + settings.DelayFirstProbeTime:
                Change(entry, NeighborState.Reachable, entry.Confirmed + settings.ReachableTime - now);
                break;
            case NeighborState.Delay:
                entry.Probes = 0;
                Change(entry, NeighborState.Probe, settings.RetransmitTime);
                Probe(entry);
                break;
            case NeighborState.Probe when entry.Probes < settings.UnicastProbes:
            case NeighborState.Incomplete when entry.Probes < settings.MulticastProbes:
                SetTimer(entry, now + settings.RetransmitTime);
                Probe(entry);
                break;
            case NeighborState.Probe or NeighborState.Incomplete:
                Fail(entry);
                break;
        }
    }

    /// <summary>Lets a packet wait, and asks for the neighbour unless that is being done already.</summary>
    private void Wait(PacketBuffer packet, NeighborEntry entry, NeighborState state)
    {
        int size = packet.TrueSize;
        while (entry.WaitingSize + size > entry.Settings.WaitingLimit && entry.TryTakeWaiting(out PacketBuffer oldest))
        {
            Drop(oldest, Stage.NeighborOutput, DropReason.NeighborQueueFull);
        }

        entry.Wait(packet);
        if (state != NeighborState.Incomplete)
        {
            entry.Probes = 0;
            Change(entry, NeighborState.Incomplete, entry.Settings.RetransmitTime);
            Probe(entry);
        }
    }

    /// <summary>Asks for a neighbour: the neighbour itself if its address is known, else all.</summary>
    private void Probe(NeighborEntry entry)
    {
        entry.Probes++;
        MacAddress target = entry.State == NeighborState.Probe ? entry.LinkAddress : entry.Device.Broadcast;
        _arp.Solicit(entry.LastWaiting, entry.Device, entry.Address, target);
    }

    /// <summary>A neighbour does not answer: what waits for it is lost, and whoever sent that is told (<c>neigh_invalidate</c>, <c>arp_error_report</c>).</summary>
    private void Fail(NeighborEntry entry)
    {
        Change(entry, NeighborState.Failed, 0);
        while (entry.TryTakeWaiting(out PacketBuffer packet))
        {
            // What we have sent ourselves has nobody to be told.
            if (packet.PacketType != PacketType.Outgoing)
            {
                Errors?.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.Host, 0);
            }

            Drop(packet, Stage.NeighborOutput, DropReason.NeighborFailed);
        }
    }

    private void Change(NeighborEntry entry, NeighborState state, long timeout)
    {
        entry.Set(entry.LinkAddress, state, Cpu.Now);
        if (timeout > 0)
        {
            SetTimer(entry, Cpu.Now + timeout);
        }
        else
        {
            TimerQueue.Cancel(entry);
        }
    }

    private void SetTimer(NeighborEntry entry, long dueAt)
    {
        entry.Timer = this;
        Cpu.Timers.Set(entry, dueAt);
    }
}
