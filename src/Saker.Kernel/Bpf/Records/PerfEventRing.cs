using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>The ring of one CPU's perf event, into which programs put records. Source: <c>linux/perf_event.h</c>, <c>struct perf_event_mmap_page</c>.</summary>
internal sealed unsafe class PerfEventRing : IDisposable
{
    private const int HeadOffset = 1024, TailOffset = 1032;
    private const int HeaderSize = 8;
    private const uint LostRecord = 2, SampleRecord = 9;
    private const nint NumberOnX64 = 298, NumberElsewhere = 241;
    private const nint CloseOnExecute = 8;

    private readonly SafeFileHandle _event;
    private readonly MappedMemory _memory;
    private readonly ulong _mask;
    private byte[] _whole = [];
    private ulong _tail;

    private PerfEventRing(SafeFileHandle perfEvent, int cpu, int size)
    {
        _event = perfEvent;
        Cpu = cpu;
        _mask = (ulong)size - 1;
        _memory = MappedMemory.Of(perfEvent, (nuint)(size + Environment.SystemPageSize), 0, isWritable: true, $"mmap of the perf event of CPU {cpu}");
        _tail = Tail;
    }

    public int Cpu { get; }

    public SafeHandle Descriptor => _event;

    private ulong Head => Volatile.Read(ref *(ulong*)(_memory.Start + HeadOffset));

    private ref ulong Tail => ref *(ulong*)(_memory.Start + TailOffset);

    /// <summary>Opens the event of a CPU; null: the CPU does not run.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="size">Bytes of the ring: a power of two, of whole pages.</param>
    public static PerfEventRing? TryOpen(int cpu, int size)
    {
        // struct perf_event_attr: PERF_TYPE_SOFTWARE with its size, PERF_COUNT_SW_BPF_OUTPUT, each one a sample, PERF_SAMPLE_RAW, a wake-up for each.
        const int Words = 14;
        ulong* attributes = stackalloc ulong[Words];
        new Span<ulong>(attributes, Words).Clear();
        attributes[0] = 1 | ((ulong)(Words * sizeof(ulong)) << 32);
        attributes[1] = 10;
        attributes[2] = 1;
        attributes[3] = 1 << 10;
        attributes[6] = 1;
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? NumberOnX64 : NumberElsewhere;
        nint descriptor = Libc.perf_event_open(number, attributes, -1, cpu, -1, CloseOnExecute);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == (int)BpfError.NoDevice ? null
                : throw KernelRefusal.Of($"perf_event_open on CPU {cpu}", error == Libc.EACCES ? -Libc.EPERM : -error, Capabilities.CAP_PERFMON).ToException();
        }

        SafeFileHandle perfEvent = new(descriptor, ownsHandle: true);
        try
        {
            return new PerfEventRing(perfEvent, cpu, size);
        }
        catch
        {
            perfEvent.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is something to be read; what was read is given back before.</summary>
    public bool HasRecord()
    {
        if (Tail != _tail)
        {
            Volatile.Write(ref Tail, _tail);
        }

        return _tail < Head;
    }

    /// <summary>Takes the next record.</summary>
    /// <param name="data">Its bytes, valid until the next call; empty: it was none of a program.</param>
    /// <param name="lost">Counts those that the kernel had no room for.</param>
    public bool TryRead(out ReadOnlySpan<byte> data, ref ulong lost)
    {
        data = default;
        while (HasRecord())
        {
            ulong header = *(ulong*)At(_tail);
            int length = (int)(header >> 48);
            ReadOnlySpan<byte> record = Whole(length)[HeaderSize..];
            _tail += (ulong)length;
            switch ((uint)header)
            {
                case SampleRecord:
                    data = record.Slice(sizeof(uint), MemoryMarshal.Read<int>(record));
                    return true;
                case LostRecord:
                    // The event's id, and how many.
                    lost += MemoryMarshal.Read<ulong>(record[sizeof(ulong)..]);
                    break;
            }
        }

        return false;
    }

    public void Dispose()
    {
        _memory.Dispose();
        _event.Dispose();
    }

    /// <summary>The bytes at the tail in one piece: a copy of those that reach over the ring's end.</summary>
    private ReadOnlySpan<byte> Whole(int length)
    {
        int first = (int)Math.Min((ulong)length, _mask + 1 - (_tail & _mask));
        if (first == length)
        {
            return new ReadOnlySpan<byte>(At(_tail), length);
        }

        if (_whole.Length < length)
        {
            _whole = new byte[length];
        }

        new ReadOnlySpan<byte>(At(_tail), first).CopyTo(_whole);
        new ReadOnlySpan<byte>(At(0), length - first).CopyTo(_whole.AsSpan(first));
        return _whole.AsSpan(0, length);
    }

    private byte* At(ulong position) => _memory.Start + Environment.SystemPageSize + (nint)(position & _mask);
}
