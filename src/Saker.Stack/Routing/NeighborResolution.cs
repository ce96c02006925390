using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// The states of neighbours, and what moves them: packets to be sent (<c>neigh_event_send</c>), what neighbours say (<c>neigh_update</c>), and time
/// (<c>neigh_timer_handler</c>), on one CPU. How long and how often is in <see cref="NeighborSettings"/>; how much may wait is counted for each CPU apart.
/// </summary>
/// <typeparam name="TTrace">How much the observer is told.</typeparam>
/// <typeparam name="TAddress">The neighbours' addresses.</typeparam>
internal sealed class NeighborResolution<TTrace, TAddress> : ReceiveStage<TTrace>, INeighborKeeper
    where TTrace : struct, ITracing
    where TAddress : struct, INetworkAddress<TAddress>, IEquatable<TAddress>
{
    private readonly NeighborOutput<TTrace, TAddress> _output;
    private readonly INeighborProtocol<TAddress> _protocol;

    public NeighborResolution(Cpu cpu, NeighborOutput<TTrace, TAddress> output, INeighborProtocol<TAddress> protocol)
        : base(cpu)
    {
        _output = output;
        _protocol = protocol;
    }

    /// <inheritdoc/>
    Cpu INeighborKeeper.Cpu => Cpu;

    /// <summary>Sends a packet to a neighbour, or lets it wait until the neighbour's address is known.</summary>
    public void Send(PacketBuffer packet, NeighborEntry entry)
    {
        NeighborState state = entry.State;
        entry.Used = Cpu.Now;
        if (state == NeighborState.Stale)
        {
            Delay(entry);
        }
        else if (!Check(packet, "the neighbour's link address is known", state, (state & NeighborState.Valid) != NeighborState.None) && TryWait(packet, entry))
        {
            return;
        }

        _output.Emit(packet, entry.Device, entry.LinkAddress);
    }

    /// <summary>A neighbour has told its link address. What has waited for it goes out.</summary>
    /// <param name="entry">The neighbour.</param>
    /// <param name="address">The link address; null: it has told that it is there, and nothing of its address.</param>
    /// <param name="state">How sure that is: reachable or stale.</param>
    /// <param name="override">What becomes of another address that was known before.</param>
    public void Update(NeighborEntry entry, MacAddress? address, NeighborState state, NeighborOverride @override)
    {
        lock (entry.Lock)
        {
            if (!TryChange(entry, address, state, @override))
            {
                return;
            }
        }

        Settle(entry);
        entry.TellOthers(Cpu);
    }

    /// <inheritdoc/>
    public void Expire(NeighborEntry entry)
    {
        NeighborState after;
        lock (entry.Lock)
        {
            if (!entry.IsDue(Cpu, Cpu.Now))
            {
                return;
            }

            Advance(entry, Cpu.Now);
            after = entry.State;
        }

        switch (after)
        {
            case NeighborState.Probe or NeighborState.Incomplete:
                Probe(entry, after);
                break;
            case NeighborState.Failed:
                Settle(entry);
                entry.TellOthers(Cpu);
                break;
        }
    }

    /// <inheritdoc/>
    public void Settle(NeighborEntry entry)
    {
        NeighborLane lane = entry[Cpu];
        NeighborState state = entry.State;
        if ((state & NeighborState.Valid) != NeighborState.None)
        {
            while (lane.TryTakeWaiting(out PacketBuffer packet))
            {
                Send(packet, entry);
            }
        }
        else if (state == NeighborState.Failed)
        {
            Fail(lane);
        }
    }

    /// <summary>What a neighbour says of itself changes its entry. Under the lock.</summary>
    /// <returns>Whether packets have waited for this.</returns>
    private bool TryChange(NeighborEntry entry, MacAddress? told, NeighborState state, NeighborOverride @override)
    {
        NeighborState old = entry.State;
        bool wasValid = (old & NeighborState.Valid) != NeighborState.None;
        if ((old & (NeighborState.NoArp | NeighborState.Permanent)) != NeighborState.None || (told is null && !wasValid))
        {
            return false;
        }

        MacAddress address = told ?? entry.LinkAddress;
        bool isSame = wasValid && entry.LinkAddress == address;
        if ((state & NeighborState.Connected) != NeighborState.None)
        {
            entry.Confirmed = Cpu.Now;
        }

        if (wasValid && !isSame && @override != NeighborOverride.Replace)
        {
            if (@override == NeighborOverride.Keep || (old & NeighborState.Connected) == NeighborState.None)
            {
                return false;
            }

            // Two speak for the neighbour: who was believed remains so, until it is asked.
            (address, state, isSame) = (entry.LinkAddress, NeighborState.Stale, true);
        }
        else if (isSame && state == NeighborState.Stale)
        {
            state = old;
        }

        if (state == old && isSame)
        {
            return false;
        }

        entry.Set(address, old, Cpu.Now);
        if (state != old)
        {
            Change(entry, state, state == NeighborState.Reachable ? SettingsOf(entry).ReachableTime : 0);
        }

        return !wasValid;
    }

    /// <summary>The timer's part of the states. Under the lock; afterwards a neighbour that is asked for gets a request.</summary>
    private void Advance(NeighborEntry entry, long now)
    {
        NeighborSettings settings = SettingsOf(entry);
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
                break;
            case NeighborState.Probe when entry.Probes < settings.UnicastProbes:
            case NeighborState.Incomplete when entry.Probes < settings.MulticastProbes:
                SetTimer(entry, now + settings.RetransmitTime);
                break;
            case NeighborState.Probe or NeighborState.Incomplete:
                Change(entry, NeighborState.Failed, 0);
                break;
        }
    }

    private void Delay(NeighborEntry entry)
    {
        lock (entry.Lock)
        {
            if (entry.State == NeighborState.Stale)
            {
                Change(entry, NeighborState.Delay, SettingsOf(entry).DelayFirstProbeTime);
            }
        }
    }

    /// <summary>Lets a packet wait, and asks for the neighbour unless that is being done already.</summary>
    /// <returns>False if the neighbour has been found meanwhile.</returns>
    private bool TryWait(PacketBuffer packet, NeighborEntry entry)
    {
        NeighborLane lane = entry[Cpu];
        int size = packet.TrueSize;
        while (lane.WaitingSize + size > SettingsOf(entry).WaitingLimit && lane.TryTakeWaiting(out PacketBuffer oldest))
        {
            Drop(oldest, Stage.NeighborOutput, DropReason.NeighborQueueFull);
        }

        lock (entry.Lock)
        {
            NeighborState state = entry.State;
            if ((state & NeighborState.Valid) != NeighborState.None)
            {
                return false;
            }

            lane.Keeper = this;
            lane.Wait(packet);
            if (state == NeighborState.Incomplete)
            {
                return true;
            }

            entry.Probes = 0;
            Change(entry, NeighborState.Incomplete, SettingsOf(entry).RetransmitTime);
        }

        Probe(entry, NeighborState.Incomplete);
        return true;
    }

    /// <summary>Asks for a neighbour: the neighbour itself if its address is known, else all.</summary>
    private void Probe(NeighborEntry entry, NeighborState state)
    {
        entry.Probes++;
        _protocol.Solicit(entry[Cpu].LastWaiting, entry.Device, ((NeighborEntry<TAddress>)entry).Address, state == NeighborState.Probe ? entry.LinkAddress : null);
    }

    /// <summary>A neighbour does not answer: what waits for it is lost, and whoever sent that is told (<c>neigh_invalidate</c>).</summary>
    private void Fail(NeighborLane lane)
    {
        while (lane.TryTakeWaiting(out PacketBuffer packet))
        {
            // What we have sent ourselves has nobody to be told.
            if (packet.PacketType != PacketType.Outgoing)
            {
                _protocol.TellUnreachable(packet);
            }

            Drop(packet, Stage.NeighborOutput, DropReason.NeighborFailed);
        }
    }

    /// <summary>Sets the state, and the timer or none. Under the lock.</summary>
    private void Change(NeighborEntry entry, NeighborState state, long timeout)
    {
        entry.Set(entry.LinkAddress, state, Cpu.Now);
        if (timeout > 0)
        {
            SetTimer(entry, Cpu.Now + timeout);
        }
        else
        {
            entry.CancelTimer();
            TimerQueue.Cancel(entry[Cpu]);
        }
    }

    private void SetTimer(NeighborEntry entry, long dueAt)
    {
        entry[Cpu].Keeper = this;
        entry.SetTimer(Cpu, dueAt);
    }

    private NeighborSettings SettingsOf(NeighborEntry entry) => _protocol.SettingsOf(entry.Device);
}
