using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Nic;

namespace Saker.Stack.Driver;

/// <summary>
/// A receive ring as the driver knows it: the pages behind the descriptors, and how far it has come (<c>struct i40e_ring</c>). It belongs to the CPU that polls it.
/// </summary>
/// <remarks>
/// Going round the ring, the numbers stand in this order: <c>clean</c>, where the frame begins that is being read; <c>process</c>, the next descriptor to be read;
/// <c>use</c>, the next one to be given a buffer. Between <c>use</c> and <c>clean</c> one descriptor is always left out.
/// </remarks>
public sealed class ReceiveRing : IDisposable
{
    /// <summary>So many descriptors are given buffers together (<c>I40E_RX_BUFFER_WRITE</c>).</summary>
    public const int RefillBatch = 32;

    private readonly FramePage[] _pages;
    private readonly QueueCounterBlock _counters;
    private int _clean;
    private int _process;
    private int _use;

    internal ReceiveRing(int queue, DescriptorRing descriptors, FrameRegion memory, int headroom, CardStatistics counters)
    {
        Queue = queue;
        _counters = counters.Of(queue);
        Descriptors = descriptors;
        Memory = memory;
        Headroom = headroom;
        _pages = new FramePage[descriptors.Length];
    }

    /// <summary>The card's number of the queue.</summary>
    public int Queue { get; }

    /// <summary>The descriptors.</summary>
    public DescriptorRing Descriptors { get; }

    /// <summary>The memory that the card writes to.</summary>
    public FrameRegion Memory { get; }

    /// <summary>Bytes in front of a frame in its buffer.</summary>
    public int Headroom { get; }

    /// <summary>What the driver counts beside the card's statistics.</summary>
    public ReceiveRingStatistics Statistics { get; } = new();

    /// <summary>Copies headers out of the buffers instead of building packets around them (<c>ethtool --set-priv-flags legacy-rx on</c>).</summary>
    public bool CopiesHeaders { get; set; }

    /// <summary>Whether the card's hash is passed on (<c>receive-hashing</c>).</summary>
    public bool PassesHash { get; set; }

    /// <summary>Whether what the card found of the checksums is believed (<c>rx-checksumming</c>).</summary>
    public bool BelievesChecksums { get; set; }

    /// <summary>Sees frames before packets are made of them; null: nobody.</summary>
    public XdpHook? Hook { get; set; }

    /// <summary>Makes card and CPU see each other's writes; null: they do.</summary>
    public IMemorySynchronizer? Synchronizer { get; set; }

    /// <summary>Whether packets are built around the buffers and nobody wants to be told before.</summary>
    internal bool IsPlain => Hook is null && !CopiesHeaders && Synchronizer is null;

    /// <summary>Descriptors that want a buffer.</summary>
    internal int UnusedCount
    {
        get
        {
            int distance = Descriptors.Distance(_use, _clean);
            return (distance == 0 ? Descriptors.Length : distance) - 1;
        }
    }

    /// <summary>The next descriptor to be read.</summary>
    internal int ProcessIndex => _process;

    /// <summary>Where the frame begins that is being read.</summary>
    internal int CleanIndex => _clean;

    /// <summary>The buffer of a descriptor.</summary>
    internal ref FramePage this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _pages[index];
    }

    /// <summary>A counter of the queue.</summary>
    internal long this[QueueCounter counter] => _counters[counter];

    /// <summary>Moves a counter of the queue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Count(QueueCounter counter, long amount = 1) => _counters.Add(counter, amount);

    /// <summary>Gives buffers to all descriptors that want one (<c>i40e_alloc_rx_buffers</c>).</summary>
    /// <returns>False if memory ran out on the way.</returns>
    internal bool TryRefill()
    {
        DescriptorRing ring = Descriptors;
        FrameAddresses addresses = Memory.Addresses;
        IMemorySynchronizer? synchronizer = Synchronizer;
        bool isComplete = true;
        int use = _use;
        for (int count = UnusedCount; count > 0; count--)
        {
            ref FramePage page = ref _pages[use];
            if (page.IsEmpty && !TryTakePage(out page))
            {
                isComplete = false;
                break;
            }

            long address = addresses.Of(page.Chunk, Headroom);
            synchronizer?.SyncForDevice(address, ring.BufferLength);
            ring[use].Post(address);
            use = ring.Next(use);
        }

        if (use != _use)
        {
            // What was written back here long ago must not be taken for a new frame when the ring runs dry.
            ring[use].ClearStatus();
            _use = use;
            ring.MoveTail(use);
        }

        return isComplete;
    }

    private bool TryTakePage(out FramePage page)
    {
        bool isTaken = Memory.TryTakePage(out page);
        Count(isTaken ? QueueCounter.PageAllocated : QueueCounter.PageAllocationFailed);
        return isTaken;
    }

    /// <summary>The descriptor was read; the frame may go on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Advance() => _process = Descriptors.Next(_process);

    /// <summary>The frame is done with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Finish() => _clean = _process;

    /// <summary>A frame in a descriptor of its own was read, and is done with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Finish(int next) => _process = _clean = next;

    /// <summary>A half was given to a packet: the other half comes next, if it is free (<c>i40e_put_rx_buffer</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void TurnPage(ref FramePage page)
    {
        if (Memory.TryReuse(ref page))
        {
            Count(QueueCounter.PageReused);
        }
        else
        {
            Count(QueueCounter.PageBusy);
        }
    }

    /// <summary>Makes a packet around the buffer of a descriptor, whose other half comes next (<c>i40e_build_skb</c>). Its data begins behind the Ethernet header.</summary>
    /// <param name="index">The descriptor.</param>
    /// <param name="length">The frame's length: an Ethernet header at least.</param>
    /// <param name="pool">Where the packet comes from.</param>
    /// <param name="frame">The whole frame.</param>
    /// <returns>No packet if there is no memory; the buffer is still the ring's.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PacketBuffer Build(int index, int length, PacketPool pool, out ReadOnlySpan<byte> frame)
    {
        ref FramePage page = ref _pages[index];
        if (pool.TryBuild(Memory, ref page, Headroom, length, NetworkDevice.EthernetHeaderLength, out PacketBuffer packet, out frame))
        {
            TurnPage(ref page);
        }

        return packet;
    }

    /// <summary>The card has filled a buffer: the CPU is to see it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SyncForCpu(int index, int length)
    {
        if (Synchronizer is { } synchronizer)
        {
            synchronizer.SyncForCpu(Memory.Addresses.Of(_pages[index].Chunk, Headroom), length);
        }
    }

    /// <summary>The data of a further buffer of the frame that is being read.</summary>
    internal Span<byte> BytesOfPart(int part)
    {
        int index = _clean;
        for (int i = 0; i < part; i++)
        {
            index = Descriptors.Next(index);
        }

        return Memory.BytesOf(_pages[index].Chunk, Headroom, Descriptors[index].ReadStatus().Length);
    }

    /// <summary>Gives the pages back. The card must not write any more. Packets that still hold halves of them keep the memory.</summary>
    internal void Clear()
    {
        foreach (ref FramePage page in _pages.AsSpan())
        {
            Memory.Release(ref page);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        Memory.Dispose();
    }
}
