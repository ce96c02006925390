namespace Saker.Tests.Bpf.Verification;

/// <summary>What the maker of programs by chance believes that a register or a slot of the stack holds.</summary>
internal enum EdgeKind
{
    /// <summary>Nothing that may be read.</summary>
    Nothing,

    /// <summary>A number, of <see cref="EdgeValue.Most"/> at most.</summary>
    Number,

    /// <summary>The context.</summary>
    Context,

    /// <summary>An address in the packet, with <see cref="EdgeValue.Most"/> bytes behind it.</summary>
    Packet,

    /// <summary>The packet's end.</summary>
    PacketEnd,

    /// <summary>An address in the stack, <see cref="EdgeValue.Most"/> bytes below its end.</summary>
    Stack,

    /// <summary>An address in a map's value or a record, with <see cref="EdgeValue.Most"/> bytes behind it.</summary>
    Memory,
}

/// <summary>What it believes of one.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Most">How large, how far; of numbers -1 where that is not known.</param>
internal readonly record struct EdgeValue(EdgeKind Kind, long Most = -1)
{
    /// <summary>A number of which nothing is known.</summary>
    public static EdgeValue Number => new(EdgeKind.Number);
}

/// <summary>What it believes of all registers, and of the slots of the stack by their number from its end, 0 being the last eight bytes.</summary>
internal sealed class EdgeState
{
    /// <summary>Slots of the stack that are used.</summary>
    public const int Slots = 12;

    private readonly EdgeValue[] _registers = new EdgeValue[11];
    private readonly EdgeValue[] _slots = new EdgeValue[Slots];

    /// <summary>Registers that may not be written: the counters of loops around.</summary>
    public HashSet<int> Protected { get; } = [];

    /// <summary>A register.</summary>
    public EdgeValue this[int register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    /// <summary>A slot of the stack.</summary>
    public Span<EdgeValue> Stack => _slots;

    /// <summary>The registers that hold such a thing.</summary>
    public int[] With(EdgeKind kind) => [.. Enumerable.Range(0, 11).Where(register => _registers[register].Kind == kind)];

    /// <summary>The same once more.</summary>
    public EdgeState Copy()
    {
        EdgeState copy = new();
        _registers.CopyTo(copy._registers, 0);
        _slots.CopyTo(copy._slots, 0);
        copy.Protected.UnionWith(Protected);
        return copy;
    }

    /// <summary>Ways meet: what both say remains.</summary>
    public void Join(EdgeState other)
    {
        Join(_registers, other._registers);
        Join(_slots, other._slots);
    }

    /// <summary>What a call leaves.</summary>
    public void Call(EdgeValue result)
    {
        Array.Clear(_registers, 1, 5);
        _registers[0] = result;
    }

    /// <summary>What is behind a call that may move the packet.</summary>
    public void ForgetPacket()
    {
        Forget(_registers);
        Forget(_slots);
    }

    private static void Forget(EdgeValue[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = values[i].Kind is EdgeKind.Packet or EdgeKind.PacketEnd ? default : values[i];
        }
    }

    private static void Join(EdgeValue[] values, EdgeValue[] others)
    {
        for (int i = 0; i < values.Length; i++)
        {
            (EdgeValue one, EdgeValue other) = (values[i], others[i]);
            values[i] = one.Kind != other.Kind ? default
                : one.Most == other.Most ? one
                : one.Kind == EdgeKind.Number ? one with { Most = one.Most < 0 || other.Most < 0 ? -1 : Math.Max(one.Most, other.Most) }
                : one.Kind == EdgeKind.Stack ? default
                : one with { Most = Math.Min(one.Most, other.Most) };
        }
    }
}
