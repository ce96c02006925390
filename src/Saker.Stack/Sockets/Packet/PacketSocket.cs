using System.Runtime.InteropServices;
using Saker.Bpf.Classic;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Sockets.Packet;

/// <summary>
/// A packet socket (packet(7), AF_PACKET): sees the frames of all devices or of one, of all protocols or of one, as they pass the receive core, and those that the host
/// sends. Its filter chooses among them, and how much of each is kept. It is in force once it was added to the stack's <see cref="PacketSocketTable"/>.
/// </summary>
public sealed class PacketSocket : QueuedSocket<ReceivedPacket>, IPacketTap
{
    private readonly Account[] _accounts;
    private PacketSocketStatistics _taken;
    private int _reads;
    private int _readsUnderPressure;
    private bool _isUnderPressure;

    /// <summary>Makes a socket.</summary>
    /// <param name="cpus">The CPUs that fill it: all of the stack's, by number.</param>
    /// <param name="queue">Where packets wait for the application; null where nobody reads it (<see cref="ReaderMode.Immediate"/>).</param>
    public PacketSocket(IReadOnlyList<Cpu> cpus, ReceiveQueue? queue = null)
        : base(queue)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        _accounts = new Account[cpus.Count];
        if (queue is not null)
        {
            queue.ReadCounter = null;
        }
    }

    /// <inheritdoc/>
    public override string ProtocolName => "packet";

    /// <summary>What it shows of a frame.</summary>
    public PacketSocketKind Kind { get; init; }

    /// <summary>Which protocol's packets it gets; <see cref="EtherType.All"/>: all; <see cref="EtherType.None"/>: none at all.</summary>
    public EtherType Protocol { get; init; } = EtherType.All;

    /// <summary>What chooses packets, and how much of each is kept; null: all of all. May be changed at any time (<c>SO_ATTACH_FILTER</c>).</summary>
    public ClassicFilter? Filter
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Whether it does not see what the host sends (<c>PACKET_IGNORE_OUTGOING</c>).</summary>
    public bool IgnoresOutgoing { get; init; }

    /// <summary>Whether it tells the device that a packet came in by, where another stands above that one (<c>PACKET_ORIGDEV</c>).</summary>
    public bool TellsOriginalDevice { get; init; }

    /// <summary>How many packets found no room, ever (<c>sk_drops</c>).</summary>
    public long Drops => Totals.Drops;

    /// <summary>Where it shares what comes with others; null: it gets all of it. Set by the <see cref="PacketSocketTable"/>.</summary>
    public FanoutGroup? Fanout { get; internal set; }

    /// <summary>What it counts as a member of a group that rolls over.</summary>
    public RolloverStatistics RolloverStatistics => Rollover.Statistics;

    /// <summary>What rolling over remembers of it.</summary>
    internal RolloverState Rollover { get; } = new();

    /// <inheritdoc/>
    bool IPacketTap.WantsOutgoing => !IgnoresOutgoing;

    private PacketSocketStatistics Totals
    {
        get
        {
            long packets = 0;
            long drops = 0;
            foreach (ref Account account in _accounts.AsSpan())
            {
                packets += Volatile.Read(ref account.Packets);
                drops += Volatile.Read(ref account.Drops);
            }

            return new PacketSocketStatistics(packets + drops, drops);
        }
    }

    /// <summary>What it has counted since this was asked last. For one thread at a time.</summary>
    public PacketSocketStatistics TakeStatistics()
    {
        PacketSocketStatistics totals = Totals;
        PacketSocketStatistics since = new(totals.Packets - _taken.Packets, totals.Drops - _taken.Drops);
        _taken = totals;
        return since;
    }

    /// <summary>Protocol and device, as <c>ss -0</c> writes them: <c>packet *:eth0</c>, <c>packet arp:*</c>.</summary>
    public override string ToString() => $"{ProtocolName} {ProtocolText}:{DeviceName ?? (Device == 0 ? "*" : $"if{Device}")}";

    /// <inheritdoc/>
    DropReason IPacketTap.See(PacketBuffer packet, NetworkDevice original, PacketContext context) => Receive(packet, original, context);

    /// <summary>Takes a clone of a packet, if the socket wants it (<c>packet_rcv</c>).</summary>
    /// <returns>As of <see cref="IPacketTap.See"/>.</returns>
    internal DropReason Receive(PacketBuffer packet, NetworkDevice original, PacketContext context)
    {
        if (packet.PacketType == PacketType.Loopback)
        {
            return DropReason.Consumed;
        }

        int start = StartOf(packet);
        int length = packet.Length - start;
        uint wanted = Filter is { } filter ? context.Facts.Ask(filter, packet, start) : (uint)length;
        if (!context.Check(packet, "the socket's filter lets it pass", this, wanted != 0))
        {
            return DropReason.Consumed;
        }

        ref Account account = ref _accounts[context.Cpu.Index];
        bool hasRoom = Reader == ReaderMode.Immediate || Queue?.IsFull(context.Cpu) == false;
        if (!context.Check(packet, "the receive buffer has room", this, hasRoom)
            || !context.Check(packet, "there is memory for a copy", this, packet.TryClone(out PacketBuffer clone)))
        {
            Volatile.Write(ref account.Drops, account.Drops + 1);
            return DropReason.PacketSocketError;
        }

        NetworkDevice device = context.Devices[packet.Device];
        clone.Control<QueuedPacket>() = new QueuedPacket
        {
            OriginalLength = length,
            Device = TellsOriginalDevice ? original.Index : device.Index,
            HardwareType = device.HardwareType,
            Source = packet.LinkHeader is { Length: >= NetworkDevice.EthernetHeaderLength } link ? MacAddress.ReadFrom(link[MacAddress.Size..]) : default,
        };
        if (packet.PacketType == PacketType.Outgoing)
        {
            clone.Timestamp = context.Cpu.Now;
        }

        Show(clone, start);
        clone.Trim((int)Math.Min(wanted, (uint)length));
        Volatile.Write(ref account.Packets, account.Packets + 1);
        context.Tell(clone, Stage.Taps, this);
        if (Reader == ReaderMode.Immediate)
        {
            clone.Free();
        }
        else
        {
            Queue!.Post(context.Cpu, clone);
        }

        return DropReason.Consumed;
    }

    /// <summary>
    /// How much room it has for a packet. A socket with less than enough is under pressure until its reader has made room again (<c>packet_rcv_has_room</c>). For the CPU.
    /// </summary>
    internal ReceiveRoom RoomFor(PacketBuffer packet, Cpu cpu)
    {
        ReceiveRoom room = RoomFor(packet.TrueSize, cpu);
        if (room == ReceiveRoom.Normal)
        {
            _isUnderPressure = false;
        }
        else if (!_isUnderPressure)
        {
            _readsUnderPressure = Volatile.Read(ref _reads);
            _isUnderPressure = true;
        }

        return room;
    }

    /// <summary>Whether it had too little room, and its reader has not made enough since (<c>packet_rcv_try_clear_pressure</c>). For the CPU.</summary>
    internal bool IsUnderPressure(Cpu cpu)
    {
        if (_isUnderPressure && Volatile.Read(ref _reads) != _readsUnderPressure && RoomFor(0, cpu) == ReceiveRoom.Normal)
        {
            _isUnderPressure = false;
        }

        return _isUnderPressure;
    }

    /// <summary>Copies a packet out, and tells what stands beside it (<c>packet_recvmsg</c>).</summary>
    private protected override ReceivedPacket Read(PacketBuffer packet, Span<byte> destination)
    {
        Volatile.Write(ref _reads, _reads + 1);
        ref QueuedPacket queued = ref packet.Control<QueuedPacket>();
        int copied = packet.CopyTo(0, destination[..Math.Min(packet.Length, destination.Length)]);
        (PacketStatus status, ushort tag, ushort tagProtocol) = VlanTags.Of(packet, Kind);
        return new ReceivedPacket
        {
            Length = copied,
            IsTruncated = copied < packet.Length,
            OriginalLength = queued.OriginalLength,
            QueuedLength = packet.Length,
            NetworkOffset = packet.NetworkHeaderOffset,
            Protocol = Kind == PacketSocketKind.Datagram ? VlanTags.InnermostProtocol(packet) : packet.Protocol,
            Device = queued.Device,
            HardwareType = queued.HardwareType,
            PacketType = packet.PacketType,
            Source = queued.Source,
            Status = PacketStatus.User | status | ChecksumStatusOf(packet) | (packet.IsMerged && (packet.GsoType & (GsoType.TcpIPv4 | GsoType.TcpIPv6)) != GsoType.None ? PacketStatus.MergedTcp : PacketStatus.None),
            VlanTag = tag,
            VlanProtocol = tagProtocol,
            Timestamp = packet.Timestamp,
        };
    }

    /// <summary>
    /// Where the socket begins to see a packet, from its data on. Data that come in begin behind the link header, those that go out with it.
    /// </summary>
    private int StartOf(PacketBuffer packet) =>
        Kind == PacketSocketKind.Raw ? packet.LinearLength - packet.LinkHeader.Length
        : packet.PacketType == PacketType.Outgoing ? packet.NetworkHeaderOffset
        : 0;

    private ReceiveRoom RoomFor(int size, Cpu cpu)
    {
        if (Queue is null)
        {
            return Reader == ReaderMode.Immediate ? ReceiveRoom.Normal : ReceiveRoom.None;
        }

        long left = Queue.RoomLeft(cpu, size);
        return left > Queue.Limit / 4 ? ReceiveRoom.Normal : left > 0 ? ReceiveRoom.Low : ReceiveRoom.None;
    }

    private static void Show(PacketBuffer clone, int start)
    {
        if (start < 0)
        {
            clone.Push(-start);
        }
        else
        {
            clone.Pull(start);
        }
    }

    private static PacketStatus ChecksumStatusOf(PacketBuffer packet) =>
        packet.ChecksumState == ChecksumState.Partial ? PacketStatus.ChecksumNotReady
        : packet.PacketType != PacketType.Outgoing && (packet.ChecksumState == ChecksumState.Unnecessary || packet.IsChecksumVerified) ? PacketStatus.ChecksumValid
        : PacketStatus.None;

    private string ProtocolText => Protocol switch
    {
        EtherType.All => "*",
        EtherType.None => "none",
        EtherType.IPv4 => "ip",
        EtherType.IPv6 => "ipv6",
        EtherType.Arp => "arp",
        _ => $"0x{(ushort)Protocol:x4}",
    };

    /// <summary>What the socket notes of a packet that waits, in the packet's control block.</summary>
    private struct QueuedPacket
    {
        public MacAddress Source;
        public int OriginalLength;
        public int Device;
        public ushort HardwareType;
    }

    /// <summary>What one CPU has counted, on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Account
    {
        [FieldOffset(0)]
        public long Packets;

        [FieldOffset(8)]
        public long Drops;
    }
}
