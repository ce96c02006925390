using System.Globalization;
using System.Text;

namespace Saker.Bpf.Classic;

/// <summary>Lists instructions for people, as <c>tcpdump -d</c> does.</summary>
internal static class ClassicListing
{
    private const int NameWidth = 8;
    private const int OperandWidth = 16;

    /// <summary>A program, a line an instruction.</summary>
    public static string Of(ClassicProgram program)
    {
        StringBuilder text = new();
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            text.Append(Of(program.Instructions[i], i)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One instruction: its number, what it does with what, and where it goes on.</summary>
    public static string Of(ClassicInstruction instruction, int index)
    {
        (string name, string operand) = Parts(instruction, index);
        string start = $"({index.ToString("000", CultureInfo.InvariantCulture)}) {name.PadRight(NameWidth)} ";
        return instruction.Opcode.IsBranch()
            ? $"{start}{operand.PadRight(OperandWidth)} jt {index + 1 + instruction.JumpTrue}\tjf {index + 1 + instruction.JumpFalse}"
            : start + operand;
    }

    private static (string Name, string Operand) Parts(ClassicInstruction instruction, int index)
    {
        uint k = instruction.K;
        string place = instruction.Ancillary is { } ancillary ? $"[{AncillaryLoads.NameOf(ancillary)}]" : $"[{(int)k}]";
        string indexed = $"[x + {(int)k}]";
        string memory = $"M[{k}]";
        bool takesX = instruction.Opcode.TakesX();
        string number = takesX ? "x" : $"#{k}";
        string bits = takesX ? "x" : $"#0x{k:x}";
        return instruction.Opcode switch
        {
            ClassicOpcode.LoadConstant => ("ld", $"#0x{k:x}"),
            ClassicOpcode.LoadWord => ("ld", place),
            ClassicOpcode.LoadHalf => ("ldh", place),
            ClassicOpcode.LoadByte => ("ldb", place),
            ClassicOpcode.LoadWordIndexed => ("ld", indexed),
            ClassicOpcode.LoadHalfIndexed => ("ldh", indexed),
            ClassicOpcode.LoadByteIndexed => ("ldb", indexed),
            ClassicOpcode.LoadMemory => ("ld", memory),
            ClassicOpcode.LoadLength => ("ld", "#pktlen"),
            ClassicOpcode.LoadXConstant => ("ldx", $"#0x{k:x}"),
            ClassicOpcode.LoadXMemory => ("ldx", memory),
            ClassicOpcode.LoadXLength => ("ldx", "#pktlen"),
            ClassicOpcode.LoadXHeaderLength => ("ldxb", $"4*([{(int)k}]&0xf)"),
            ClassicOpcode.Store => ("st", memory),
            ClassicOpcode.StoreX => ("stx", memory),
            ClassicOpcode.Add or ClassicOpcode.AddX => ("add", number),
            ClassicOpcode.Subtract or ClassicOpcode.SubtractX => ("sub", number),
            ClassicOpcode.Multiply or ClassicOpcode.MultiplyX => ("mul", number),
            ClassicOpcode.Divide or ClassicOpcode.DivideX => ("div", number),
            ClassicOpcode.Modulo or ClassicOpcode.ModuloX => ("mod", number),
            ClassicOpcode.Or or ClassicOpcode.OrX => ("or", bits),
            ClassicOpcode.And or ClassicOpcode.AndX => ("and", bits),
            ClassicOpcode.Xor or ClassicOpcode.XorX => ("xor", bits),
            ClassicOpcode.ShiftLeft or ClassicOpcode.ShiftLeftX => ("lsh", number),
            ClassicOpcode.ShiftRight or ClassicOpcode.ShiftRightX => ("rsh", number),
            ClassicOpcode.Negate => ("neg", ""),
            ClassicOpcode.Jump => ("ja", $"{index + 1 + (long)k}"),
            ClassicOpcode.JumpEqual or ClassicOpcode.JumpEqualX => ("jeq", bits),
            ClassicOpcode.JumpGreater or ClassicOpcode.JumpGreaterX => ("jgt", bits),
            ClassicOpcode.JumpGreaterOrEqual or ClassicOpcode.JumpGreaterOrEqualX => ("jge", bits),
            ClassicOpcode.JumpBitsSet or ClassicOpcode.JumpBitsSetX => ("jset", bits),
            ClassicOpcode.ReturnConstant => ("ret", $"#{k}"),
            ClassicOpcode.ReturnAccumulator => ("ret", ""),
            ClassicOpcode.CopyToX => ("tax", ""),
            ClassicOpcode.CopyToA => ("txa", ""),
            _ => ("unimp", $"0x{(ushort)instruction.Opcode:x}"),
        };
    }
}
