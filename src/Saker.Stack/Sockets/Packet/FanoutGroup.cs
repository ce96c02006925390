using Saker.Bpf.Classic;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;

namespace Saker.Stack.Sockets.Packet;

/// <summary>
/// Packet sockets that share what comes: each packet goes to one of them (<c>PACKET_FANOUT</c>). All are bound alike. The group is one tap; sockets join and leave by the
/// <see cref="PacketSocketTable"/>.
/// </summary>
public sealed class FanoutGroup : IPacketTap
{
    /// <summary>The most sockets of a group (<c>PACKET_FANOUT_MAX</c> by default).</summary>
    public const int MostSockets = 256;

    private PacketSocket[] _sockets = [];
    private int _turn;

    /// <summary>Makes an empty group.</summary>
    /// <exception cref="ArgumentException">Rolling over is both the mode and a flag.</exception>
    public FanoutGroup(FanoutMode mode, FanoutFlags flags = FanoutFlags.None)
    {
        if (mode == FanoutMode.Rollover && flags.HasFlag(FanoutFlags.Rollover))
        {
            throw new ArgumentException("A group that rolls over by its mode cannot do so by a flag.", nameof(flags));
        }

        Mode = mode;
        Flags = flags;
    }

    /// <summary>How it shares.</summary>
    public FanoutMode Mode { get; }

    /// <summary>What it does beside.</summary>
    public FanoutFlags Flags { get; }

    /// <summary>Of <see cref="FanoutMode.ClassicBpf"/>: the program, which sees a received packet from its network header on. Null: the first socket gets everything.</summary>
    public ClassicFilter? Program { get; set; }

    /// <summary>Of <see cref="FanoutMode.ExtendedBpf"/>: who chooses. Null: the first socket gets everything.</summary>
    public IFanoutProgram? Chooser { get; set; }

    /// <summary>The sockets, in the order by which they are chosen.</summary>
    public IReadOnlyList<PacketSocket> Sockets => _sockets;

    /// <inheritdoc/>
    bool IPacketTap.WantsOutgoing => (Flags & FanoutFlags.IgnoreOutgoing) == FanoutFlags.None;

    /// <summary>Chooses a socket and gives it the packet (<c>packet_rcv_fanout</c>).</summary>
    DropReason IPacketTap.See(PacketBuffer packet, NetworkDevice original, PacketContext context)
    {
        PacketSocket[] sockets = Volatile.Read(ref _sockets);
        if (sockets.Length == 0)
        {
            return DropReason.NotSpecified;
        }

        int chosen = Mode == FanoutMode.Rollover
            ? RolloverChoice.Choose(sockets, 0, packet, context, triesFirst: false)
            : (int)(Choose(packet, sockets.Length, context) % (uint)sockets.Length);
        if ((Flags & FanoutFlags.Rollover) != FanoutFlags.None)
        {
            chosen = RolloverChoice.Choose(sockets, chosen, packet, context, triesFirst: true);
        }

        return sockets[chosen].Receive(packet, original, context);
    }

    /// <summary>Takes a socket in, as the last one.</summary>
    internal void Add(PacketSocket socket) => Volatile.Write(ref _sockets, [.. _sockets, socket]);

    /// <summary>Lets a socket go; the last one takes its place (<c>__fanout_unlink</c>).</summary>
    internal void Remove(PacketSocket socket)
    {
        int place = Array.IndexOf(_sockets, socket);
        PacketSocket[] rest = [.. _sockets];
        rest[place] = rest[^1];
        Volatile.Write(ref _sockets, rest[..^1]);
    }

    private uint Choose(PacketBuffer packet, int count, PacketContext context) => Mode switch
    {
        FanoutMode.LoadBalance => (uint)Interlocked.Increment(ref _turn),
        FanoutMode.Cpu => (uint)context.Cpu.Index,
        FanoutMode.Random => Scale((uint)(context.Cpu.NextRandom() >> 32), count),
        FanoutMode.Queue => context.Facts.QueueMappingOf(packet),
        FanoutMode.ClassicBpf => Program is { } program ? context.Facts.Ask(program, packet, start: 0) : 0,
        FanoutMode.ExtendedBpf => Chooser?.Choose(packet, context) ?? 0,
        _ => Scale(context.FlowHash.Of(packet), count),
    };

    /// <summary>A number below a count, as far up as another is below 2^32 (<c>reciprocal_scale</c>).</summary>
    private static uint Scale(uint number, int count) => (uint)(((ulong)number * (uint)count) >> 32);
}
