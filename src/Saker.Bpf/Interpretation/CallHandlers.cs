using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>Calls and ends.</summary>
internal static unsafe class CallHandlers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Helper(ExecutionState state, DecodedInstruction* at) => state.CallByNumber(at, (ulong)at->Immediate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Function(ExecutionState state, DecodedInstruction* at) => state.Enter(at, at + at->Jump, at + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* ByRegister(ExecutionState state, DecodedInstruction* at) => state.CallByNumber(at, state.Register(at->Destination));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Exit(ExecutionState state, DecodedInstruction* at) => state.Leave();

    /// <summary>Stands where nothing arrives: at the second slot of a wide instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Never(ExecutionState state, DecodedInstruction* at) => state.Stop(at, RunFaultKind.UnknownCallee);
}
