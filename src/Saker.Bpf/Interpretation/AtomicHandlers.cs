using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>What an atomic operation does to a number in memory; it gives what was there.</summary>
internal unsafe interface IAtomic
{
    static abstract ulong Do64(ulong* memory, ulong operand);

    static abstract uint Do32(uint* memory, uint operand);
}

internal readonly unsafe struct AtomicAdd : IAtomic
{
    public static ulong Do64(ulong* memory, ulong operand) => Interlocked.Add(ref *memory, operand) - operand;

    public static uint Do32(uint* memory, uint operand) => Interlocked.Add(ref *memory, operand) - operand;
}

internal readonly unsafe struct AtomicOr : IAtomic
{
    public static ulong Do64(ulong* memory, ulong operand) => Interlocked.Or(ref *memory, operand);

    public static uint Do32(uint* memory, uint operand) => Interlocked.Or(ref *memory, operand);
}

internal readonly unsafe struct AtomicAnd : IAtomic
{
    public static ulong Do64(ulong* memory, ulong operand) => Interlocked.And(ref *memory, operand);

    public static uint Do32(uint* memory, uint operand) => Interlocked.And(ref *memory, operand);
}

internal readonly unsafe struct AtomicXor : IAtomic
{
    public static ulong Do64(ulong* memory, ulong operand)
    {
        ulong known = Volatile.Read(ref *memory);
        while (Interlocked.CompareExchange(ref *memory, known ^ operand, known) is var found && found != known)
        {
            known = found;
        }

        return known;
    }

    public static uint Do32(uint* memory, uint operand)
    {
        uint known = Volatile.Read(ref *memory);
        while (Interlocked.CompareExchange(ref *memory, known ^ operand, known) is var found && found != known)
        {
            known = found;
        }

        return known;
    }
}

internal readonly unsafe struct AtomicExchange : IAtomic
{
    public static ulong Do64(ulong* memory, ulong operand) => Interlocked.Exchange(ref *memory, operand);

    public static uint Do32(uint* memory, uint operand) => Interlocked.Exchange(ref *memory, operand);
}

/// <summary>Atomic operations of both widths, with and without giving what was there.</summary>
internal static unsafe class AtomicHandlers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Change64<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IAtomic
    {
        byte* memory = Aligned(cpu, at, sizeof(ulong));
        if (memory is null)
        {
            return null;
        }

        T.Do64((ulong*)memory, cpu.Register(at->Source));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Change32<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IAtomic
    {
        byte* memory = Aligned(cpu, at, sizeof(uint));
        if (memory is null)
        {
            return null;
        }

        T.Do32((uint*)memory, (uint)cpu.Register(at->Source));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Fetch64<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IAtomic
    {
        byte* memory = Aligned(cpu, at, sizeof(ulong));
        if (memory is null)
        {
            return null;
        }

        ref ulong source = ref cpu.Register(at->Source);
        source = T.Do64((ulong*)memory, source);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Fetch32<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IAtomic
    {
        byte* memory = Aligned(cpu, at, sizeof(uint));
        if (memory is null)
        {
            return null;
        }

        ref ulong source = ref cpu.Register(at->Source);
        source = T.Do32((uint*)memory, (uint)source);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Compare64(BpfCpu cpu, DecodedInstruction* at)
    {
        byte* memory = Aligned(cpu, at, sizeof(ulong));
        if (memory is null)
        {
            return null;
        }

        cpu.Register(0) = Interlocked.CompareExchange(ref *(ulong*)memory, cpu.Register(at->Source), cpu.Register(0));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Compare32(BpfCpu cpu, DecodedInstruction* at)
    {
        byte* memory = Aligned(cpu, at, sizeof(uint));
        if (memory is null)
        {
            return null;
        }

        cpu.Register(0) = Interlocked.CompareExchange(ref *(uint*)memory, (uint)cpu.Register(at->Source), (uint)cpu.Register(0));
        return at + 1;
    }

    private static byte* Aligned(BpfCpu cpu, DecodedInstruction* at, uint size)
    {
        ulong address = cpu.Register(at->Destination) + (ulong)at->Offset;
        byte* memory = cpu.Writable(at, address, size);
        if (memory is not null && ((nuint)memory & (size - 1)) != 0)
        {
            cpu.Stop(at, RunFaultKind.Misaligned, address, size);
            return null;
        }

        return memory;
    }
}
