using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Observation;

/// <summary>
/// What every stage of a receive path has: its CPU, the counters, and the ways in which a packet can end. A stage that does not hand a packet on
/// calls exactly one of these ends with it.
/// </summary>
/// <typeparam name="TTrace">How much the observer is told.</typeparam>
internal abstract class ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    protected ReceiveStage(Cpu cpu)
    {
        Cpu = cpu;
        Counters = cpu.Counters;
    }

    protected Cpu Cpu { get; }

    protected CounterBlock Counters { get; }

    /// <summary>The packet enters a stage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Enter(PacketBuffer packet, Stage stage)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Entered(packet, stage);
        }
    }

    /// <summary>Tells of a check, and gives its result back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool Check<T>(PacketBuffer packet, string check, T seen, bool passed)
    {
        if (TTrace.Details && Cpu.Observer.WantsDetails)
        {
            Cpu.Observer.Checked(packet, check, seen?.ToString() ?? string.Empty, passed);
        }

        return passed;
    }

    /// <summary>Tells of a check of one value against another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool Check<TSeen, TOther>(PacketBuffer packet, string check, TSeen seen, TOther against, bool passed)
    {
        if (TTrace.Details && Cpu.Observer.WantsDetails)
        {
            Cpu.Observer.Checked(packet, check, $"{seen}, {against}", passed);
        }

        return passed;
    }

    /// <summary>Tells of something found or decided.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Note<T>(PacketBuffer packet, string subject, T value)
    {
        if (TTrace.Details && Cpu.Observer.WantsDetails)
        {
            Cpu.Observer.Noted(packet, subject, value?.ToString() ?? string.Empty);
        }
    }

    /// <summary>Tells that a socket gets the packet, which the caller then hands over or frees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Tell(PacketBuffer packet, Stage stage, Socket socket)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Delivered(packet, stage, socket);
        }
    }

    /// <summary>Tells that the packet waits for others; it remains with the stage.</summary>
    protected void Hold(PacketBuffer packet, Stage stage)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Held(packet, stage);
        }
    }

    /// <summary>Tells that a packet that waited is a part of another now.</summary>
    /// <param name="packet">The packet that waited.</param>
    /// <param name="into">The <see cref="PacketBuffer.Origin"/> of the other.</param>
    protected void TellMerged(PacketBuffer packet, uint into)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Merged(packet, into);
        }
    }

    /// <summary>Ends the packet undelivered (<c>kfree_skb_reason</c>). The caller moves the counter, which differs by place.</summary>
    protected void Drop(PacketBuffer packet, Stage stage, DropReason reason)
    {
        CountDrop(packet, stage, reason);
        packet.Free();
    }

    /// <summary>
    /// Ends a packet with which a protocol has not begun, since it is not for this host: where others receive it behind the protocol, it is left to them and no drop.
    /// </summary>
    protected void Decline(PacketBuffer packet, Stage stage, DropReason reason)
    {
        if (packet.HasFurtherReceivers)
        {
            packet.Free();
        }
        else
        {
            Drop(packet, stage, reason);
        }
    }

    /// <summary>Tells of a drop, and counts it; the packet is freed by the CPU whose it still is.</summary>
    protected void CountDrop(PacketBuffer packet, Stage stage, DropReason reason)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Dropped(packet, stage, reason);
        }

        Cpu.Drops.Add(reason);
    }

    /// <summary>Ends a packet that the stack itself has dealt with (<c>consume_skb</c>).</summary>
    protected void Consume(PacketBuffer packet, Stage stage)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Consumed(packet, stage);
        }

        packet.Free();
    }

    /// <summary>Ends a packet that has come to a part that is not built yet; never disguised as one of the kernel's reasons.</summary>
    protected void EndUnsupported(PacketBuffer packet, Stage stage)
    {
        if (TTrace.Stages)
        {
            Cpu.Observer.Unsupported(packet, stage);
        }

        packet.Free();
    }
}
