using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Saker.Bpf.Helpers;

namespace Saker.Bpf.Compilation;

/// <summary>What compiled code calls where a few instructions of its own do not do.</summary>
internal static unsafe class CompiledSupport
{
    /// <summary>Finds the memory of an access that is not where most are.</summary>
    /// <returns>Null: it is not allowed, and the program is stopped.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static byte* Read(BpfCpu cpu, ulong address, int size, int slot)
    {
        byte* memory = cpu.Readable(address, (uint)size);
        if (memory is null)
        {
            cpu.Fault = new RunFault(RunFaultKind.OutsideRead, slot, address, (uint)size);
        }

        return memory;
    }

    /// <inheritdoc cref="Read"/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static byte* Write(BpfCpu cpu, ulong address, int size, int slot)
    {
        byte* memory = cpu.Writable(address, (uint)size);
        if (memory is null)
        {
            cpu.Fault = new RunFault(RunFaultKind.OutsideWrite, slot, address, (uint)size);
        }

        return memory;
    }

    /// <summary>Reads 32 bits of the context: of a field that stands for a pointer, the pointer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong ReadContext(BpfCpu cpu, ulong offset)
    {
        foreach (ContextPointer pointer in cpu.Layout!.Pointers)
        {
            if ((ulong)pointer.Offset == offset)
            {
                return *(ulong*)(cpu.ContextBlock + pointer.Native);
            }
        }

        return *(uint*)(cpu.ContextBlock + offset);
    }

    /// <summary>How many places an access of a size may begin at in a region, from its first byte on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Places(in MemoryRegion region, uint size) => region.Length >= size ? region.Length - size + 1 : 0;

    /// <summary>The same for writing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong WritablePlaces(in MemoryRegion region, uint size) => region.IsWritable ? Places(region, size) : 0;

    /// <summary>Where the frame of the active function ends, as the program sees it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FramePointer(BpfCpu cpu) => AddressSpace.Stack + AddressSpace.FrameSize + ((ulong)(uint)cpu.Depth * AddressSpace.FrameStride);

    /// <summary>Where it ends in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* FrameEnd(BpfCpu cpu) => cpu.StackMemory + AddressSpace.FrameSize + ((uint)cpu.Depth * AddressSpace.FrameStride);

    /// <summary>Stops the program.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Stop(BpfCpu cpu, RunFaultKind kind, int slot, ulong address, int size) => cpu.Fault = new RunFault(kind, slot, address, (uint)size);

    /// <summary>A helper has stopped the program: the instruction that called it did.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StopAt(BpfCpu cpu, int slot) => cpu.Fault = cpu.Fault with { Slot = slot };

    /// <summary>Makes a tail call: runs the program that it goes on in, where there is one.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="context">The context that the program gave.</param>
    /// <param name="programs">The handle of the array of programs.</param>
    /// <param name="index">Which of them.</param>
    /// <param name="slot">The call.</param>
    /// <param name="value">Gets what the program returned.</param>
    /// <returns>Whether it was run; else the caller goes on behind the call, or is stopped.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryGoOn(BpfCpu cpu, ulong context, ulong programs, ulong index, int slot, ulong* value)
    {
        BpfExecutable running = cpu.Running!;
        int lastDepth = cpu.LastDepth;
        bool isChecked = cpu.IsChecked;
        if (!cpu.TryGoOn(context, programs, (uint)index, out BpfExecutable? target))
        {
            if (cpu.IsStopped)
            {
                StopAt(cpu, slot);
            }

            return false;
        }

        cpu.CloseFrame();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Stop(cpu, RunFaultKind.CallsTooDeep, slot, 0, 0);
            return false;
        }

        *value = target.Enter(cpu, cpu.Context is null ? context : cpu.ContextAddress, 0);
        if (!cpu.IsStopped)
        {
            cpu.Running = running;
            cpu.LastDepth = lastDepth;
            cpu.Check(isChecked);
        }

        return true;
    }

    /// <summary>Calls what a register holds. Where that cannot be, the program is stopped.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong CallByRegister(CompiledLinks links, BpfCpu cpu, ulong callee, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5, int slot)
    {
        BpfExecutable running = cpu.Running!;
        if (running.Options.Helpers.TryGet(callee, out BpfHelper? helper))
        {
            ulong value = helper(cpu, r1, r2, r3, r4, r5);
            if (cpu.IsStopped)
            {
                StopAt(cpu, slot);
            }

            return value;
        }

        int target = running.FunctionAt(callee);
        if (target < 0)
        {
            Stop(cpu, RunFaultKind.UnknownCallee, slot, callee, 0);
            return 0;
        }

        return CallFunction(links, cpu, target, r1, r2, r3, r4, r5, slot);
    }

    /// <summary>Calls a function of the program in a frame of its own.</summary>
    public static ulong CallFunction(CompiledLinks links, BpfCpu cpu, int function, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5, int slot)
    {
        if (cpu.Depth == cpu.LastDepth)
        {
            Stop(cpu, RunFaultKind.CallsTooDeep, slot, 0, 0);
            return 0;
        }

        cpu.Depth++;
        ulong value = links.Functions[function](cpu, r1, r2, r3, r4, r5);
        cpu.Depth--;
        return value;
    }

    /// <summary>Looks a key up.</summary>
    public static byte* Find(BpfMap map, byte* key, int cpu) => map.Find(key, cpu);

    /// <summary>Looks a key up in a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* FindInHash(HashMap map, byte* key, int cpu) => map.Find(key, cpu);

    /// <inheritdoc cref="FindInHash"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* FindInPerCpuHash(PerCpuHashMap map, byte* key, int cpu) => map.Find(key, cpu);

    /// <inheritdoc cref="FindInHash"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* FindInLruHash(LruHashMap map, byte* key, int cpu) => map.Find(key, cpu);

    /// <inheritdoc cref="FindInHash"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* FindInLruPerCpuHash(LruPerCpuHashMap map, byte* key, int cpu) => map.Find(key, cpu);

    /// <summary>Writes an entry.</summary>
    public static ulong Update(BpfMap map, byte* key, byte* value, ulong flags, int cpu) => map.Update(key, value, flags, cpu).Negated();

    /// <summary>Takes an entry out.</summary>
    public static ulong Delete(BpfMap map, byte* key, int cpu) => map.Delete(key, cpu).Negated();

    /// <summary>Compares and exchanges 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Exchange64(ulong* memory, ulong value, ulong comparand) => Interlocked.CompareExchange(ref *memory, value, comparand);

    /// <summary>Compares and exchanges 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Exchange32(uint* memory, uint value, uint comparand) => Interlocked.CompareExchange(ref *memory, value, comparand);

    /// <summary>Whether the packet has bytes, for legacy loads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* InPacket(BpfCpu cpu, long offset, int size) =>
        offset >= 0 && (ulong)offset < Places(cpu.Packet, (uint)size) ? cpu.Packet.Memory + offset : null;

    /// <summary>Reads 16 bits of network order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Network16(byte* memory) => BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(memory, sizeof(ushort)));

    /// <summary>Reads 32 bits of network order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Network32(byte* memory) => BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(memory, sizeof(uint)));

    /// <summary>Rotates to the left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Rotate32(uint value, int bits) => BitOperations.RotateLeft(value, bits);

    /// <inheritdoc cref="Rotate32"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Rotate64(ulong value, int bits) => BitOperations.RotateLeft(value, bits);

    /// <summary>Turns the low bytes round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Swap16(ulong value) => BinaryPrimitives.ReverseEndianness((ushort)value);

    /// <inheritdoc cref="Swap16"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Swap32(ulong value) => BinaryPrimitives.ReverseEndianness((uint)value);

    /// <inheritdoc cref="Swap16"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Swap64(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}
