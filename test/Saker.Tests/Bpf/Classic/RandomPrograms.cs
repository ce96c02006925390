using Saker.Bpf.Classic;

namespace Saker.Tests.Bpf.Classic;

/// <summary>Makes programs of classic BPF by chance: ones that are taken, that do something, and that look at small packets.</summary>
internal sealed class RandomPrograms(int seed)
{
    private const int PacketBytes = 64;

    private static readonly ClassicOpcode[] Opcodes = Enum.GetValues<ClassicOpcode>();

    private static readonly uint[] Edges =
    [
        0, 1, 31, 32, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x7fff_fffc, AncillaryLoads.NetworkOffset, AncillaryLoads.NetworkOffset + 4, AncillaryLoads.LinkOffset,
        AncillaryLoads.LinkOffset + 13, AncillaryLoads.LinkOffset - 1, AncillaryLoads.Offset - 1, AncillaryLoads.Offset + 1, AncillaryLoads.Offset + 64,
    ];

    private readonly Random _random = new(seed);

    /// <summary>What the programs may load that stands beside a packet.</summary>
    public AncillaryLoad[] Ancillaries { get; init; } = Enum.GetValues<AncillaryLoad>();

    /// <summary>A program that is taken.</summary>
    public ClassicProgram Next()
    {
        while (true)
        {
            if (ClassicProgram.TryCreate(Instructions(_random.Next(1, 40)), out ClassicProgram? program, out _))
            {
                return program;
            }
        }
    }

    /// <summary>Instructions that may or may not be a program: one that is taken, with a few changes.</summary>
    public ClassicInstruction[] NextDoubtful()
    {
        ClassicInstruction[] instructions = Instructions(_random.Next(1, 20));
        for (int i = _random.Next(3); i > 0; i--)
        {
            ref ClassicInstruction changed = ref instructions[_random.Next(instructions.Length)];
            changed = _random.Next(5) switch
            {
                0 => changed with { Opcode = (ClassicOpcode)_random.Next(0x100) },
                1 => changed with { Opcode = Opcodes[_random.Next(Opcodes.Length)] },
                2 => changed with { JumpTrue = (byte)_random.Next(24) },
                3 => changed with { JumpFalse = (byte)_random.Next(24) },
                _ => changed with { K = Constant() },
            };
        }

        return instructions;
    }

    /// <summary>A packet's bytes.</summary>
    public byte[] NextPacket()
    {
        byte[] packet = new byte[_random.Next(1, PacketBytes)];
        _random.NextBytes(packet);
        return packet;
    }

    /// <summary>A number below a limit.</summary>
    public int Below(int limit) => _random.Next(limit);

    private ClassicInstruction[] Instructions(int length)
    {
        ClassicInstruction[] instructions = new ClassicInstruction[length];
        for (int i = 0; i < length; i++)
        {
            instructions[i] = Instruction(length - i - 1);
        }

        instructions[^1] = new ClassicInstruction(_random.Next(4) == 0 ? ClassicOpcode.ReturnConstant : ClassicOpcode.ReturnAccumulator, Constant());
        return instructions;
    }

    /// <param name="following">How many instructions follow it.</param>
    private ClassicInstruction Instruction(int following)
    {
        ClassicOpcode opcode = Opcodes[_random.Next(Opcodes.Length)];
        int farthest = Math.Max(1, Math.Min(following, 1 + _random.Next(8)));
        return opcode switch
        {
            // A program that ends early does nothing.
            ClassicOpcode.ReturnConstant or ClassicOpcode.ReturnAccumulator when _random.Next(4) != 0 => new ClassicInstruction(ClassicOpcode.LoadByte, Place()),
            ClassicOpcode.Jump => new ClassicInstruction(opcode, (uint)_random.Next(farthest)),
            _ when IsBranch(opcode) => new ClassicInstruction(opcode, (byte)_random.Next(farthest), (byte)_random.Next(farthest), Constant()),
            ClassicOpcode.LoadWord or ClassicOpcode.LoadHalf or ClassicOpcode.LoadByte => new ClassicInstruction(opcode, Place()),
            ClassicOpcode.LoadXHeaderLength => new ClassicInstruction(opcode, (uint)_random.Next(PacketBytes)),
            ClassicOpcode.LoadWordIndexed or ClassicOpcode.LoadHalfIndexed or ClassicOpcode.LoadByteIndexed => new ClassicInstruction(opcode, (uint)_random.Next(8)),

            // Memory that was not written is refused: few words, so that most were.
            ClassicOpcode.LoadMemory or ClassicOpcode.LoadXMemory or ClassicOpcode.Store or ClassicOpcode.StoreX => new ClassicInstruction(opcode, (uint)_random.Next(2)),
            ClassicOpcode.ShiftLeft or ClassicOpcode.ShiftRight => new ClassicInstruction(opcode, (uint)_random.Next(32)),
            ClassicOpcode.Divide or ClassicOpcode.Modulo => new ClassicInstruction(opcode, Math.Max(1, Constant())),
            _ => new ClassicInstruction(opcode, Constant()),
        };
    }

    private static bool IsBranch(ClassicOpcode opcode) => opcode is ClassicOpcode.JumpEqual or ClassicOpcode.JumpEqualX or ClassicOpcode.JumpGreater or ClassicOpcode.JumpGreaterX
        or ClassicOpcode.JumpGreaterOrEqual or ClassicOpcode.JumpGreaterOrEqualX or ClassicOpcode.JumpBitsSet or ClassicOpcode.JumpBitsSetX;

    private uint Place() => _random.Next(12) switch
    {
        0 when Ancillaries.Length != 0 => AncillaryLoads.Offset + (uint)Ancillaries[_random.Next(Ancillaries.Length)],
        1 => Constant(),
        _ => (uint)_random.Next(PacketBytes),
    };

    private uint Constant() => _random.Next(8) switch
    {
        0 => Edges[_random.Next(Edges.Length)],
        1 => (uint)_random.NextInt64(uint.MaxValue),
        _ => (uint)_random.Next(70),
    };
}
