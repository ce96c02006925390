using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text;
using Saker.Bpf.Interpretation;
using Saker.Bpf.Verification.Proving;

namespace Saker.Bpf.Compilation;

/// <summary>Compiles programs to methods of .NET. These are the passes.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal static class ProgramCompiler
{
    /// <summary>Compiles a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">With what it is run, and which checks it gets.</param>
    /// <param name="proof">What is proven of it; null: nothing.</param>
    /// <param name="decoder">Its slots as the interpreter has them: with what references stand for.</param>
    /// <param name="layout">How its context is laid out; null: r1 is no context.</param>
    /// <param name="listing">Gets a listing of what is made; null: none is wanted.</param>
    /// <returns>Its methods; null: it is a program that is not worth it.</returns>
    public static CompiledLinks? Compile(
        BpfProgram program, ExecutionOptions options, BoundProof? proof, InterpreterDecoder decoder, ContextLayout? layout, StringBuilder? listing = null)
    {
        CodeInstruction[] instructions = Decode(program, options, decoder);
        if (proof is not null)
        {
            DeadCode.Cut(instructions, proof.Proof);
        }

        if (ControlFlow.FunctionsOf(instructions) is not { } functions || CompilationUnit.TryBegin(program, options, proof, layout, functions) is not { } unit)
        {
            return null;
        }

        foreach (CodeFunction function in unit.Insights.Keys.OrderBy(static function => function.Entry.First))
        {
            Emit(unit, function, listing);
        }

        return Bake(unit);
    }

    private static CodeInstruction[] Decode(BpfProgram program, ExecutionOptions options, InterpreterDecoder decoder)
    {
        DecodedInstruction[] code = decoder.Code;
        List<CodeInstruction> instructions = new(code.Length);
        for (int slot = 0; slot < code.Length; slot = instructions[^1].Next)
        {
            BpfInstruction encoded = program.Slots[slot];
            InstructionSet.TryDescribe(encoded, out InstructionDescription? description);
            DecodedInstruction decoded = code[slot];
            int target = ProgramValidation.TargetOf(encoded, slot, description!) is { } known ? (int)known : -1;
            int arguments = description!.Form == InstructionForm.CallHelper ? HelperBinding.ArgumentsOf(options, (int)decoded.Immediate) : 0;
            instructions.Add(new CodeInstruction(
                slot, description, decoded.Destination, decoded.Source, decoded.Offset, decoded.Immediate, (ConstantKind)encoded.Source, arguments, target)
            {
                IsImpossible = decoder.Impossible.Contains(slot),
            });
        }

        return [.. instructions];
    }

    private static void Emit(CompilationUnit unit, CodeFunction function, StringBuilder? listing)
    {
        unit.Transfer.FrameEscapes = unit.Insights[function].FrameEscapes;
        DynamicMethod method = unit.MethodOf(function.Entry.First);
        IReadOnlyList<FunctionPart> parts = Splitting.PartsOf(function, unit.Options);
        if (parts.Count == 1)
        {
            new FunctionEmitter(unit, function, new IlWriter(method, listing)).Emit();
            return;
        }

        unit.NumberEntries(function, parts);
        AccessPlan whole = AccessPlan.Of(unit, function, function.Blocks, hasVariables: false);
        List<DynamicMethod> methods = [];
        foreach (FunctionPart part in parts)
        {
            DynamicMethod own = unit.NewPart($"{method.Name}_{part.Blocks[0].First}");
            new PartEmitter(unit, function, part, AccessPlan.Of(unit, function, part.Blocks, hasVariables: false), new IlWriter(own, listing)).Emit();
            methods.Add(own);
        }

        new SplitFunctionEmitter(unit, function, parts, whole, new IlWriter(method, listing)).Emit(methods);
    }

    /// <summary>Lets the runtime compile all methods at once, so that no run waits for it.</summary>
    private static CompiledLinks Bake(CompilationUnit unit)
    {
        CompiledLinks links = unit.Links();
        foreach (DynamicMethod part in unit.Parts)
        {
            RuntimeHelpers.PrepareDelegate(part.CreateDelegate<CompiledPart>(links));
        }

        foreach ((int slot, DynamicMethod method) in unit.Methods)
        {
            CompiledFunction function = method.CreateDelegate<CompiledFunction>(links);
            RuntimeHelpers.PrepareDelegate(function);
            links.Functions.Add(slot, function);
        }

        return links;
    }
}
