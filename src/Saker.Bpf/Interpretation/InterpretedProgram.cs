using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>
/// A program that is interpreted, whose form is right and of which nothing else is known. Every access is checked, so whatever it does, it uses no memory but its own and
/// ends within its budget.
/// </summary>
internal sealed unsafe class InterpretedProgram : BpfExecutable
{
    private readonly InterpreterDecoder _decoder;

    /// <summary>Makes a program ready to be interpreted.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">With what it is run.</param>
    /// <param name="decoder">Its slots, in which there is no fault.</param>
    public InterpretedProgram(BpfProgram program, ExecutionOptions options, InterpreterDecoder decoder)
        : base(program, options, proof: null, MemoryChecks.All)
    {
        _decoder = decoder;
        Code = (DecodedInstruction*)Unsafe.AsPointer(ref decoder.Code[0]);
    }

    /// <inheritdoc/>
    public override BpfEngine Engine => BpfEngine.Interpreter;

    /// <summary>The first instruction, in memory that does not move.</summary>
    public DecodedInstruction* Code { get; }

    /// <summary>The number of an instruction.</summary>
    public int SlotOf(DecodedInstruction* at) => (int)(at - Code);

    /// <inheritdoc/>
    internal override ulong Enter(BpfCpu cpu, ulong r1, ulong r2)
    {
        cpu.BeginInterpretation();
        cpu.Register(1) = r1;
        cpu.Register(2) = r2;
        InterpreterLoop.Run(cpu, Code);
        return cpu.Register(0);
    }

    /// <inheritdoc/>
    internal override ulong CallBack(BpfCpu cpu, int slot, ulong r1, ulong r2, ulong r3, ulong r4)
    {
        if (cpu.Enter(Code, Code + slot, goesOnAt: null) is null)
        {
            return 0;
        }

        (cpu.Register(1), cpu.Register(2), cpu.Register(3), cpu.Register(4)) = (r1, r2, r3, r4);
        InterpreterLoop.Run(cpu, Code + slot);
        return cpu.Register(0);
    }

    /// <inheritdoc/>
    internal override int FunctionAt(ulong address) => _decoder.FunctionAt(address);
}
