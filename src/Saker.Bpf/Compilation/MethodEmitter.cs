using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>
/// Writes the method of a function. Registers are local variables of 64 bits; where the program is stopped the method returns, and so do those that called it.
/// </summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed partial class MethodEmitter
{
    /// <summary>The arguments of every method: <see cref="CompiledLinks"/>, the CPU, r1 to r5.</summary>
    public static readonly Type[] Arguments =
        [typeof(CompiledLinks), typeof(BpfCpu), typeof(ulong), typeof(ulong), typeof(ulong), typeof(ulong), typeof(ulong)];

    private const int LinksArgument = 0, CpuArgument = 1, FirstArgument = 2;

    private readonly CompilationUnit _unit;
    private readonly CodeFunction _function;
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
    public MethodEmitter(CompilationUnit unit, CodeFunction function, IlWriter il)
    {
        _unit = unit;
        _function = function;
        _insight = unit.Insights[function];
        _il = il;
        _registers = [.. Enumerable.Range(0, BpfInstruction.RegisterCount).Select(number => il.Local($"r{number}"))];
        foreach (CodeBlock block in function.Blocks)
        {
            _labels.Add(block, il.NewLabel());
        }

        _exit = il.NewLabel();
        _stopped = il.NewLabel();
        _plan = AccessPlan.Of(unit, function, hasVariables: true);
        _budget = IsChecked && function.Instructions.Any(GoesBack) ? il.Local("budget") : null;
        _loops = function.Instructions.Any(static instruction => instruction.Operation == BpfOperation.MayGoto) ? il.Local("loops") : null;
    }

    private bool IsChecked => _unit.Checks == MemoryChecks.All;

    /// <summary>Writes it.</summary>
    public void Emit()
    {
        EmitBeginning();
        CodeBlock first = _function.Blocks[0];
        if (first != _function.Entry)
        {
            _il.Emit(OpCodes.Br, _labels[_function.Entry]);
        }

        foreach (CodeBlock block in _function.Blocks)
        {
            _il.Mark(_labels[block]);
            if (!_insight.States.TryGetValue(block, out KnownState? known))
            {
                // What the analysis found never to be reached is not.
                _il.Emit(OpCodes.Br, _stopped);
                continue;
            }

            _state = known.Copy();
            foreach (CodeInstruction instruction in block.Instructions)
            {
                if (_il.IsListed)
                {
                    _il.Comment($"{instruction.Slot}: {_unit.TextOf(instruction)}");
                }

                Emit(instruction);
                _unit.Transfer.Apply(_state, instruction);
            }
        }

        EmitEnds();
    }

    private static bool GoesBack(CodeInstruction instruction) => instruction.Description.IsJump && instruction.Target <= instruction.Slot;

    private void EmitBeginning()
    {
        uint live = _insight.Live[_function.Entry];
        for (int register = 0; register < BpfInstruction.FramePointer; register++)
        {
            if ((live & (1u << register)) == 0)
            {
                continue;
            }

            if ((RegisterUse.Arguments & (1u << register)) != 0)
            {
                _il.Argument(FirstArgument + register - 1);
            }
            else
            {
                _il.Constant(0UL);
            }

            Store(register);
        }

        EmitBeginningOfFrame();
        EmitContextBlock();
        if (_loops is not null)
        {
            _il.Constant((ulong)BpfCpu.LoopsOfFunction);
            _il.Emit(OpCodes.Stloc, _loops);
        }

        EmitCharge();
        ReloadBudget();
        ReloadNear();
    }

    /// <summary>A function that is called is charged for at once, with all of its instructions.</summary>
    private void EmitCharge()
    {
        if (!IsChecked || _function.Entry.Number == 0)
        {
            return;
        }

        _il.Argument(CpuArgument);
        _il.Argument(CpuArgument);
        _il.Emit(OpCodes.Ldfld, Members.Budget);
        _il.Constant((ulong)_function.Length);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stfld, Members.Budget);
        _il.Argument(CpuArgument);
        _il.Emit(OpCodes.Ldfld, Members.Budget);
        _il.Constant(0UL);
        Label exhausted = _il.NewLabel();
        _il.Emit(OpCodes.Blt, exhausted);
        _slowPaths.Add(() => EmitStop(exhausted, RunFaultKind.BudgetExhausted, _function.Entry.First));
    }

    private void EmitEnds()
    {
        // Slow paths may want others.
        for (int i = 0; i < _slowPaths.Count; i++)
        {
            _slowPaths[i]();
        }

        _il.Mark(_exit);
        FlushBudget();
        if (IsChecked && _insight.FrameEscapes)
        {
            _il.Argument(CpuArgument);
            _il.Call(Members.CloseFrame);
        }

        Load(0);
        _il.Emit(OpCodes.Ret);
        _il.Mark(_stopped);
        _il.Constant(0UL);
        _il.Emit(OpCodes.Ret);
    }

    private void EmitStop(Label at, RunFaultKind kind, int slot)
    {
        _il.Mark(at);
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
            case InstructionForm.CallHelper:
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

    private void Load(int register) => _il.Emit(OpCodes.Ldloc, _registers[register]);

    private void Load32(int register)
    {
        Load(register);
        _il.Emit(OpCodes.Conv_U4);
    }

    private void Store(int register) => _il.Emit(OpCodes.Stloc, _registers[register]);

    /// <summary>Stores a number of 32 bits, with zeros before it.</summary>
    private void Store32(int register)
    {
        _il.Emit(OpCodes.Conv_U8);
        Store(register);
    }
}
