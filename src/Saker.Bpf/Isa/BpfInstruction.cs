using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Saker.Bpf;

/// <summary>
/// One slot of eBPF code, 8 bytes (RFC 9669, section 3). All but the load of a 64-bit constant are one slot; that one is two, of which the second bears the upper
/// half of the constant. Any bytes make such a value: what they mean, if anything, <see cref="InstructionSet"/> says.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction
{
    /// <summary>Bytes of a slot.</summary>
    public const int Size = 8;

    /// <summary>Registers that programs have, r0 to r10.</summary>
    public const int RegisterCount = 11;

    /// <summary>The register that holds the end of the stack frame, which programs cannot write.</summary>
    public const byte FramePointer = 10;

    private const int OpcodeAt = 0, RegistersAt = 1, OffsetAt = 2, ImmediateAt = 4;

    private readonly byte _registers;

    /// <summary>A slot of these fields.</summary>
    /// <param name="opcode">Class, operation and operand kind.</param>
    /// <param name="destination">The destination register; its low four bits are taken.</param>
    /// <param name="source">The source register, or the kind of a call or constant; its low four bits are taken.</param>
    /// <param name="offset">The offset of a jump, in slots, or of an access, in bytes.</param>
    /// <param name="immediate">The constant.</param>
    public BpfInstruction(byte opcode, byte destination = 0, byte source = 0, short offset = 0, int immediate = 0)
    {
        Opcode = opcode;
        _registers = (byte)((destination & 0xf) | (source << 4));
        Offset = offset;
        Immediate = immediate;
    }

    /// <summary>Class (the low three bits), and operation and operand kind, or width and mode.</summary>
    public byte Opcode { get; }

    /// <summary>The destination register, 0 to 15.</summary>
    public byte Destination => (byte)(_registers & 0xf);

    /// <summary>The source register, or what a call or a constant refers to (<see cref="CallKind"/>, <see cref="ConstantKind"/>), 0 to 15.</summary>
    public byte Source => (byte)(_registers >> 4);

    /// <summary>The offset: of a jump in slots behind the next one, of an access in bytes; some instructions keep their variant here.</summary>
    public short Offset { get; }

    /// <summary>The constant.</summary>
    public int Immediate { get; }

    /// <summary>The class.</summary>
    public InstructionClass Class => (InstructionClass)(Opcode & 7);

    /// <summary>Whether this is the first slot of a load of a 64-bit constant, so that the next slot is its second.</summary>
    public bool IsWide => Opcode == InstructionSet.WideOpcode;

    /// <summary>Reads a slot.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    /// <param name="isBigEndian">Whether the program is for a big-endian machine: there the numbers and the two registers stand the other way round.</param>
    public static BpfInstruction Read(ReadOnlySpan<byte> bytes, bool isBigEndian = false)
    {
        byte registers = bytes[RegistersAt];
        return isBigEndian
            ? new BpfInstruction(
                bytes[OpcodeAt],
                (byte)(registers >> 4),
                registers,
                BinaryPrimitives.ReadInt16BigEndian(bytes[OffsetAt..]),
                BinaryPrimitives.ReadInt32BigEndian(bytes[ImmediateAt..]))
            : new BpfInstruction(
                bytes[OpcodeAt],
                registers,
                (byte)(registers >> 4),
                BinaryPrimitives.ReadInt16LittleEndian(bytes[OffsetAt..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[ImmediateAt..]));
    }

    /// <summary>Reads a program.</summary>
    /// <param name="bytes">Its slots; bytes behind the last whole one are not read.</param>
    /// <param name="isBigEndian">Whether it is for a big-endian machine.</param>
    public static BpfInstruction[] ReadAll(ReadOnlySpan<byte> bytes, bool isBigEndian = false)
    {
        BpfInstruction[] instructions = new BpfInstruction[bytes.Length / Size];
        for (int i = 0; i < instructions.Length; i++)
        {
            instructions[i] = Read(bytes[(i * Size)..], isBigEndian);
        }

        return instructions;
    }

    /// <summary>Writes a program.</summary>
    /// <param name="instructions">Its slots.</param>
    /// <param name="isBigEndian">Whether it is for a big-endian machine.</param>
    public static byte[] WriteAll(ReadOnlySpan<BpfInstruction> instructions, bool isBigEndian = false)
    {
        byte[] bytes = new byte[instructions.Length * Size];
        for (int i = 0; i < instructions.Length; i++)
        {
            instructions[i].Write(bytes.AsSpan(i * Size), isBigEndian);
        }

        return bytes;
    }

    /// <summary>Writes the slot.</summary>
    /// <param name="bytes">Room for <see cref="Size"/> bytes.</param>
    /// <param name="isBigEndian">Whether the program is for a big-endian machine.</param>
    public void Write(Span<byte> bytes, bool isBigEndian = false)
    {
        bytes[OpcodeAt] = Opcode;
        bytes[RegistersAt] = isBigEndian ? (byte)((Destination << 4) | Source) : _registers;
        if (isBigEndian)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes[OffsetAt..], Offset);
            BinaryPrimitives.WriteInt32BigEndian(bytes[ImmediateAt..], Immediate);
        }
        else
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes[OffsetAt..], Offset);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[ImmediateAt..], Immediate);
        }
    }

    /// <summary>The same with another constant.</summary>
    public BpfInstruction WithImmediate(int immediate) => new(Opcode, Destination, Source, Offset, immediate);

    /// <summary>The same with another offset.</summary>
    public BpfInstruction WithOffset(short offset) => new(Opcode, Destination, Source, offset, Immediate);

    /// <summary>The same with another source register, or another kind of call or constant.</summary>
    public BpfInstruction WithSource(byte source) => new(Opcode, Destination, source, Offset, Immediate);

    /// <summary>The bytes in hexadecimal, as on a little-endian machine: what stands for a slot that means nothing.</summary>
    internal string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
