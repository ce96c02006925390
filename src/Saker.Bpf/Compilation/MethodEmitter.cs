using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>
/// Writes the instructions of a method. Registers are local variables of 64 bits; where the program is stopped the method returns, and so do those that called it.
/// </summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal abstract partial class MethodEmitter
{
    /// <summary>The first two arguments of every method: <see cref="CompiledLinks"/>, and the CPU.</summary>
    protected const int LinksArgument = 0, CpuArgument = 1;

    private readonly CompilationUnit _unit;
    private readonly CodeFunction _function;
    private readonly IReadOnlyList<CodeBlock> _blocks;
    private readonly Insight _insight;
    private readonly IlWriter _il;
    private readonly LocalBuilder[] _registers;
    private readonly Dictionary<CodeBlock, Label> _labels = [];
    private readonly List<Action> _slowPaths = [];
    private readonly Label _exit;
    private readonly Label _stopped;
    private readonly LocalBuilder? _budget;
    private readonly LocalBuilder? _loops;
    private KnownState _state = new();

    /// <summary>Makes ready to write a method.</summary>
    /// <param name="unit">The program.</param>
    /// <param name="function">The function.</param>
    /// <param name="blocks">The blocks of it that the method has, in the order of slots.</param>
    /// <param name="plan">How they reach memory.</param>
    /// <param name="il">Gets the code.</param>
    protected MethodEmitter(CompilationUnit unit, CodeFunction function, IReadOnlyList<CodeBlock> blocks, AccessPlan plan, IlWriter il)
    {
        _unit = unit;
        _function = function;
        _blocks = blocks;
        _insight = unit.Insights[function];
        _il = il;
        _registers = [.. Enumerable.Range(0, BpfInstruction.RegisterCount).Select(number => il.Local($"r{number}"))];
        foreach (CodeBlock block in blocks)
        {
            _labels.Add(block, il.NewLabel());
        }

        _exit = il.NewLabel();
        _stopped = il.NewLabel();
        _plan = plan;
        _budget = IsChecked && blocks.Any(static block => block.Instructions.Any(GoesBack)) ? il.Local("budget") : null;
        _loops = blocks.Any(static block => block.Instructions.Any(static instruction => instruction.Operation == BpfOperation.MayGoto)) ? il.Local("loops") : null;
    }

    /// <summary>The program.</summary>
    protected CompilationUnit Unit => _unit;

    /// <summary>The function.</summary>
    protected CodeFunction Function => _function;

    /// <summary>Gets the code.</summary>
    protected IlWriter Il => _il;

    /// <summary>How many loops <c>may_goto</c> still grants; null: it is not used.</summary>
    protected LocalBuilder? Loops => _loops;

    private bool IsChecked => _unit.Checks == MemoryChecks.All;

    /// <summary>Writes it.</summary>
    public void Emit()
    {
        EmitBeginning();
        for (int i = 0; i < _blocks.Count; i++)
        {
            CodeBlock block = _blocks[i];
            _il.Mark(_labels[block]);
            _state = _insight.States[block].Copy();
            RotationFinder rotations = new();
            foreach (CodeInstruction instruction in block.Instructions)
            {
                if (_il.IsListed)
                {
                    _il.Comment($"{instruction.Slot}: {_unit.TextOf(instruction)}");
                }

                if (rotations.RotationOf(instruction) is { } rotation)
                {
                    EmitRotation(instruction, rotation.Source, rotation.Bits);
                }
                else
                {
                    Emit(instruction);
                }

                rotations.Pass(instruction);
                _unit.Transfer.Apply(_state, instruction);
            }

            if (block.Last.GoesOn && (i + 1 == _blocks.Count || _blocks[i + 1].First != block.Last.Next))
            {
                _il.Emit(OpCodes.Br, LabelOf(_unit.BlockAt(block.Last.Next)));
            }
        }

        EmitEnds();
    }

    /// <summary>Writes what comes before the first block: registers and local variables get what they begin with.</summary>
    protected abstract void EmitBeginning();

    /// <summary>Writes the end of the function.</summary>
    protected abstract void EmitExit();

    /// <summary>Writes what is done where the program was stopped.</summary>
    protected abstract void EmitStopped();

    /// <summary>Where a block begins that the method does not have.</summary>
    protected abstract Label LabelOfForeign(CodeBlock block);

    /// <summary>Where a block begins.</summary>
    protected Label LabelOf(CodeBlock block) => _labels.TryGetValue(block, out Label label) ? label : LabelOfForeign(block);

    private static bool GoesBack(CodeInstruction instruction) => instruction.Description.IsJump && instruction.Target <= instruction.Slot;

    private void EmitEnds()
    {
        // Slow paths may want others.
        for (int i = 0; i < _slowPaths.Count; i++)
        {
            _slowPaths[i]();
        }

        _il.Mark(_exit);
        FlushBudget();
        EmitExit();
        _il.Mark(_stopped);
        EmitStopped();
    }

    private void EmitStop(Label at, RunFaultKind kind, int slot)
    {
        _il.Mark(at);
        EmitStop(kind, slot);
    }

    private void EmitStop(RunFaultKind kind, int slot)
    {
        _il.Argument(CpuArgument);
        _il.Constant((int)kind);
        _il.Constant(slot);
        _il.Constant(0UL);
        _il.Constant(0);
        _il.Call(Members.Support(nameof(CompiledSupport.Stop)));
        _il.Emit(OpCodes.Br, _stopped);
    }

    private void Emit(CodeInstruction instruction)
    {
        if (instruction.IsImpossible)
        {
            EmitStop(RunFaultKind.UnknownCallee, instruction.Slot);
            return;
        }

        switch (instruction.Form)
        {
            case InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister:
                EmitArithmetic(instruction);
                break;
            case InstructionForm.ArithmeticUnary:
                EmitUnary(instruction);
                break;
            case InstructionForm.Constant64:
                _il.Constant((ulong)instruction.Immediate);
                Store(instruction.Destination);
                break;
            case InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect:
                EmitPacketLoad(instruction);
                break;
            case InstructionForm.MemoryLoad:
                EmitLoad(instruction);
                break;
            case InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister:
                EmitStore(instruction);
                break;
            case InstructionForm.Atomic or InstructionForm.AtomicFetch or InstructionForm.AtomicCompare:
                EmitAtomic(instruction);
                break;
            case InstructionForm.JumpShort or InstructionForm.JumpLong or InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister:
                EmitJump(instruction);
                break;
            case InstructionForm.CallHelper or InstructionForm.CallKernel:
                EmitHelperCall(instruction);
                break;
            case InstructionForm.CallFunction:
                EmitFunctionCall(instruction);
                break;
            case InstructionForm.CallRegister:
                EmitRegisterCall(instruction);
                break;
            case InstructionForm.Exit:
                _il.Emit(OpCodes.Br, _exit);
                break;
            default:
                throw new InvalidOperationException($"{instruction.Description.Text} was not refused.");
        }
    }

    /// <summary>Loads a register.</summary>
    protected void Load(int register) => _il.Emit(OpCodes.Ldloc, _registers[register]);

    private void Load32(int register)
    {
        Load(register);
        _il.Emit(OpCodes.Conv_U4);
    }

    /// <summary>Stores a register.</summary>
    protected void Store(int register) => _il.Emit(OpCodes.Stloc, _registers[register]);

    /// <summary>Stores a number of 32 bits, with zeros before it.</summary>
    private void Store32(int register)
    {
        _il.Emit(OpCodes.Conv_U8);
        Store(register);
    }
}
