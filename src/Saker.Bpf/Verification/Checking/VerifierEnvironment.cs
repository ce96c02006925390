using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.Proving;
using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.Speculation;
using Saker.Bpf.Verification.States;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.Checking;

/// <summary>What the parts of a verification share: the program, the path that is being followed, and those that wait.</summary>
internal sealed class VerifierEnvironment
{
    /// <summary>The most paths that may wait (<c>BPF_COMPLEXITY_LIMIT_JMP_SEQ</c>).</summary>
    public const int MostWaiting = 8192;

    private readonly Stack<VerifierState> _waiting = new();
    private HistoryEntry? _entry;
    private uint _lastId;

    /// <summary>The environment of a program.</summary>
    public VerifierEnvironment(CodeGraph code, VerifierOptions options)
    {
        Code = code;
        Options = options;
        Facts = new PathFacts(code.Length);
        Precision = new PrecisionMarker(this);
        StackLiveness = new StackLiveness(code);
        Budget = new StateBudget(options.MaximumStateBytes);
        Speculation = new SpeculationMarks(code.Length);
        State = new VerifierState(0);
    }

    /// <summary>The code.</summary>
    public CodeGraph Code { get; }

    /// <summary>What else is known of the program.</summary>
    public VerifierOptions Options { get; }

    /// <summary>The maps that it names.</summary>
    public MapTable Maps { get; } = new();

    /// <summary>Says of which numbers it matters what they are.</summary>
    public PrecisionMarker Precision { get; }

    /// <summary>Counts the memory of states.</summary>
    public StateBudget Budget { get; }

    /// <summary>Knows which slots of stacks are read.</summary>
    public StackLiveness StackLiveness { get; }

    /// <summary>What holds of each instruction on every path.</summary>
    public PathFacts Facts { get; }

    /// <summary>What keeps processors that guess wrong from doing harm.</summary>
    public SpeculationMarks Speculation { get; }

    /// <summary>Where the path stands.</summary>
    public VerifierState State { get; set; }

    /// <summary>The instruction that is looked at, and, when it was, the next one.</summary>
    public int Instruction { get; set; }

    /// <summary>How many jumps, calls and exits were gone through.</summary>
    public int ProcessedJumps { get; set; }

    /// <summary>How many instructions were gone through.</summary>
    public int ProcessedInstructions { get; set; }

    /// <summary>Whether addresses may leave the program, and the stack be read before it was written.</summary>
    public bool IsPrivileged => Options.Privilege == VerifierPrivilege.Root;

    /// <summary>Whether loops are allowed, and numbers need not be told apart where they do not matter.</summary>
    public bool IsCapable => Options.Privilege != VerifierPrivilege.Unprivileged;

    /// <summary>Whether ways are followed that only a processor takes that guesses wrong.</summary>
    public bool MitigatesSpeculation => !IsPrivileged;

    /// <summary>The instruction that is looked at.</summary>
    public BpfInstruction Slot => Code[Instruction];

    /// <summary>A new id.</summary>
    public uint NewId() => ++_lastId;

    /// <summary>The last id that was given.</summary>
    public uint LastId => _lastId;

    /// <summary>Ends the verification: the instruction that is looked at breaks a rule.</summary>
    [DoesNotReturn]
    public void Refuse(VerifierRule rule, string reason, string? hint = null) => throw new ProgramRefused(rule, Instruction, reason, hint);

    /// <summary>Lets a copy of the path wait that goes on elsewhere.</summary>
    /// <param name="instruction">Where it goes on.</param>
    /// <param name="isSpeculative">Whether no run goes there.</param>
    /// <returns>The copy, which may still be changed.</returns>
    public VerifierState Push(int instruction, bool isSpeculative = false)
    {
        VerifierState copy = State.Fork();
        copy.IsSpeculative |= isSpeculative;
        copy.Instruction = instruction;
        copy.PreviousInstruction = Instruction;
        if (copy.Parent is { } parent)
        {
            parent.Branches++;
        }

        _waiting.Push(copy);
        Budget.Add(copy);
        if (_waiting.Count > MostWaiting)
        {
            Refuse(VerifierRule.Complexity, $"more than {MostWaiting} branches wait to be followed", "make the program shorter, or split it by tail calls");
        }

        return copy;
    }

    /// <summary>Takes the path that was pushed last.</summary>
    public bool TryPop([NotNullWhen(true)] out VerifierState? state)
    {
        bool isThere = _waiting.TryPop(out state);
        if (isThere)
        {
            Budget.Remove(state!);
        }

        return isThere;
    }

    /// <summary>Begins to look at an instruction: nothing was recorded of it.</summary>
    public void BeginInstruction() => _entry = null;

    /// <summary>The path's record of the instruction that is looked at, which is made if there is none.</summary>
    public HistoryEntry Record()
    {
        if (_entry is null)
        {
            _entry = new HistoryEntry(Instruction, State.PreviousInstruction, State.History);
            State.History = _entry;
        }

        return _entry;
    }

    /// <summary>Records that a register was spilled to a slot or filled from it.</summary>
    public void RecordSlot(int frame, int slot)
    {
        HistoryEntry entry = Record();
        entry.SlotFrame = frame;
        entry.Slot = slot;
    }

    /// <summary>How a register is called.</summary>
    public static string NameOf(int register) => $"r{register}";

    /// <summary>Reads a register of the function that runs.</summary>
    public ref readonly RegisterState Read(int register)
    {
        ref readonly RegisterState state = ref State.Register(register);
        if (!state.IsInitialized)
        {
            Refuse(
                VerifierRule.UninitializedRegister,
                $"{NameOf(register)} is read, and nothing was written to it on this path",
                register is >= 1 and <= 5 ? "a call leaves nothing in r1 to r5: keep what is needed in r6 to r9" : "write to it on every path");
        }

        return ref state;
    }

    /// <summary>Whether a register's address must not leave the program.</summary>
    public bool IsSecret(in RegisterState register) => !IsPrivileged && !register.IsScalar;

    /// <summary>Puts something into a register.</summary>
    public void Write(int register, in RegisterState state) => State.OwnRegister(register) = state;

    /// <summary>Leaves nothing in the registers that calls do not keep.</summary>
    public void ClearCallerSaved()
    {
        RegisterState[] registers = State.OwnFrame(State.Depth).Registers;
        registers.AsSpan(0, 6).Clear();
    }

    /// <summary>Makes a register unusable: those with privileges see a number in it.</summary>
    public void Invalidate(ref RegisterState register) => register = IsPrivileged ? RegisterState.Unknown : default;
}
