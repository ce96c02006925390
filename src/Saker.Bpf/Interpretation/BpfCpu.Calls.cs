using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Saker.Bpf.Interpretation;

namespace Saker.Bpf;

/// <content>
/// Calls that leave the program. A tail call goes on in the program that a program array has: in the same frame, which begins anew, with the context in r1; the function
/// that made the call never goes on, and when the other program ends, its caller does: so out of a function a tail call comes back, to the caller's own program. The other
/// program may have as many functions active as any, beside those that wait. Where there is no such program, or it was the 34th tail call of the run, the call does nothing
/// and the program goes on behind it. What a run may do and where it redirects to go on from one program to the next. Both programs are run by the same engine, else the run
/// is stopped; over a packet one may be checked and the other not.
/// </content>
public sealed unsafe partial class BpfCpu
{
    /// <summary>Finds the program that a tail call goes on in, and counts it.</summary>
    /// <param name="context">What the program gave as its context.</param>
    /// <param name="handle">What it gave as the map.</param>
    /// <param name="index">The index.</param>
    /// <param name="target">The program.</param>
    /// <returns>Whether there is one; else the program goes on, or <see cref="Fault"/> says why it is stopped.</returns>
    internal bool TryGoOn(ulong context, ulong handle, uint index, [NotNullWhen(true)] out BpfExecutable? target)
    {
        target = null;
        if (!TryGetMap(handle, out BpfMap? map))
        {
            return false;
        }

        if (map is not ProgramArrayMap programs || (Context is not null && IsChecked && context != AddressSpace.Context))
        {
            Fail();
            return false;
        }

        target = TailCalls < MaximumTailCalls ? programs.FindProgram(index) : null;
        if (target is null)
        {
            return false;
        }

        bool isChecked = target.IsCheckedFor(Layout, Number);
        if (target.Engine != Running!.Engine || (isChecked != IsChecked && Context is null))
        {
            Fail();
            target = null;
            return false;
        }

        TailCalls++;
        Running = target;
        Check(isChecked);
        LastDepth = Depth + AddressSpace.MaximumFrames - 1;
        return true;
    }

    /// <summary>Goes on in another program, or behind the call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal DecodedInstruction* GoOn(DecodedInstruction* at)
    {
        InterpretedProgram program = Interpreted;
        if (TryGoOn(Register(1), Register(2), (uint)Register(3), out BpfExecutable? target))
        {
            ulong context = Register(1);
            _registers = default;
            Register(1) = context;
            Loops = LoopsOfFunction;
            EnterFrame();
            return Unsafe.As<InterpretedProgram>(target).Code;
        }

        return Behind(at, program);
    }

    /// <summary>Calls a helper, or by register also a function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal DecodedInstruction* CallByNumber(DecodedInstruction* at, ulong number)
    {
        InterpretedProgram program = Interpreted;
        if (program.Options.Helpers.TryGet(number, out BpfHelper? helper))
        {
            return Call(at, helper);
        }

        return program.FunctionAt(number) is var slot and >= 0 ? Enter(at, program.Code + slot, at + 1) : Stop(at, RunFaultKind.UnknownCallee, number);
    }

    /// <summary>Calls a function of the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal DecodedInstruction* CallKernel(DecodedInstruction* at) =>
        Interpreted.Options.KernelFunctions.TryGet((int)at->Immediate, out BpfHelper? function) ? Call(at, function) : Stop(at, RunFaultKind.UnknownCallee, (ulong)at->Immediate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DecodedInstruction* Call(DecodedInstruction* at, BpfHelper helper)
    {
        Register(0) = helper(this, Register(1), Register(2), Register(3), Register(4), Register(5));
        return Behind(at, Interpreted);
    }

    /// <summary>Goes on behind a call, with no arguments left in registers, or stops the program there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DecodedInstruction* Behind(DecodedInstruction* at, InterpretedProgram program)
    {
        if (Fault.Kind == RunFaultKind.None)
        {
            ClearArguments();
            return at + 1;
        }

        Fault = Fault with { Slot = program.SlotOf(at) };
        return null;
    }
}
