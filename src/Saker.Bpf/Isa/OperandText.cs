namespace Saker.Bpf;

/// <summary>The letters that stand for operands in the texts of <see cref="InstructionDescription"/>, in braces.</summary>
internal static class OperandText
{
    /// <summary>The destination, <c>r1</c>.</summary>
    public const char Destination = 'D';

    /// <summary>The low half of the destination, <c>w1</c>.</summary>
    public const char Destination32 = 'd';

    /// <summary>The source, <c>r1</c>.</summary>
    public const char Source = 'S';

    /// <summary>The low half of the source, <c>w1</c>.</summary>
    public const char Source32 = 's';

    /// <summary>The immediate, decimal with its sign.</summary>
    public const char Immediate = 'I';

    /// <summary>The immediate, hexadecimal without sign.</summary>
    public const char HexImmediate = 'X';

    /// <summary>The immediate that is added, <c>+ 4</c>.</summary>
    public const char AddedImmediate = 'A';

    /// <summary>The immediate's lower half without sign.</summary>
    public const char LowerHalf = 'l';

    /// <summary>The immediate's upper half without sign.</summary>
    public const char UpperHalf = 'u';

    /// <summary>Both immediates of two slots as one number.</summary>
    public const char Constant = 'Q';

    /// <summary>The second slot's immediate.</summary>
    public const char SecondImmediate = 'V';

    /// <summary>The offset of an access, <c>+ 4</c>.</summary>
    public const char Offset = 'O';

    /// <summary>The offset of an access, <c>+4</c>.</summary>
    public const char KernelOffset = 'o';

    /// <summary>Where a jump goes by its offset, <c>+3</c> or a label.</summary>
    public const char Target = 'J';

    /// <summary>Where a jump or call goes by its immediate, <c>+3</c> or a label.</summary>
    public const char LongTarget = 'L';

    /// <summary>The number of a helper, or its name.</summary>
    public const char Helper = 'H';

    /// <summary>The register of <c>callx</c>, which compilers before LLVM 19 keep in the immediate.</summary>
    public const char Callee = 'R';
}
