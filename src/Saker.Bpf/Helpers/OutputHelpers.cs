using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Saker.Bpf.Helpers;

/// <summary>What programs put out for user space: ring buffers and perf events.</summary>
internal static unsafe class OutputHelpers
{
    private const ulong IndexMask = 0xffff_ffff;
    private const int PacketLengthShift = 32;
    private const ulong PacketLengthMask = 0xfffff;
    private const ulong LargestPacketPart = 4096;

    /// <summary><c>bpf_perf_event_output</c>: the flags say which ring, and how much of the packet goes along.</summary>
    public static ulong PerfEvent(BpfCpu cpu, ulong context, ulong handle, ulong flags, ulong data, ulong size)
    {
        if (!cpu.TryGetMap(handle, out BpfMap? map) || !cpu.TryReach(data, size, writes: false, out byte* memory))
        {
            return 0;
        }

        if (map is not PerfEventArrayMap events || size > int.MaxValue)
        {
            cpu.Fail();
            return 0;
        }

        ulong part = (flags >> PacketLengthShift) & PacketLengthMask;
        if ((flags & ~(IndexMask | (PacketLengthMask << PacketLengthShift))) != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        ReadOnlySpan<byte> bytes = new(memory, (int)size);
        if (part == 0)
        {
            return events.Output((uint)flags, cpu.Number, bytes, default).Negated();
        }

        if (!cpu.TryGetContext(context, out PacketContext? packet))
        {
            return 0;
        }

        if (part > (ulong)packet.Length)
        {
            return BpfError.BadAddress.Negated();
        }

        if (part <= (ulong)packet.LinearBytes.Length)
        {
            return events.Output((uint)flags, cpu.Number, bytes, packet.LinearBytes[..(int)part]).Negated();
        }

        return OutputScattered(events, cpu, (uint)flags, bytes, packet, (int)part);
    }

    /// <summary><c>bpf_ringbuf_output</c>.</summary>
    public static ulong RingBuffer(BpfCpu cpu, ulong handle, ulong data, ulong size, ulong flags, ulong r5) =>
        TryGetRing(cpu, handle, out RingBufferMap? ring) && cpu.TryReach(data, size, writes: false, out byte* memory) ? ring.Output(memory, size, flags).Negated() : 0;

    /// <summary><c>bpf_ringbuf_reserve</c>.</summary>
    public static ulong Reserve(BpfCpu cpu, ulong handle, ulong size, ulong flags, ulong r4, ulong r5)
    {
        if (!TryGetRing(cpu, handle, out RingBufferMap? ring))
        {
            return 0;
        }

        byte* record = ring.Reserve(size, flags);
        if (record is null || !cpu.IsChecked || cpu.TryHold(ring, (ulong)record))
        {
            return (ulong)record;
        }

        ring.Discard(record, 0);
        return 0;
    }

    /// <summary><c>bpf_ringbuf_submit</c>.</summary>
    public static ulong Submit(BpfCpu cpu, ulong record, ulong flags, ulong r3, ulong r4, ulong r5)
    {
        if (TryFindRing(cpu, record, out RingBufferMap? ring))
        {
            ring.Submit((byte*)record, flags);
        }

        return 0;
    }

    /// <summary><c>bpf_ringbuf_discard</c>.</summary>
    public static ulong Discard(BpfCpu cpu, ulong record, ulong flags, ulong r3, ulong r4, ulong r5)
    {
        if (TryFindRing(cpu, record, out RingBufferMap? ring))
        {
            ring.Discard((byte*)record, flags);
        }

        return 0;
    }

    /// <summary><c>bpf_ringbuf_query</c>.</summary>
    public static ulong Query(BpfCpu cpu, ulong handle, ulong what, ulong r3, ulong r4, ulong r5) => TryGetRing(cpu, handle, out RingBufferMap? ring) ? ring.Query(what) : 0;

    [SkipLocalsInit]
    private static ulong OutputScattered(PerfEventArrayMap events, BpfCpu cpu, uint index, ReadOnlySpan<byte> bytes, PacketContext packet, int part)
    {
        if ((uint)part > LargestPacketPart)
        {
            return BpfError.TooBig.Negated();
        }

        Span<byte> copy = stackalloc byte[part];
        packet.CopyTo(copy);
        return events.Output(index, cpu.Number, bytes, copy).Negated();
    }

    private static bool TryGetRing(BpfCpu cpu, ulong handle, [NotNullWhen(true)] out RingBufferMap? ring)
    {
        ring = null;
        if (!cpu.TryGetMap(handle, out BpfMap? map))
        {
            return false;
        }

        ring = map as RingBufferMap;
        if (ring is null)
        {
            cpu.Fail();
        }

        return ring is not null;
    }

    private static bool TryFindRing(BpfCpu cpu, ulong record, [NotNullWhen(true)] out RingBufferMap? ring)
    {
        ring = null;
        if (cpu.Running!.Options.Maps?.TryFindHolder(record, out BpfMap? map, out _) == true && map is RingBufferMap found && found.IsReserved(record))
        {
            cpu.LetGo(record);
            ring = found;
            return true;
        }

        cpu.Fail();
        return false;
    }
}
