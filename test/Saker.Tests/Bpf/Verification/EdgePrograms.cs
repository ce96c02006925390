using System.Globalization;
using System.Text;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>
/// Programs by chance at the edge of what a verifier takes. They do what real programs do, packets compared with their end, values looked up, numbers bounded and added to addresses,
/// registers spilled, loops, functions, and now and then something slips: a bound is off by one, a comparison is turned round, a check is left out. About half of them are valid.
/// </summary>
internal sealed partial class EdgePrograms(Random random)
{
    private const int MostItems = 12, MostDepth = 3, MostFunctions = 2;

    /// <summary>How rarely something slips: once in so many decisions.</summary>
    private const int SlipsOnceIn = 200;

    private static readonly int[] Sizes = [1, 2, 4, 8];

    private readonly StringBuilder _text = new();
    private readonly List<string> _functions = [];
    private ProgramType _type;
    private int _labels;

    /// <summary>The next program, as text of <see cref="VerifierCase"/>.</summary>
    public (ProgramType Type, string Text) Next()
    {
        _text.Clear();
        _functions.Clear();
        _labels = 0;
        _type = Of(ProgramType.Xdp, ProgramType.Xdp, ProgramType.SchedulerClassifier, ProgramType.SchedulerClassifier, ProgramType.SocketFilter);
        EdgeState state = new();
        state[1] = new(EdgeKind.Context);
        state[10] = new(EdgeKind.Stack, 0);
        Line("r6 = r1");
        state[6] = state[1];
        for (int i = random.Next(3, MostItems); i > 0; i--)
        {
            Item(state, 0);
        }

        Line(Slips() ? "r0 = r6" : _type == ProgramType.Xdp ? $"r0 = {random.Next(5)}" : "r0 = 0");
        Line("exit");
        End("end");
        return (_type, _text + string.Concat(_functions));
    }

    /// <summary>Changes something in a program's code, so that its form remains right: a register, an offset, a constant, an operation.</summary>
    public BpfInstruction[] Mutate(BpfInstruction[] slots)
    {
        while (true)
        {
            BpfInstruction[] changed = [.. slots];
            int at = random.Next(slots.Length);
            changed[at] = Mutate(slots[at]);
            if (BpfProgram.TryCreate(changed, out _, out _))
            {
                return changed;
            }
        }
    }

    private BpfInstruction Mutate(BpfInstruction slot) => random.Next(6) switch
    {
        0 => new(slot.Opcode, (byte)random.Next(11), slot.Source, slot.Offset, slot.Immediate),
        1 => new(slot.Opcode, slot.Destination, (byte)random.Next(11), slot.Offset, slot.Immediate),
        2 => new(slot.Opcode, slot.Destination, slot.Source, (short)(slot.Offset + Of(-8, -2, -1, 1, 2, 8)), slot.Immediate),
        3 => new(slot.Opcode, slot.Destination, slot.Source, slot.Offset, slot.Immediate + Of(-1, 1, 8, -8, int.MaxValue)),
        4 => new((byte)(slot.Opcode ^ Of(0x08, 0x10, 0x20, 0x40, 0x80, 0x03)), slot.Destination, slot.Source, slot.Offset, slot.Immediate),
        _ => new(Of<byte>(0xbf, 0xb7, 0x07, 0x0f, 0x95), slot.Destination, slot.Source, slot.Offset, slot.Immediate),
    };

    private void Item(EdgeState state, int depth)
    {
        switch (random.Next(20))
        {
            case 0 or 1 or 2: Compute(state); break;
            case 3 or 4: Bound(state); break;
            case 5: LoadFromContext(state); break;
            case 6 or 7: ComparePacket(state); break;
            case 8 or 9: Access(state, EdgeKind.Packet); break;
            case 10: Access(state, EdgeKind.Memory); break;
            case 11: LookUp(state); break;
            case 12: Spill(state); break;
            case 13: Fill(state); break;
            case 14: AddToAddress(state); break;
            case 15: CallWithMemory(state); break;
            case 16: AccessStack(state); break;
            case 17 when depth < MostDepth: Branch(state, depth); break;
            case 18 when depth < MostDepth: Loop(state, depth); break;
            case 19 when depth == 0: Call(state); break;
            default: Compute(state); break;
        }
    }

    /// <summary>Two ways that meet again.</summary>
    private void Branch(EdgeState state, int depth)
    {
        string other = Label(), behind = Label();
        Line($"if {Condition(state)} goto {other}");
        EdgeState second = state.Copy();
        Items(state, depth, 3);
        Line($"goto {behind}");
        Line($"{other}: {Nop()}");
        Items(second, depth, 3);
        Line($"{behind}: {Nop()}");
        state.Join(second);
    }

    /// <summary>A loop with a counter, whose body relies on nothing that it changes.</summary>
    private void Loop(EdgeState state, int depth)
    {
        int counter = Of(7, 8, 9);
        if (state.Protected.Contains(counter))
        {
            Compute(state);
            return;
        }

        string start = Label();
        int rounds = random.Next(1, depth == 0 ? 30 : 6);
        Line($"r{counter} = 0");
        state[counter] = new(EdgeKind.Number, rounds);
        for (int register = 0; register < 10; register++)
        {
            state[register] = register == counter || register == 6 || state.Protected.Contains(register) ? state[register] : default;
        }

        state.Stack.Clear();
        state.Protected.Add(counter);
        state.Protected.Add(6);
        Line($"{start}: {Nop()}");
        Items(state, depth + 1, 4);
        if (!Slips())
        {
            Line($"r{counter} += 1");
        }

        Line(Of($"if r{counter} < {rounds} goto {start}", $"if r{counter} != {rounds} goto {start}", $"if w{counter} s< {rounds} goto {start}"));
        state.Protected.Remove(counter);
        if (depth == 0)
        {
            state.Protected.Clear();
        }
    }

    private void Items(EdgeState state, int depth, int most)
    {
        for (int i = random.Next(1, most + 1); i > 0; i--)
        {
            Item(state, depth + 1);
        }
    }

    /// <summary>A function of the program, which gets numbers and perhaps an address.</summary>
    private void Call(EdgeState state)
    {
        if (_functions.Count == MostFunctions)
        {
            Compute(state);
            return;
        }

        EdgeState inside = new();
        inside[10] = new(EdgeKind.Stack, 0);
        int passed = random.Next(11);
        for (int argument = 1; argument <= 3; argument++)
        {
            EdgeValue value = argument == 1 && state[passed].Kind is not (EdgeKind.Nothing or EdgeKind.Stack) ? state[passed] : EdgeValue.Number;
            Line(value.Kind == EdgeKind.Number && argument != 1 ? $"r{argument} = {random.Next(100)}" : argument == 1 && value != EdgeValue.Number ? $"r1 = r{passed}" : $"r{argument} = {argument}");
            inside[argument] = value.Kind == EdgeKind.Number && argument != 1 ? new(EdgeKind.Number, 100) : value;
            state[argument] = inside[argument];
        }

        string name = Label();
        Line($"call {name}");
        string outer = _text.ToString();
        _text.Clear();
        Line($"{name}: r6 = r1");
        inside[6] = inside[1];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            Item(inside, MostDepth - 1);
        }

        Line(Slips() ? Nop() : $"r0 = {random.Next(20)}");
        Line("exit");
        _text.Replace("goto end", $"goto {name}end");
        End($"{name}end");
        _functions.Add(_text.ToString());
        _text.Clear().Append(outer);
        state.Call(EdgeValue.Number);
    }

    /// <summary>Where a function ends before its time, if it does anywhere: what nothing comes to is refused.</summary>
    private void End(string label)
    {
        if (_text.ToString().Contains($"goto {label}\n", StringComparison.Ordinal))
        {
            Line($"{label}: r0 = 0");
            Line("exit");
        }
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Nop() => "goto +0";

    private string Label() => string.Create(CultureInfo.InvariantCulture, $"l{_labels++}");

    /// <summary>Whether something is to go wrong here.</summary>
    private bool Slips() => random.Next(SlipsOnceIn) == 0;

    /// <summary>A register with such a thing; where there is none, or something slips, any.</summary>
    private int Register(EdgeState state, EdgeKind kind)
    {
        int[] fit = state.With(kind);
        return fit.Length == 0 || Slips() ? random.Next(11) : Of(fit);
    }

    /// <summary>A register that may be written.</summary>
    private int Target(EdgeState state)
    {
        int target;
        do
        {
            target = random.Next(10);
        }
        while (state.Protected.Contains(target) || (target == 6 && random.Next(8) != 0));
        return target;
    }

    /// <summary>A register with a number; where there is none, one is made.</summary>
    private int Number(EdgeState state)
    {
        int[] fit = [.. state.With(EdgeKind.Number)];
        if (fit.Length != 0)
        {
            return Of(fit);
        }

        int target = Target(state);
        Line($"r{target} = {Constant()}");
        state[target] = EdgeValue.Number;
        return target;
    }

    private int Constant() => random.Next(4) switch
    {
        0 => random.Next(64),
        1 => Of(0, 1, -1, 7, 8, 15, 16, 255, 256, 0xffff, 0x10000, int.MaxValue, int.MinValue),
        2 => 1 << random.Next(31),
        _ => random.Next(),
    };

    private int Size() => Of(Sizes);

    private T Of<T>(params ReadOnlySpan<T> choice) => choice[random.Next(choice.Length)];
}
