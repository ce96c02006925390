using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>Writes the method of a function that is split: it calls the parts, each as often as it is come to.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class SplitFunctionEmitter(CompilationUnit unit, CodeFunction function, IReadOnlyList<FunctionPart> parts, AccessPlan plan, IlWriter il)
{
    private const int LinksArgument = 0, CpuArgument = 1;

    /// <summary>Numbers of blocks have that of their part in front of them.</summary>
    public const int BitsOfEntry = 16;

    /// <summary>Writes it.</summary>
    /// <param name="methods">The methods of the parts.</param>
    public void Emit(IReadOnlyList<DynamicMethod> methods)
    {
        LocalBuilder registers = il.Local(typeof(RegisterFile), "registers"), next = il.Local(typeof(int), "next");
        void Store(int number)
        {
            LocalBuilder value = il.Local("value");
            il.Emit(OpCodes.Stloc, value);
            LoadPlace(registers, number);
            il.Emit(OpCodes.Ldloc, value);
            il.Emit(OpCodes.Stind_I8);
        }

        FunctionFrame frame = new(unit, function, plan, il);
        frame.EmitArguments(Store);
        if (frame.EmitOpening(Store) is { } end)
        {
            il.Emit(OpCodes.Ldloc, end);
            Store(RegisterFile.FrameEnd);
        }

        frame.EmitCharge();
        il.Constant((ulong)BpfCpu.LoopsOfFunction);
        Store(RegisterFile.Loops);
        il.Constant(0UL);
        Store(0);
        il.Constant(unit.NumberOfEntry(function, function.Entry));
        il.Emit(OpCodes.Stloc, next);

        Label[] labels = [.. parts.Select(_ => il.NewLabel())];
        Label choose = il.NewLabel(), ended = il.NewLabel();
        il.Mark(choose);
        il.Emit(OpCodes.Ldloc, next);
        il.Constant(BitsOfEntry);
        il.Emit(OpCodes.Shr);
        il.Switch(labels);
        il.Emit(OpCodes.Br, ended);
        foreach (FunctionPart part in parts)
        {
            il.Mark(labels[part.Number]);
            il.Argument(LinksArgument);
            il.Argument(CpuArgument);
            LoadPlace(registers, 0);
            il.Emit(OpCodes.Ldloc, next);
            il.Constant((1 << BitsOfEntry) - 1);
            il.Emit(OpCodes.And);
            il.Call(methods[part.Number]);
            il.Emit(OpCodes.Stloc, next);
            il.Emit(OpCodes.Br, choose);
        }

        il.Mark(ended);
        frame.EmitClosing();
        LoadPlace(registers, 0);
        il.Emit(OpCodes.Ldind_I8);
        il.Emit(OpCodes.Ret);
    }

    private void LoadPlace(LocalBuilder registers, int number)
    {
        il.Emit(OpCodes.Ldloca, registers);
        il.Emit(OpCodes.Conv_U);
        il.Constant((ulong)number * sizeof(ulong));
        il.Emit(OpCodes.Add);
    }
}
