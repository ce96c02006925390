using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>Writes the method of a whole function.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class FunctionEmitter(CompilationUnit unit, CodeFunction function, IlWriter il)
    : MethodEmitter(unit, function, function.Blocks, AccessPlan.Of(unit, function, function.Blocks, hasVariables: true), il)
{
    /// <summary>The arguments: <see cref="CompiledLinks"/>, the CPU, r1 to r5.</summary>
    public static readonly Type[] Arguments =
        [typeof(CompiledLinks), typeof(BpfCpu), typeof(ulong), typeof(ulong), typeof(ulong), typeof(ulong), typeof(ulong)];

    /// <inheritdoc/>
    protected override void EmitBeginning()
    {
        FunctionFrame frame = new(Unit, Function, Plan, Il);
        frame.EmitArguments(Store);
        EmitVariables();
        FrameEnd = frame.EmitOpening(Store);
        frame.EmitCharge();
        if (Loops is not null)
        {
            Il.Constant((ulong)BpfCpu.LoopsOfFunction);
            Il.Emit(OpCodes.Stloc, Loops);
        }

        EmitContextBlock();
        ReloadBudget();
        ReloadNear();
        if (Function.Blocks[0] != Function.Entry)
        {
            Il.Emit(OpCodes.Br, LabelOf(Function.Entry));
        }
    }

    /// <inheritdoc/>
    protected override void EmitExit()
    {
        new FunctionFrame(Unit, Function, Plan, Il).EmitClosing();
        Load(0);
        Il.Emit(OpCodes.Ret);
    }

    /// <inheritdoc/>
    protected override void EmitStopped()
    {
        Il.Constant(0UL);
        Il.Emit(OpCodes.Ret);
    }

    /// <inheritdoc/>
    protected override Label LabelOfForeign(CodeBlock block) => throw new InvalidOperationException($"Instruction {block.First} is not in the function.");
}
