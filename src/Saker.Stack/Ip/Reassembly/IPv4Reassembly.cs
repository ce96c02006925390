using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Reassembly;

/// <summary>
/// Puts fragments of IPv4 together (<c>ip_defrag</c>). As in Linux since 2018, overlapping fragments end the whole datagram
/// (RFC 5722 for IPv6, applied to IPv4), and an exact duplicate is dropped alone.
/// </summary>
internal sealed class IPv4Reassembly<TTrace> : ReceiveStage<TTrace>, IFragmentExpiry
    where TTrace : struct, ITracing
{
    private const int MaximumDatagram = 65535;
    private const byte InvalidEcn = 0xff;

    private readonly Dictionary<FragmentKey, FragmentQueue> _queues = [];
    private readonly Stack<FragmentQueue> _spare = new();
    private readonly Dictionary<IPv4Address, FragmentSource> _sources = [];
    private readonly Stack<FragmentSource> _spareSources = new();
    private readonly IPv4Settings _settings;
    private readonly DeviceTable _devices;
    private readonly InputRouting<TTrace> _routing;
    private readonly IcmpErrors<TTrace> _errors;
    private long _memory;

    public IPv4Reassembly(Cpu cpu, IPv4Settings settings, DeviceTable devices, InputRouting<TTrace> routing, IcmpErrors<TTrace> errors)
        : base(cpu)
    {
        _settings = settings;
        _devices = devices;
        _routing = routing;
        _errors = errors;
    }

    /// <summary>Takes a fragment; its data begins at the IP header.</summary>
    /// <param name="packet">The fragment, which is kept or freed; where the datagram is whole, the datagram.</param>
    /// <returns>Whether the datagram is whole.</returns>
    public bool TryComplete(ref PacketBuffer packet)
    {
        Enter(packet, Stage.Defragment);
        Counters.Add(Counter.IpReasmReqds);
        if (!IPv4View.TryParse(packet.Linear, out IPv4View header) || !TryFind(packet, header, out FragmentQueue queue))
        {
            Counters.Add(Counter.IpReasmFails);
            Drop(packet, Stage.Defragment, DropReason.NotSpecified);
            return false;
        }

        if (IsTooFar(packet, queue))
        {
            BeginAnew(queue);
        }

        int headerLength = header.HeaderLength;
        int start = header.FragmentOffset;
        int end = start + packet.Length - headerLength;
        if (!FitsEnd(packet, queue, (header.Flags & IPv4Flags.MoreFragments) != IPv4Flags.None, ref end) || !Check(packet, "the fragment is not empty", end - start, end != start))
        {
            return Discard(packet, queue);
        }

        switch (queue.Fit(start, end))
        {
            case FragmentFit.Duplicate:
                Check(packet, "the fragment has not come before", start, end, false);
                Drop(packet, Stage.Defragment, DropReason.DuplicateFragment);
                return false;
            case FragmentFit.Overlap:
                Check(packet, "the fragment overlaps none that came before", start, end, false);
                Counters.Add(Counter.IpExtReasmOverlaps);
                return Discard(packet, queue);
        }

        Keep(packet, queue, header, start, end);
        if (!queue.IsComplete)
        {
            Hold(packet, Stage.Defragment);
            return false;
        }

        return TryJoin(ref packet, queue);
    }

    /// <inheritdoc/>
    public void Expire(FragmentQueue queue)
    {
        Counters.Add(Counter.IpReasmFails);
        Counters.Add(Counter.IpReasmTimeout);
        if (queue.HasFirst)
        {
            TellSender(queue.First);
        }

        for (int i = 0; i < queue.Count; i++)
        {
            Drop(queue[i], Stage.Defragment, DropReason.FragmentReassemblyTimeout);
        }

        Forget(queue);
    }

    /// <summary>Frees everything that waits. For the end of a stack.</summary>
    public void Clear()
    {
        foreach (FragmentQueue queue in _queues.Values.ToArray())
        {
            Free(queue);
        }
    }

    private bool TryFind(PacketBuffer packet, IPv4View header, out FragmentQueue queue)
    {
        // That is asked of parts of a datagram that others have begun, too.
        queue = null!;
        long most = _settings.FragmentHighThreshold;
        if (!Check(packet, "fragments hold no more memory than ipfrag_high_thresh", _memory, most, _memory <= most && most != 0))
        {
            return false;
        }

        FragmentKey key = new(header.Source, header.Destination, header.Identification, header.Protocol);
        if (_queues.TryGetValue(key, out queue!))
        {
            return true;
        }

        FragmentSource source = SourceOf(key.Source);
        source.Datagrams++;
        queue = _spare.TryPop(out FragmentQueue? spare) ? spare : new FragmentQueue(this, source);
        queue.Begin(key, source);
        _memory += queue.Memory;
        _queues.Add(key, queue);
        SetTime(queue);
        return true;
    }

    private FragmentSource SourceOf(IPv4Address address)
    {
        if (!_sources.TryGetValue(address, out FragmentSource? source))
        {
            source = _spareSources.TryPop(out FragmentSource? spare) ? spare : new FragmentSource();
            source.Begin();
            _sources.Add(address, source);
        }

        return source;
    }

    private void SetTime(FragmentQueue queue) => Cpu.Timers.Set(queue, Cpu.Now + (_settings.FragmentTime * 1_000_000_000L));

    /// <summary>
    /// Whether so many fragments of other datagrams came between that this one is likely to be of a new datagram with an old identification
    /// (<c>ip_frag_too_far</c>).
    /// </summary>
    private bool IsTooFar(PacketBuffer packet, FragmentQueue queue)
    {
        uint most = (uint)_settings.FragmentMaximumDistance;
        if (most == 0)
        {
            return false;
        }

        uint distance = ++queue.Source.Fragments - queue.LastNumber;
        queue.LastNumber = queue.Source.Fragments;
        return queue.Count != 0 && !Check(packet, "the datagram's last fragment is no further back than ipfrag_max_dist", distance, most, distance <= most);
    }

    private void BeginAnew(FragmentQueue queue)
    {
        Counters.Add(Counter.IpReasmFails);
        for (int i = 0; i < queue.Count; i++)
        {
            Drop(queue[i], Stage.Defragment, DropReason.FragmentTooFar);
        }

        int before = queue.Memory;
        queue.Empty();
        _memory += queue.Memory - before;
        TimerQueue.Cancel(queue);
        SetTime(queue);
    }

    /// <summary>Whether where the fragment ends agrees with what is known of the datagram's end.</summary>
    private bool FitsEnd(PacketBuffer packet, FragmentQueue queue, bool moreFragments, ref int end)
    {
        if (!moreFragments)
        {
            bool agrees = end >= queue.End && (!queue.HasLast || end == queue.End);
            if (!Check(packet, "the last fragment ends where the datagram does", end, queue.End, agrees))
            {
                return false;
            }

            queue.HasLast = true;
            queue.End = end;
            return true;
        }

        // Only the last fragment may have a length that is no multiple of eight: the rest of others is cut off.
        end &= ~7;
        if (end > queue.End)
        {
            if (!Check(packet, "nothing comes behind the last fragment", end, queue.End, !queue.HasLast))
            {
                return false;
            }

            queue.End = end;
        }

        return true;
    }

    private void Keep(PacketBuffer packet, FragmentQueue queue, IPv4View header, int start, int end)
    {
        int headerLength = header.HeaderLength;
        int size = end - start + headerLength;
        queue.EcnSeen |= 1 << (int)header.Ecn;
        queue.LargestFragment = Math.Max(queue.LargestFragment, size);
        if ((header.Flags & IPv4Flags.DontFragment) != IPv4Flags.None)
        {
            queue.LargestUncuttable = Math.Max(queue.LargestUncuttable, size);
        }

        packet.Pull(headerLength);
        packet.Trim(end - start);
        int before = queue.Memory;
        queue.Insert(packet, start, end);
        _memory += queue.Memory - before;
    }

    /// <summary>Makes the datagram (<c>ip_frag_reasm</c>): the first fragment's header, everyone's data.</summary>
    private bool TryJoin(ref PacketBuffer packet, FragmentQueue queue)
    {
        PacketBuffer whole = queue.First;
        int headerLength = -whole.NetworkHeaderOffset;
        byte ecn = CombineEcn(queue.EcnSeen);
        if (!Check(packet, "the fragments' ECN codepoints go together", queue.EcnSeen, ecn != InvalidEcn)
            || !Check(packet, "the datagram is no longer than 65535 bytes", headerLength + queue.End, headerLength + queue.End <= MaximumDatagram)
            || !whole.TryMakeWritable())
        {
            Counters.Add(Counter.IpReasmFails);
            Hold(packet, Stage.Defragment);
            Free(queue);
            return false;
        }

        uint origin = packet.Origin;
        int traceNode = packet.TraceNode;
        int cost = CostOfWhole(queue, headerLength, _devices[whole.Device].FrameMemory);
        for (int i = 0; i < queue.Count; i++)
        {
            if (queue[i].Origin != origin)
            {
                TellMerged(queue[i], origin);
            }

            if (i != 0)
            {
                whole.AppendFragment(queue[i]);
            }
        }

        whole.Push(headerLength);
        whole.Origin = origin;
        whole.TraceNode = traceNode;
        whole.TrueSize = cost;
        if (IPv4Editor.TryParse(whole.Linear, out IPv4Editor header))
        {
            header.TotalLength = (ushort)(headerLength + queue.End);
            header.TypeOfService |= ecn;
            header.SetFragment(queue.LargestUncuttable == queue.LargestFragment ? IPv4Flags.DontFragment : IPv4Flags.None, 0);
            header.HeaderChecksum = 0;
            header.HeaderChecksum = InternetChecksum.Complete(InternetChecksum.SumIPv4Header(whole.Linear[..headerLength]));
        }

        Counters.Add(Counter.IpReasmOKs);
        Note(whole, "datagram", queue.End);
        Forget(queue);
        packet = whole;
        return true;
    }

    /// <summary>
    /// What a datagram costs that was put together: the kernel copies fragments into the room behind the first as long as there is some, takes over the
    /// others' pages, and chains what it can neither copy nor take (<c>skb_try_coalesce</c>).
    /// </summary>
    private static int CostOfWhole(FragmentQueue queue, int headerLength, FrameMemory memory)
    {
        int cost = queue.First.TrueSize;
        int room = FrameMemoryCost.RoomBehind(memory, cost, NetworkDevice.EthernetHeaderLength + headerLength + queue.First.Length);
        for (int i = 1; i < queue.Count; i++)
        {
            if (queue[i].Length <= room)
            {
                room -= queue[i].Length;
                continue;
            }

            room = 0;
            cost += queue[i].TrueSize - (memory == FrameMemory.Allocated ? 0 : FrameMemoryCost.Descriptor);
        }

        return cost;
    }

    /// <summary>A fragment shows that the datagram is broken: nothing of it is kept.</summary>
    private bool Discard(PacketBuffer packet, FragmentQueue queue)
    {
        Counters.Add(Counter.IpReasmFails);
        Drop(packet, Stage.Defragment, DropReason.NotSpecified);
        Free(queue);
        return false;
    }

    private void Free(FragmentQueue queue)
    {
        for (int i = 0; i < queue.Count; i++)
        {
            queue[i].Free();
        }

        Forget(queue);
    }

    private void Forget(FragmentQueue queue)
    {
        TimerQueue.Cancel(queue);
        _memory -= queue.Memory;
        _queues.Remove(queue.Key);
        _spare.Push(queue);
        if (--queue.Source.Datagrams == 0)
        {
            _sources.Remove(queue.Key.Source);
            _spareSources.Push(queue.Source);
        }
    }

    /// <summary>An end host tells the sender that fragments are missing, if it has the first (RFC 792).</summary>
    private void TellSender(PacketBuffer first)
    {
        first.Push(-first.NetworkHeaderOffset);
        if (IPv4View.TryParse(first.Linear, out IPv4View header)
            && _routing.Route(first, header, _devices[first.Device]) is { Reason: DropReason.None, Destination: { Type: RouteType.Local } destination })
        {
            first.Destination = destination.Index;
            _errors.Send(first, IcmpV4Type.TimeExceeded, (byte)IcmpV4TimeExceededCode.Reassembly, 0);
        }
    }

    /// <summary>
    /// What the datagram bears: "congestion experienced" if one fragment does and all are capable; fragments that are and are not capable do not go together
    /// (RFC 3168 section 5.3).
    /// </summary>
    private static byte CombineEcn(int seen)
    {
        const int NotCapable = 1 << (int)EcnCodepoint.NotEct;
        const int Congestion = 1 << (int)EcnCodepoint.CongestionExperienced;

        if ((seen & NotCapable) != 0 && seen != NotCapable)
        {
            return InvalidEcn;
        }

        return (seen & Congestion) != 0 && seen != Congestion ? (byte)EcnCodepoint.CongestionExperienced : (byte)0;
    }
}
