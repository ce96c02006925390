using System.Runtime.InteropServices;

namespace Saker.Bpf.Helpers;

/// <summary>
/// Dynamic pointers (<c>struct bpf_dynptr</c>, 16 bytes on the program's stack): an address with a length that only the run knows. What a checked program has there is not
/// trusted: the memory is looked up whenever it is used.
/// </summary>
internal static unsafe class DynamicPointerHelpers
{
    private const uint LargestSize = (1 << 24) - 1;
    private const uint ReadOnly = 1u << 31;
    private const uint OfMemory = 1u << 28;
    private const uint OfRecord = 2u << 28;

    /// <summary><c>bpf_dynptr_from_mem</c>.</summary>
    public static ulong FromMemory(BpfCpu cpu, ulong data, ulong size, ulong flags, ulong pointer, ulong r5)
    {
        if (!TryFind(cpu, pointer, out Pointer* created))
        {
            return 0;
        }

        *created = default;
        if ((uint)size > LargestSize)
        {
            return BpfError.TooBig.Negated();
        }

        if (flags != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        *created = new Pointer { Address = data, Size = (uint)size | OfMemory };
        return 0;
    }

    /// <summary><c>bpf_ringbuf_reserve_dynptr</c>.</summary>
    public static ulong Reserve(BpfCpu cpu, ulong handle, ulong size, ulong flags, ulong pointer, ulong r5)
    {
        if (!TryFind(cpu, pointer, out Pointer* created))
        {
            return 0;
        }

        *created = default;
        if (flags != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if ((uint)size > LargestSize)
        {
            return BpfError.TooBig.Negated();
        }

        ulong record = OutputHelpers.Reserve(cpu, handle, (uint)size, 0, 0, 0);
        if (record == 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        *created = new Pointer { Address = record, Size = (uint)size | OfRecord };
        return 0;
    }

    /// <summary><c>bpf_ringbuf_submit_dynptr</c>.</summary>
    public static ulong Submit(BpfCpu cpu, ulong pointer, ulong flags, ulong r3, ulong r4, ulong r5) => Commit(cpu, pointer, flags, isKept: true);

    /// <summary><c>bpf_ringbuf_discard_dynptr</c>.</summary>
    public static ulong Discard(BpfCpu cpu, ulong pointer, ulong flags, ulong r3, ulong r4, ulong r5) => Commit(cpu, pointer, flags, isKept: false);

    /// <summary><c>bpf_dynptr_read</c>.</summary>
    public static ulong Read(BpfCpu cpu, ulong to, ulong length, ulong pointer, ulong offset, ulong flags)
    {
        if (!TryFind(cpu, pointer, out Pointer* source))
        {
            return 0;
        }

        if (source->Address == 0 || flags != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!source->Holds((uint)offset, (uint)length))
        {
            return BpfError.TooBig.Negated();
        }

        if (cpu.TryReach(source->Address + (uint)offset, (uint)length, writes: false, out byte* from) && cpu.TryReach(to, (uint)length, writes: true, out byte* memory))
        {
            Buffer.MemoryCopy(from, memory, (uint)length, (uint)length);
        }

        return 0;
    }

    /// <summary><c>bpf_dynptr_write</c>.</summary>
    public static ulong Write(BpfCpu cpu, ulong pointer, ulong offset, ulong from, ulong length, ulong flags)
    {
        if (!TryFind(cpu, pointer, out Pointer* target))
        {
            return 0;
        }

        if (target->Address == 0 || flags != 0 || (target->Size & ReadOnly) != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!target->Holds((uint)offset, (uint)length))
        {
            return BpfError.TooBig.Negated();
        }

        if (cpu.TryReach(from, (uint)length, writes: false, out byte* memory) && cpu.TryReach(target->Address + (uint)offset, (uint)length, writes: true, out byte* to))
        {
            Buffer.MemoryCopy(memory, to, (uint)length, (uint)length);
        }

        return 0;
    }

    /// <summary><c>bpf_dynptr_data</c>.</summary>
    public static ulong Data(BpfCpu cpu, ulong pointer, ulong offset, ulong length, ulong r4, ulong r5) =>
        TryFind(cpu, pointer, out Pointer* source) && source->Address != 0 && source->Holds((uint)offset, (uint)length) && (source->Size & ReadOnly) == 0
            ? source->Address + (uint)offset
            : 0;

    private static ulong Commit(BpfCpu cpu, ulong pointer, ulong flags, bool isKept)
    {
        if (!TryFind(cpu, pointer, out Pointer* source) || source->Address == 0)
        {
            return 0;
        }

        if (isKept)
        {
            OutputHelpers.Submit(cpu, source->Address, flags, 0, 0, 0);
        }
        else
        {
            OutputHelpers.Discard(cpu, source->Address, flags, 0, 0, 0);
        }

        *source = default;
        return 0;
    }

    private static bool TryFind(BpfCpu cpu, ulong address, out Pointer* pointer)
    {
        bool isThere = cpu.TryReach(address, (uint)sizeof(Pointer), writes: true, out byte* memory);
        pointer = (Pointer*)memory;
        return isThere;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Pointer
    {
        public ulong Address;
        public uint Size;

        public readonly bool Holds(uint offset, uint length) => length <= (Size & LargestSize) && offset <= (Size & LargestSize) - length;
    }
}
