using System.Globalization;

namespace Saker.Bpf.Verification.States;

/// <summary>
/// What is known of a register, or of what was spilled to eight bytes of the stack. Pointers have a fixed offset (<see cref="Offset"/>) and a variable one
/// (<see cref="Value"/>); of numbers <see cref="Value"/> is the number.
/// </summary>
internal struct RegisterState
{
    /// <summary>The <see cref="Extent"/> of a pointer that is at the packet's end or behind it.</summary>
    public const int AtPacketEnd = -1;

    /// <summary>The <see cref="Extent"/> of a pointer that is behind the packet's end.</summary>
    public const int BeyondPacketEnd = -2;

    /// <summary>What it holds.</summary>
    public RegisterKind Kind;

    /// <summary>What is to it beside.</summary>
    public RegisterTraits Traits;

    /// <summary>Of a stack's pointer: the frame that it points to.</summary>
    public byte Frame;

    /// <summary>The fixed offset; of a displaced number how much it is more than others of its id.</summary>
    public int Offset;

    /// <summary>Registers of one id hold the same, though it is not known what; 0: none.</summary>
    public uint Id;

    /// <summary>What was acquired with it and has to be released; 0: nothing.</summary>
    public uint ReferenceId;

    /// <summary>Of a packet's pointer: bytes behind it that are known to be there, or one of the constants. Of memory: its size. Of a function: its number.</summary>
    public int Extent;

    /// <summary>Of what belongs to a map: the map's number in <see cref="Rules.MapTable"/>.</summary>
    public int Map;

    /// <summary>The number, or the variable part of the offset.</summary>
    public ScalarValue Value;

    /// <summary>A number of which nothing is known.</summary>
    public static RegisterState Unknown => new() { Kind = RegisterKind.Scalar, Value = ScalarValue.Unknown };

    /// <summary>Whether it can be read.</summary>
    public readonly bool IsInitialized => Kind != RegisterKind.Uninitialized;

    /// <summary>The traits of a number at a distance from others.</summary>
    private const RegisterTraits Displacements = RegisterTraits.Displaced | RegisterTraits.Displaced32;

    /// <summary>Whether it holds a number.</summary>
    public readonly bool IsScalar => Kind == RegisterKind.Scalar;

    /// <summary>Whether it holds a pointer.</summary>
    public readonly bool IsPointer => Kind is not (RegisterKind.Scalar or RegisterKind.Uninitialized);

    /// <summary>Whether it may be null.</summary>
    public readonly bool MayBeNull => (Traits & RegisterTraits.MaybeNull) != RegisterTraits.None;

    /// <summary>Whether its memory can only be read.</summary>
    public readonly bool IsReadOnly => (Traits & RegisterTraits.ReadOnly) != RegisterTraits.None;

    /// <summary>Whether it is a number with a constant distance from others of its id.</summary>
    public readonly bool IsDisplaced => (Traits & Displacements) != RegisterTraits.None;

    /// <summary>Whether it is a known number.</summary>
    public readonly bool IsConstant => IsScalar && Value.IsConstant;

    /// <summary>Whether it is the number 0, which stands for null.</summary>
    public readonly bool IsZero => IsScalar && Value is { IsConstant: true, Bits.Value: 0 };

    /// <summary>Whether it is a packet's pointer as the context gave it.</summary>
    public readonly bool IsUnmoved => Id == 0 && Offset == 0 && Value is { IsConstant: true, Bits.Value: 0 };

    /// <summary>A known number.</summary>
    public static RegisterState Constant(ulong value) => new() { Kind = RegisterKind.Scalar, Value = ScalarValue.Constant(value) };

    /// <summary>A number of which something is known.</summary>
    public static RegisterState Number(ScalarValue value) => new() { Kind = RegisterKind.Scalar, Value = value };

    /// <summary>A pointer to the beginning of something.</summary>
    public static RegisterState Pointer(RegisterKind kind, RegisterTraits traits = RegisterTraits.None) =>
        new() { Kind = kind, Traits = traits, Value = ScalarValue.Constant(0) };

    /// <summary>Whether both are the same, whatever their ids are.</summary>
    public readonly bool IsLike(in RegisterState other) =>
        Kind == other.Kind && Traits == other.Traits && Offset == other.Offset && Extent == other.Extent && Map == other.Map && Value == other.Value;

    /// <summary>The same with no relation to others.</summary>
    public void Detach()
    {
        Id = 0;
        if (IsDisplaced)
        {
            Traits &= ~Displacements;
            Offset = 0;
        }
    }

    /// <inheritdoc/>
    public override readonly string ToString()
    {
        if (!IsPointer)
        {
            return IsScalar ? Value.ToString() : "uninitialized";
        }

        string variable = Value.IsConstant ? "" : $" + {Value}";
        long constant = Offset + (Value.IsConstant ? (long)Value.Bits.Value : 0);
        string offset = constant == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {(constant < 0 ? '-' : '+')} {Math.Abs(constant)}");
        string range = Kind.IsPacket() && Extent > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({Extent} bytes checked)") : "";
        return $"{Kind.InWords()}{offset}{variable}{range}{(MayBeNull ? " or null" : "")}";
    }
}
