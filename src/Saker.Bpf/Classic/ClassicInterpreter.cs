using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Bpf.Classic;

/// <summary>Runs a program instruction by instruction. Every program ends, since it only jumps forward.</summary>
internal static class ClassicInterpreter
{
    private const uint ShiftMask = 31;

    /// <summary>Runs a program on a packet.</summary>
    /// <returns>What the program ends with; 0 also where it loads what is not there, or divides by 0.</returns>
    public static uint Run(ReadOnlySpan<ClassicInstruction> program, in ClassicPacket packet)
    {
        uint a = 0;
        uint x = 0;
        long loaded;
        Memory memory = default;
        for (int i = 0; ; i++)
        {
            ref readonly ClassicInstruction instruction = ref program[i];
            uint k = instruction.K;
            switch (instruction.Opcode)
            {
                case ClassicOpcode.LoadConstant:
                    a = k;
                    break;
                case ClassicOpcode.LoadWord:
                    loaded = Load(in packet, k, sizeof(uint), a, x);
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    a = (uint)loaded;
                    break;
                case ClassicOpcode.LoadHalf:
                    loaded = Load(in packet, k, sizeof(ushort), a, x);
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    a = (uint)loaded;
                    break;
                case ClassicOpcode.LoadByte:
                    loaded = Load(in packet, k, sizeof(byte), a, x);
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    a = (uint)loaded;
                    break;
                case ClassicOpcode.LoadWordIndexed:
                    loaded = Load(in packet, x + k, sizeof(uint));
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    a = (uint)loaded;
                    break;
                case ClassicOpcode.LoadHalfIndexed:
                    loaded = Load(in packet, x + k, sizeof(ushort));
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    a = (uint)loaded;
                    break;
                case ClassicOpcode.LoadByteIndexed:
                    loaded = Load(in packet, x + k, sizeof(byte));
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    a = (uint)loaded;
                    break;
                case ClassicOpcode.LoadXHeaderLength:
                    loaded = Load(in packet, k, sizeof(byte));
                    if (loaded < 0)
                    {
                        return 0;
                    }

                    x = ((uint)loaded & 0xf) << 2;
                    break;
                case ClassicOpcode.LoadMemory:
                    a = memory[(int)k];
                    break;
                case ClassicOpcode.LoadLength:
                    a = (uint)packet.TotalLength;
                    break;
                case ClassicOpcode.LoadXConstant:
                    x = k;
                    break;
                case ClassicOpcode.LoadXMemory:
                    x = memory[(int)k];
                    break;
                case ClassicOpcode.LoadXLength:
                    x = (uint)packet.TotalLength;
                    break;
                case ClassicOpcode.Store:
                    memory[(int)k] = a;
                    break;
                case ClassicOpcode.StoreX:
                    memory[(int)k] = x;
                    break;
                case ClassicOpcode.Add:
                    a += k;
                    break;
                case ClassicOpcode.AddX:
                    a += x;
                    break;
                case ClassicOpcode.Subtract:
                    a -= k;
                    break;
                case ClassicOpcode.SubtractX:
                    a -= x;
                    break;
                case ClassicOpcode.Multiply:
                    a *= k;
                    break;
                case ClassicOpcode.MultiplyX:
                    a *= x;
                    break;
                case ClassicOpcode.Divide:
                    a /= k;
                    break;
                case ClassicOpcode.DivideX:
                    if (x == 0)
                    {
                        return 0;
                    }

                    a /= x;
                    break;
                case ClassicOpcode.Modulo:
                    a %= k;
                    break;
                case ClassicOpcode.ModuloX:
                    if (x == 0)
                    {
                        return 0;
                    }

                    a %= x;
                    break;
                case ClassicOpcode.Or:
                    a |= k;
                    break;
                case ClassicOpcode.OrX:
                    a |= x;
                    break;
                case ClassicOpcode.And:
                    a &= k;
                    break;
                case ClassicOpcode.AndX:
                    a &= x;
                    break;
                case ClassicOpcode.Xor:
                    a ^= k;
                    break;
                case ClassicOpcode.XorX:
                    a ^= x;
                    break;
                case ClassicOpcode.ShiftLeft:
                    a <<= (int)k;
                    break;
                case ClassicOpcode.ShiftLeftX:
                    a <<= (int)(x & ShiftMask);
                    break;
                case ClassicOpcode.ShiftRight:
                    a >>= (int)k;
                    break;
                case ClassicOpcode.ShiftRightX:
                    a >>= (int)(x & ShiftMask);
                    break;
                case ClassicOpcode.Negate:
                    a = 0 - a;
                    break;
                case ClassicOpcode.Jump:
                    i += (int)k;
                    break;
                case ClassicOpcode.JumpEqual:
                    i += a == k ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpEqualX:
                    i += a == x ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpGreater:
                    i += a > k ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpGreaterX:
                    i += a > x ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpGreaterOrEqual:
                    i += a >= k ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpGreaterOrEqualX:
                    i += a >= x ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpBitsSet:
                    i += (a & k) != 0 ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.JumpBitsSetX:
                    i += (a & x) != 0 ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case ClassicOpcode.ReturnAccumulator:
                    return a;
                case ClassicOpcode.ReturnConstant:
                    return k;
                case ClassicOpcode.CopyToX:
                    x = a;
                    break;
                case ClassicOpcode.CopyToA:
                    a = x;
                    break;
            }
        }
    }

    /// <summary>Loads from a place that the instruction tells: above all others lies what stands beside the packet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Load(in ClassicPacket packet, uint place, int size, uint a, uint x) =>
        place < AncillaryLoads.Offset ? Load(in packet, place, size) : ClassicPacket.Load(in packet, (AncillaryLoad)(place - AncillaryLoads.Offset), a, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Load(in ClassicPacket packet, uint place, int size)
    {
        if ((long)place + size > packet.LinearLength)
        {
            return ClassicPacket.Load(in packet, place, size);
        }

        ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref Unsafe.AsRef(in packet.First), (nint)place), size);
        return size switch
        {
            sizeof(byte) => bytes[0],
            sizeof(ushort) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
    }

    [InlineArray(ClassicProgram.MemoryWords)]
    private struct Memory
    {
        private uint _first;
    }
}
