using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Saker.Bpf.Compilation;
using Saker.Bpf.Interpretation;
using Saker.Bpf.Verification;
using Saker.Bpf.Verification.Proving;

namespace Saker.Bpf;

/// <summary>
/// A program made ready to run. It does not change, and any number of CPUs may run it at the same time. A run allocates nothing.
/// </summary>
public abstract unsafe class BpfExecutable
{
    private static uint _lastId;

    private protected BpfExecutable(BpfProgram program, ExecutionOptions options, BoundProof? proof, MemoryChecks checks)
    {
        Program = program;
        Options = options;
        BoundProof = proof;
        Checks = checks;
        ProvenProcessors = proof?.Processors ?? (checks == MemoryChecks.None ? int.MaxValue : 0);
        ProvenLayout = proof is null ? null : ContextLayout.Of(options.Type);
        Id = Interlocked.Increment(ref _lastId);
    }

    /// <summary>Its number, by which user space knows it in a map; no two in this process have the same.</summary>
    public uint Id { get; }

    /// <summary>The program.</summary>
    public BpfProgram Program { get; }

    /// <summary>What runs it.</summary>
    public abstract BpfEngine Engine { get; }

    /// <summary>
    /// What is looked at before it reaches memory. Of a proven program nothing, unless it runs over something else than what was proven: memory in the place of a context, or on a CPU
    /// with a number that is too high.
    /// </summary>
    public MemoryChecks Checks { get; }

    /// <summary>By what it runs without checks; null: it is checked, or who made it ready vouches for it (<see cref="MemoryChecks.None"/>).</summary>
    public VerifierProof? Proof => Checks == MemoryChecks.None ? BoundProof?.Proof : null;

    /// <summary>What is proven of it; null: nothing.</summary>
    internal BoundProof? BoundProof { get; }

    /// <summary>With what it was made ready.</summary>
    internal ExecutionOptions Options { get; }

    private ContextLayout? ProvenLayout { get; }

    private int ProvenProcessors { get; }

    /// <summary>Whether its accesses are checked in a run.</summary>
    /// <param name="layout">How the run's context is laid out; null: there is none.</param>
    /// <param name="processor">The CPU's number.</param>
    internal bool IsCheckedFor(ContextLayout? layout, int processor) => processor >= ProvenProcessors || (BoundProof is not null && layout != ProvenLayout);

    /// <summary>Makes a program ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">With what it is run.</param>
    /// <param name="executable">What can be run; null where there is a fault.</param>
    /// <param name="fault">What the program wants that there is not, or why the proof is not for it; null where it can be run.</param>
    public static bool TryCreate(
        BpfProgram program, ExecutionOptions options, [NotNullWhen(true)] out BpfExecutable? executable, [NotNullWhen(false)] out InstructionFault? fault)
    {
        executable = null;
        InterpreterDecoder decoder = new(program, options);
        BoundProof? proof = null;
        string? reason = null;
        if (options.Proof is not null && !Verification.Proving.BoundProof.IsFor(options.Proof, program, options.Type, out reason))
        {
            fault = new InstructionFault(null, reason);
            return false;
        }

        fault = decoder.Decode();
        if (fault is null && options.Proof is not null && !Verification.Proving.BoundProof.TryBind(options.Proof, program, options, out proof, out reason))
        {
            fault = new InstructionFault(null, reason);
        }

        if (fault is not null)
        {
            return false;
        }

        if (RuntimeFeature.IsDynamicCodeCompiled && Environment.Is64BitProcess && options.Engine != BpfEngine.Interpreter)
        {
            executable = CompiledProgram.TryCompile(program, options, proof, decoder);
        }

        executable ??= new InterpretedProgram(program, options, decoder);
        return true;
    }

    /// <summary>What it was compiled to, for people to read: its methods in the intermediate language of .NET; null: it is interpreted.</summary>
    public virtual string? ListMethods() => null;

    /// <summary>Runs it with memory as its argument: r1 is its address, r2 its length; both are 0 where it is empty.</summary>
    /// <param name="cpu">What it runs on.</param>
    /// <param name="memory">The memory; the program may write it.</param>
    public RunResult Run(BpfCpu cpu, Span<byte> memory)
    {
        fixed (byte* first = memory)
        {
            byte here;
            cpu.Begin(this, context: null, &here);
            if (!memory.IsEmpty)
            {
                MemoryRegion region = new(cpu.IsChecked ? AddressSpace.Argument : (ulong)first, first, (uint)memory.Length, isWritable: true);
                cpu.Near = region;
                return End(cpu, Enter(cpu, region.Address, region.Length));
            }

            return End(cpu, Enter(cpu, 0, 0));
        }
    }

    /// <summary>Runs it over a packet.</summary>
    /// <param name="cpu">What it runs on.</param>
    /// <param name="context">The packet and what is known of it.</param>
    public RunResult Run(BpfCpu cpu, BpfContext context)
    {
        byte here;
        cpu.Begin(this, context, &here);
        return End(cpu, Enter(cpu, cpu.Take(context), 0));
    }

    /// <summary>Runs it with an argument of the caller's making and the regions that this refers to. Without checks the addresses must be real.</summary>
    /// <param name="cpu">What it runs on.</param>
    /// <param name="argument">What it gets in r1.</param>
    /// <param name="regions">At most four regions.</param>
    /// <param name="packet">Which of them is the packet that legacy loads read; -1: none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many regions, or there is no such packet.</exception>
    public RunResult Run(BpfCpu cpu, ulong argument, ReadOnlySpan<MemoryRegion> regions, int packet = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(regions.Length, BpfCpu.MaximumRegions, nameof(regions));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(packet, regions.Length);
        byte here;
        cpu.Begin(this, context: null, &here);
        foreach (ref readonly MemoryRegion region in regions)
        {
            cpu.AddRegion(region);
        }

        if (packet >= 0)
        {
            cpu.Near = regions[packet];
        }

        return End(cpu, Enter(cpu, argument, 0));
    }

    /// <summary>Runs it from its beginning, in the frame that the CPU has made ready.</summary>
    /// <param name="cpu">What it runs on.</param>
    /// <param name="r1">The first argument.</param>
    /// <param name="r2">The second argument.</param>
    /// <returns>r0; where the program was stopped, the CPU has the fault.</returns>
    internal abstract ulong Enter(BpfCpu cpu, ulong r1, ulong r2);

    /// <summary>Calls a function of it for a helper, in a frame of its own.</summary>
    /// <param name="cpu">What it runs on.</param>
    /// <param name="slot">The function's first slot.</param>
    /// <param name="r1">The first argument.</param>
    /// <param name="r2">The second argument.</param>
    /// <param name="r3">The third argument.</param>
    /// <param name="r4">The fourth argument.</param>
    /// <returns>r0; where the program was stopped, the CPU has the fault.</returns>
    internal abstract ulong CallBack(BpfCpu cpu, int slot, ulong r1, ulong r2, ulong r3, ulong r4);

    /// <summary>The slot of the function whose address a program has; -1: there is none.</summary>
    internal abstract int FunctionAt(ulong address);

    private static RunResult End(BpfCpu cpu, ulong value)
    {
        if (cpu.Holds)
        {
            cpu.GiveBack();
        }

        return cpu.Fault.Kind == RunFaultKind.None ? new RunResult(value, default) : new RunResult(0, cpu.Fault);
    }
}
