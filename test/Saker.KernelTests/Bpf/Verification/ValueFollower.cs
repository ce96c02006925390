using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>
/// Follows a log through a program: from what the kernel knows before each instruction it works out what is to be known behind it, on both ways of a jump, and compares. Then it goes
/// on with what the kernel knows.
/// </summary>
internal sealed class ValueFollower(BpfInstruction[] slots)
{
    private readonly Stack<Branch> _branches = new();
    private readonly Dictionary<byte, ScalarValue> _expected = [];
    private readonly Dictionary<int, int> _live = [];

    /// <summary>Registers that differ from those that they are linked with by a sum of 32 bits.</summary>
    private HashSet<byte> _narrow = [];

    private Dictionary<byte, LoggedRegister> _registers = [];
    private int _last = -1;
    private int? _next;

    /// <summary>How many values were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>The first difference; null: there is none.</summary>
    public string? Difference { get; private set; }

    /// <summary>Follows a whole log.</summary>
    public void Follow(string log)
    {
        foreach (var happening in VerifierLog.Read(log))
        {
            switch (happening.Kind)
            {
                case LogEventKind.Live:
                    _live[happening.At] = happening.To;
                    break;
                case LogEventKind.Instruction:
                    Execute(happening.At);
                    break;
                case LogEventKind.Branch:
                    TakeUp(happening);
                    break;
                default:
                    Compare(happening.Registers);
                    break;
            }

            if (Difference is not null)
            {
                return;
            }
        }

        if (_branches.Count > 0)
        {
            Difference = $"the kernel does not take up {_branches.Peek().From} to {_branches.Peek().To}";
        }
    }

    private void TakeUp(LogEvent happening)
    {
        if (!_branches.TryPop(out var branch) || branch.From != happening.At || branch.To != happening.To)
        {
            Difference = $"the kernel takes up {happening.At} to {happening.To}, and not {branch?.From} to {branch?.To}";
            return;
        }

        _registers = [];
        _narrow = branch.Narrow;
        _expected.Clear();
        foreach (var (register, value) in branch.Expected)
        {
            _expected[register] = value;
        }

        (_last, _next) = (branch.From, null);
        Compare(happening.Registers);
    }

    private void Compare(IReadOnlyDictionary<byte, LoggedRegister> registers)
    {
        foreach (var (register, logged) in registers)
        {
            if (_expected.Remove(register, out var value))
            {
                Compared++;
                if (value.ToString() != logged.Text)
                {
                    Difference = $"behind {_last} ({ProgramText.Of(slots, _last, ProgramTextStyle.Llvm)}) r{register} is {logged.Text}, and not {value}";
                }
            }

            _registers[register] = logged;
        }
    }

    private void Execute(int at)
    {
        if (_next is { } next && next != at)
        {
            Difference = $"behind {_last} ({ProgramText.Of(slots, _last, ProgramTextStyle.Llvm)}) the kernel goes on at {at}, and not at {next}";
            return;
        }

        foreach (var (register, value) in _expected)
        {
            // Of those that are linked with what was learned the log says nothing.
            _registers[register] = _registers[register] with { Value = value };
        }

        _expected.Clear();
        (_last, _next) = (at, null);
        if (!InstructionSet.TryDescribe(slots[at], out var description))
        {
            return;
        }

        switch (description.Form)
        {
            case InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary:
                Compute(at, description);
                break;
            case InstructionForm.MemoryLoad:
                var bytes = description.Width / 8;
                _expected[slots[at].Destination] = description.Operation == BpfOperation.LoadSigned ? ScalarValue.Unknown.SignExtend(bytes) : ScalarValue.Unknown.ZeroExtend(bytes);
                break;
            case InstructionForm.Constant64 when slots[at].Source == 0:
                _expected[slots[at].Destination] = ScalarValue.Constant(((ulong)(uint)slots[at + 1].Immediate << 32) | (uint)slots[at].Immediate);
                break;
            case InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister:
                Decide(at, description);
                break;
        }
    }

    private void Compute(int at, InstructionDescription description)
    {
        var slot = slots[at];
        var left = Value(slot.Destination);
        var right = Operand(slot, description, InstructionForm.ArithmeticRegister);
        if ((description.Operation is not (BpfOperation.Move or BpfOperation.MoveSigned) && left is null) || (description.Form != InstructionForm.ArithmeticUnary && right is null))
        {
            return;
        }

        var before = left ?? default;
        if (ScalarLogic.TrySplit(description.Operation, before, right ?? default, out var zeros, out var ones))
        {
            // The way that is put off begins with the same instruction.
            _branches.Push(new(at, at, new() { [slot.Destination] = zeros }, [.. _narrow]));
            before = ones;
        }

        Link(slot, description);
        _expected[slot.Destination] = description.Operation switch
        {
            BpfOperation.MoveSigned => ScalarArithmetic.MoveSigned(!description.Is32Bit, right ?? default, slot.Offset / 8),
            BpfOperation.ToLittleEndian or BpfOperation.ToBigEndian or BpfOperation.SwapBytes => ScalarArithmetic.ChangeByteOrder(description.Operation, before, slot.Immediate),
            _ => ScalarArithmetic.Apply(description.Operation, !description.Is32Bit, before, right ?? default),
        };
    }

    private void Link(BpfInstruction slot, InstructionDescription description)
    {
        var isNarrow = description.Operation is BpfOperation.Move or BpfOperation.MoveSigned
            ? description.Form == InstructionForm.ArithmeticRegister && _narrow.Contains(slot.Source)
            : description.Is32Bit && description.Operation is BpfOperation.Add or BpfOperation.Subtract;
        if (isNarrow)
        {
            _narrow.Add(slot.Destination);
        }
        else
        {
            _narrow.Remove(slot.Destination);
        }
    }

    private void Decide(int at, InstructionDescription description)
    {
        var slot = slots[at];
        if (Value(slot.Destination) is not { } left || Operand(slot, description, InstructionForm.JumpIfRegister) is not { } right)
        {
            throw new NotSupportedException("a pointer is compared");
        }

        var is64 = !description.Is32Bit;
        var decided = ScalarComparison.Decide(description.Operation, is64, left, right);
        _next = decided == true ? at + slot.Offset + 1 : at + 1;
        if (decided is not null)
        {
            return;
        }

        Dictionary<byte, ScalarValue> taken = [];
        Learn(description, slot, isTaken: true, left, right, taken);
        _branches.Push(new(at, at + slot.Offset + 1, taken, [.. _narrow]));
        Learn(description, slot, isTaken: false, left, right, _expected);
    }

    private void Learn(InstructionDescription description, BpfInstruction slot, bool isTaken, ScalarValue left, ScalarValue right, Dictionary<byte, ScalarValue> learned)
    {
        var isRegister = description.Form == InstructionForm.JumpIfRegister;
        if (isRegister && slot.Destination == slot.Source)
        {
            ScalarComparison.AssumeOfSame(description.Operation, !description.Is32Bit, isTaken, ref left);
            learned[slot.Destination] = left;
            Spread(slot.Destination, learned);
            return;
        }

        ScalarComparison.Assume(description.Operation, !description.Is32Bit, isTaken, ref left, ref right);
        learned[slot.Destination] = left;
        if (isRegister)
        {
            learned[slot.Source] = right;
            Spread(slot.Source, learned);
        }

        Spread(slot.Destination, learned);
    }

    /// <summary>What is learned of a register is learned of those that are linked with it, as far as somebody reads them (<c>sync_linked_regs</c>).</summary>
    private void Spread(byte register, Dictionary<byte, ScalarValue> learned)
    {
        var known = _registers[register];
        foreach (var (other, linked) in _registers)
        {
            if (other != register && (_live[_last] & (1 << other)) != 0 && known.Identity != 0 && linked.Identity == known.Identity && linked.Value is not null)
            {
                var difference = ScalarValue.Constant((ulong)((long)linked.Difference - known.Difference));
                learned[other] = linked.Difference == known.Difference ? learned[register] : ScalarArithmetic.Apply(BpfOperation.Add, !_narrow.Contains(register) && !_narrow.Contains(other), learned[register], difference);
            }
        }
    }

    private ScalarValue? Operand(BpfInstruction slot, InstructionDescription description, InstructionForm withRegister) =>
        description.Form == withRegister ? Value(slot.Source) : description.Form == InstructionForm.ArithmeticUnary ? null : ScalarValue.Constant((ulong)(long)slot.Immediate);

    private ScalarValue? Value(byte register) => _registers.GetValueOrDefault(register)?.Value;

    /// <summary>A way that is put off.</summary>
    private sealed record Branch(int From, int To, Dictionary<byte, ScalarValue> Expected, HashSet<byte> Narrow);
}
