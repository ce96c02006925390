using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>
/// Writes the method of a part of a function. It finds the registers in memory, and the number of the block where to begin; it leaves the registers there, and returns the
/// number of the block where to go on.
/// </summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class PartEmitter(CompilationUnit unit, CodeFunction function, FunctionPart part, AccessPlan plan, IlWriter il)
    : MethodEmitter(unit, function, part.Blocks, plan, il)
{
    /// <summary>The arguments: <see cref="CompiledLinks"/>, the CPU, the address of <see cref="RegisterFile"/>, the number of the block.</summary>
    public static readonly Type[] Arguments = [typeof(CompiledLinks), typeof(BpfCpu), typeof(ulong), typeof(int)];

    /// <summary>What is returned where the function ends.</summary>
    public const int Ended = -1;

    private const int RegistersArgument = 2, BlockArgument = 3;

    private readonly Dictionary<CodeBlock, Label> _ways = [];

    /// <inheritdoc/>
    protected override void EmitBeginning()
    {
        uint live = part.Entries.Aggregate(0u, (known, entry) => known | Live(entry));
        for (int register = 0; register < BpfInstruction.RegisterCount; register++)
        {
            if ((live & (1u << register)) != 0)
            {
                LoadPlace(register);
                Il.Emit(OpCodes.Ldind_I8);
                Store(register);
            }
        }

        if (Plan.UsesFrame)
        {
            FrameEnd = Il.Local("frameEnd");
            LoadPlace(RegisterFile.FrameEnd);
            Il.Emit(OpCodes.Ldind_I8);
            Il.Emit(OpCodes.Stloc, FrameEnd);
        }

        if (Loops is not null)
        {
            LoadPlace(RegisterFile.Loops);
            Il.Emit(OpCodes.Ldind_I8);
            Il.Emit(OpCodes.Stloc, Loops);
        }

        EmitContextBlock();
        ReloadBudget();
        ReloadNear();
        Il.Argument(BlockArgument);
        Il.Switch([.. part.Entries.Select(LabelOf)]);
        Il.Emit(OpCodes.Br, LabelOf(part.Entries[0]));
    }

    /// <inheritdoc/>
    protected override void EmitExit()
    {
        SaveRegister(0);
        Il.Constant(Ended);
        Il.Emit(OpCodes.Ret);
        foreach ((CodeBlock block, Label way) in _ways)
        {
            Il.Mark(way);
            FlushBudget();
            for (int register = 0; register < BpfInstruction.FramePointer; register++)
            {
                if ((Live(block) & (1u << register)) != 0)
                {
                    SaveRegister(register);
                }
            }

            if (Loops is not null)
            {
                LoadPlace(RegisterFile.Loops);
                Il.Emit(OpCodes.Ldloc, Loops);
                Il.Emit(OpCodes.Stind_I8);
            }

            Il.Constant(Unit.NumberOfEntry(Function, block));
            Il.Emit(OpCodes.Ret);
        }
    }

    /// <inheritdoc/>
    protected override void EmitStopped()
    {
        Il.Constant(Ended);
        Il.Emit(OpCodes.Ret);
    }

    /// <inheritdoc/>
    protected override Label LabelOfForeign(CodeBlock block)
    {
        if (!_ways.TryGetValue(block, out Label way))
        {
            way = Il.NewLabel();
            _ways.Add(block, way);
        }

        return way;
    }

    private uint Live(CodeBlock block) => Unit.Insights[Function].Live[block];

    private void SaveRegister(int register)
    {
        LoadPlace(register);
        Load(register);
        Il.Emit(OpCodes.Stind_I8);
    }

    private void LoadPlace(int number)
    {
        Il.Argument(RegistersArgument);
        Il.Constant((ulong)number * sizeof(ulong));
        Il.Emit(OpCodes.Add);
    }
}
