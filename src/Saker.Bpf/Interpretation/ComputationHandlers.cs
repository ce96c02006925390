using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>Arithmetic, constants and jumps.</summary>
internal static unsafe class ComputationHandlers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Constant64<T>(ExecutionState state, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref state.Register(at->Destination);
        destination = T.Of64(destination, (ulong)at->Immediate);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Register64<T>(ExecutionState state, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref state.Register(at->Destination);
        destination = T.Of64(destination, state.Register(at->Source));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Constant32<T>(ExecutionState state, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref state.Register(at->Destination);
        destination = T.Of32((uint)destination, (uint)at->Immediate);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Register32<T>(ExecutionState state, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref state.Register(at->Destination);
        destination = T.Of32((uint)destination, (uint)state.Register(at->Source));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Unary<T>(ExecutionState state, DecodedInstruction* at)
        where T : IUnary
    {
        ref ulong destination = ref state.Register(at->Destination);
        destination = T.Of(destination);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* WideConstant(ExecutionState state, DecodedInstruction* at)
    {
        state.Register(at->Destination) = (ulong)at->Immediate;
        return at + 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Goto(ExecutionState state, DecodedInstruction* at) => at + at->Jump;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* MayGoto(ExecutionState state, DecodedInstruction* at)
    {
        if (state.Loops == 0)
        {
            return at + at->Jump;
        }

        state.Loops--;
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfConstant64<T>(ExecutionState state, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of64(state.Register(at->Destination), (ulong)at->Immediate) ? at->Jump : 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfRegister64<T>(ExecutionState state, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of64(state.Register(at->Destination), state.Register(at->Source)) ? at->Jump : 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfConstant32<T>(ExecutionState state, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of32((uint)state.Register(at->Destination), (uint)at->Immediate) ? at->Jump : 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfRegister32<T>(ExecutionState state, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of32((uint)state.Register(at->Destination), (uint)state.Register(at->Source)) ? at->Jump : 1);
}
