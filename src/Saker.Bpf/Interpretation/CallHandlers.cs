using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>Calls and ends.</summary>
internal static unsafe class CallHandlers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Helper(BpfCpu cpu, DecodedInstruction* at) => at->Immediate == HelperNumbers.TailCall ? cpu.GoOn(at) : cpu.CallByNumber(at, (ulong)at->Immediate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Function(BpfCpu cpu, DecodedInstruction* at) => cpu.Enter(at, at + at->Jump, at + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* ByRegister(BpfCpu cpu, DecodedInstruction* at) => cpu.CallByNumber(at, cpu.Register(at->Destination));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Kernel(BpfCpu cpu, DecodedInstruction* at) => cpu.CallKernel(at);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Exit(BpfCpu cpu, DecodedInstruction* at) => cpu.Leave();

    /// <summary>Stands where nothing arrives: at the second slot of a wide instruction, and where no run comes that there is no engine for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Never(BpfCpu cpu, DecodedInstruction* at) => cpu.Stop(at, RunFaultKind.UnknownCallee);
}
