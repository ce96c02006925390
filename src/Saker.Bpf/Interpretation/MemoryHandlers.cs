using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>Loads and stores, each looked up among the program's regions.</summary>
internal static unsafe class MemoryHandlers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Load<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
    {
        byte* memory = cpu.Readable(at, cpu.Register(at->Source) + (ulong)at->Offset, T.Size);
        if (memory is null)
        {
            return null;
        }

        cpu.Register(at->Destination) = T.Read(memory);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* StoreConstant<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
        => Store<T>(cpu, at, (ulong)at->Immediate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* StoreRegister<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
        => Store<T>(cpu, at, cpu.Register(at->Source));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* LoadAcquire<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
    {
        ulong address = cpu.Register(at->Source) + (ulong)at->Offset;
        byte* memory = cpu.Readable(at, address, T.Size);
        if (memory is null)
        {
            return null;
        }

        if (((nuint)memory & (T.Size - 1)) != 0)
        {
            return cpu.Stop(at, RunFaultKind.Misaligned, address, T.Size);
        }

        cpu.Register(at->Destination) = T.Size switch
        {
            1 => Volatile.Read(ref *memory),
            2 => Volatile.Read(ref *(ushort*)memory),
            4 => Volatile.Read(ref *(uint*)memory),
            _ => Volatile.Read(ref *(ulong*)memory),
        };
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* StoreRelease<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
    {
        ulong address = cpu.Register(at->Destination) + (ulong)at->Offset;
        byte* memory = cpu.Writable(at, address, T.Size);
        if (memory is null)
        {
            return null;
        }

        if (((nuint)memory & (T.Size - 1)) != 0)
        {
            return cpu.Stop(at, RunFaultKind.Misaligned, address, T.Size);
        }

        ulong value = cpu.Register(at->Source);
        switch (T.Size)
        {
            case 1: Volatile.Write(ref *memory, (byte)value); break;
            case 2: Volatile.Write(ref *(ushort*)memory, (ushort)value); break;
            case 4: Volatile.Write(ref *(uint*)memory, (uint)value); break;
            default: Volatile.Write(ref *(ulong*)memory, value); break;
        }

        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* PacketAbsolute<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
        => LoadPacket<T>(cpu, at, at->Immediate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* PacketIndirect<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IMemoryNumber
        => LoadPacket<T>(cpu, at, (int)cpu.Register(at->Source) + (int)at->Immediate);

    /// <summary>Where the packet has no such bytes the function ends and returns 0.</summary>
    private static DecodedInstruction* LoadPacket<T>(BpfCpu cpu, DecodedInstruction* at, long offset)
        where T : IMemoryNumber
    {
        MemoryRegion packet = cpu.Packet;
        ulong value = 0;
        if (offset >= 0 && packet.Holds(packet.Address + (ulong)offset, T.Size))
        {
            value = T.Read(packet.Memory + offset);
            cpu.Register(0) = !BitConverter.IsLittleEndian || T.Size == 1 ? value
                : T.Size == 2 ? BinaryPrimitives.ReverseEndianness((ushort)value)
                : BinaryPrimitives.ReverseEndianness((uint)value);
            return at + 1;
        }

        cpu.Register(0) = value;
        return cpu.Leave();
    }

    private static DecodedInstruction* Store<T>(BpfCpu cpu, DecodedInstruction* at, ulong value)
        where T : IMemoryNumber
    {
        byte* memory = cpu.Writable(at, cpu.Register(at->Destination) + (ulong)at->Offset, T.Size);
        if (memory is null)
        {
            return null;
        }

        T.Write(memory, value);
        return at + 1;
    }
}
