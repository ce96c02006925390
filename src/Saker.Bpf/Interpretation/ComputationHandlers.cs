using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>Arithmetic, constants and jumps.</summary>
internal static unsafe class ComputationHandlers
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Constant64<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref cpu.Register(at->Destination);
        destination = T.Of64(destination, (ulong)at->Immediate);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Register64<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref cpu.Register(at->Destination);
        destination = T.Of64(destination, cpu.Register(at->Source));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Constant32<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref cpu.Register(at->Destination);
        destination = T.Of32((uint)destination, (uint)at->Immediate);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Register32<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IArithmetic
    {
        ref ulong destination = ref cpu.Register(at->Destination);
        destination = T.Of32((uint)destination, (uint)cpu.Register(at->Source));
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Unary<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IUnary
    {
        ref ulong destination = ref cpu.Register(at->Destination);
        destination = T.Of(destination);
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* WideConstant(BpfCpu cpu, DecodedInstruction* at)
    {
        cpu.Register(at->Destination) = (ulong)at->Immediate;
        return at + 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* Goto(BpfCpu cpu, DecodedInstruction* at) => at + at->Jump;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* MayGoto(BpfCpu cpu, DecodedInstruction* at)
    {
        if (cpu.Loops == 0)
        {
            return at + at->Jump;
        }

        cpu.Loops--;
        return at + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfConstant64<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of64(cpu.Register(at->Destination), (ulong)at->Immediate) ? at->Jump : 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfRegister64<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of64(cpu.Register(at->Destination), cpu.Register(at->Source)) ? at->Jump : 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfConstant32<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of32((uint)cpu.Register(at->Destination), (uint)at->Immediate) ? at->Jump : 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DecodedInstruction* IfRegister32<T>(BpfCpu cpu, DecodedInstruction* at)
        where T : IComparison
        => at + (T.Of32((uint)cpu.Register(at->Destination), (uint)cpu.Register(at->Source)) ? at->Jump : 1);
}
