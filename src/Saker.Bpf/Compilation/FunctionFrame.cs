using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <summary>What a function does at its beginning and its end, whether it is one method or several.</summary>
[RequiresDynamicCode("Compiles methods at run time.")]
internal sealed class FunctionFrame(CompilationUnit unit, CodeFunction function, AccessPlan plan, IlWriter il)
{
    private const int CpuArgument = 1, FirstArgument = 2;

    private readonly Insight _insight = unit.Insights[function];

    private bool IsChecked => unit.Checks == MemoryChecks.All;

    private bool ReadsFramePointer => (_insight.Live[function.Entry] & (1u << BpfInstruction.FramePointer)) != 0;

    /// <summary>Gives registers that are read before they are written what they begin with: arguments, and else zeros.</summary>
    /// <param name="store">Stores what is on the stack in a register.</param>
    public void EmitArguments(Action<int> store)
    {
        for (int register = 0; register < BpfInstruction.FramePointer; register++)
        {
            if ((_insight.Live[function.Entry] & (1u << register)) == 0)
            {
                continue;
            }

            if ((RegisterUse.Arguments & (1u << register)) != 0)
            {
                il.Argument(FirstArgument + register - 1);
            }
            else
            {
                il.Constant(0UL);
            }

            store(register);
        }
    }

    /// <summary>Makes the frame ready.</summary>
    /// <param name="store">Stores what is on the stack in a register.</param>
    /// <returns>Where it ends, in memory; null: it is not used there.</returns>
    public LocalBuilder? EmitOpening(Action<int> store)
    {
        LocalBuilder? end = IsChecked ? EmitCheckedFrame() : ReadsFramePointer ? EmitNativeFrame() : null;
        if (ReadsFramePointer)
        {
            if (IsChecked)
            {
                il.Argument(CpuArgument);
                il.Call(Members.Support(nameof(CompiledSupport.FramePointer)));
            }
            else
            {
                il.Emit(OpCodes.Ldloc, end!);
            }

            store(BpfInstruction.FramePointer);
        }

        return end;
    }

    /// <summary>
    /// A function that is called pays for all of its instructions at once, so that calls without loops come to an end, too. Of a proven program those pay that may be called millions of
    /// times within each other: callbacks, and functions with loops that <c>may_goto</c> ends.
    /// </summary>
    public void EmitCharge()
    {
        bool isEndless = function.IsAddressTaken || function.Instructions.Any(static instruction => instruction.Operation == BpfOperation.MayGoto);
        if (function.Entry.Number == 0 || !(IsChecked || (unit.Proof is not null && isEndless)))
        {
            return;
        }

        Label paid = il.NewLabel();
        il.Argument(CpuArgument);
        il.Argument(CpuArgument);
        il.Emit(OpCodes.Ldfld, Members.Budget);
        il.Constant((ulong)function.Length);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stfld, Members.Budget);
        il.Argument(CpuArgument);
        il.Emit(OpCodes.Ldfld, Members.Budget);
        il.Constant(0UL);
        il.Emit(OpCodes.Bge, paid);
        il.Argument(CpuArgument);
        il.Constant((int)RunFaultKind.BudgetExhausted);
        il.Constant(function.Entry.First);
        il.Constant(0UL);
        il.Constant(0);
        il.Call(Members.Support(nameof(CompiledSupport.Stop)));
        il.Constant(0UL);
        il.Emit(OpCodes.Ret);
        il.Mark(paid);
    }

    /// <summary>Nobody reaches the frame any more.</summary>
    public void EmitClosing()
    {
        if (IsChecked && _insight.FrameEscapes)
        {
            il.Argument(CpuArgument);
            il.Call(Members.CloseFrame);
        }
    }

    /// <summary>A frame that others may reach is opened; of another one only what is used is set to zero.</summary>
    private LocalBuilder? EmitCheckedFrame()
    {
        if (!plan.UsesFrame)
        {
            return null;
        }

        LocalBuilder end = il.Local("frameEnd");
        il.Argument(CpuArgument);
        if (_insight.FrameEscapes)
        {
            il.Call(Members.OpenFrame);
            il.Constant((ulong)AddressSpace.FrameSize);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, end);
            return end;
        }

        il.Call(Members.Support(nameof(CompiledSupport.FrameEnd)));
        il.Emit(OpCodes.Stloc, end);
        EmitZeros(end, plan.FrameBegin);
        return end;
    }

    private void EmitZeros(LocalBuilder end, int begin)
    {
        il.Emit(OpCodes.Ldloc, end);
        il.Constant((ulong)begin);
        il.Emit(OpCodes.Add);
        il.Constant(0);
        il.Constant(plan.FrameEnd - begin);
        il.Emit(OpCodes.Initblk);
    }

    /// <summary>
    /// Without checks, it lies on the thread's own stack. A proven program finds zeros in it as one with checks does, so that a run gives the same numbers every time and nobody sees what
    /// lay there.
    /// </summary>
    private LocalBuilder EmitNativeFrame()
    {
        LocalBuilder end = il.Local("frameEnd");
        il.Emit(OpCodes.Ldloca, il.Local(typeof(NativeFrame), "frame"));
        il.Emit(OpCodes.Conv_U);
        il.Constant((ulong)AddressSpace.FrameSize);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, end);
        if (unit.Proof is { } proof && plan.UsesFrame)
        {
            EmitZeros(end, Math.Max(plan.FrameBegin, -proof.StackDepthOf(function.Entry.First)));
        }

        return end;
    }
}
