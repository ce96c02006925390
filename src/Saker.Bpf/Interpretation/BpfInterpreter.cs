using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Interpretation;

/// <summary>What constants that are no numbers stand for: maps, their values, variables of the kernel.</summary>
public interface IConstantSource
{
    /// <summary>Finds what a program gets for such a constant.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="first">The first slot's immediate.</param>
    /// <param name="second">The second slot's immediate.</param>
    /// <param name="value">The number that the register gets.</param>
    bool TryResolve(ConstantKind kind, int first, int second, out ulong value);
}

/// <summary>With what a program is interpreted.</summary>
public sealed record InterpreterOptions
{
    /// <summary>The helpers that it may call.</summary>
    public HelperTable Helpers { get; init; } = new();

    /// <summary>What its references to maps stand for; null: nothing, and a program that has some is refused.</summary>
    public IConstantSource? Constants { get; init; }

    /// <summary>Memory that it may use beside its stack and its argument; null: none.</summary>
    public IMemoryRegions? Regions { get; init; }

    /// <summary>How many instructions a run may do.</summary>
    public long Budget { get; init; } = 100_000_000;
}

/// <summary>
/// Interprets a program whose form is right and of which nothing else is known. Every access is checked, so whatever a program does, it uses no memory but its own and
/// ends within its budget. A run allocates nothing. One thread at a time may use an interpreter.
/// </summary>
public sealed unsafe class BpfInterpreter
{
    private readonly ExecutionState _state;
    private readonly long _budget;

    private BpfInterpreter(ExecutionState state, long budget)
    {
        _state = state;
        _budget = budget;
    }

    /// <summary>Makes an interpreter for a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">With what it is run.</param>
    /// <param name="interpreter">The interpreter; null where there is a fault.</param>
    /// <param name="fault">What the program wants that there is not; null where there is an interpreter.</param>
    public static bool TryCreate(
        BpfProgram program, InterpreterOptions options, [NotNullWhen(true)] out BpfInterpreter? interpreter, [NotNullWhen(false)] out InstructionFault? fault)
    {
        InterpreterDecoder decoder = new(program, options);
        fault = decoder.Decode();
        interpreter = fault is null
            ? new BpfInterpreter(new ExecutionState(decoder.Code, decoder.Functions, options.Helpers, options.Regions), options.Budget)
            : null;
        return fault is null;
    }

    /// <summary>Runs the program with memory as its argument: r1 is its address, r2 its length; both are 0 where it is empty.</summary>
    /// <param name="memory">The memory; the program may write it.</param>
    public RunResult Run(Span<byte> memory)
    {
        fixed (byte* first = memory)
        {
            _state.Reset(_budget);
            if (!memory.IsEmpty)
            {
                MemoryRegion region = new(AddressSpace.Argument, first, (uint)memory.Length, isWritable: true);
                _state.AddRegion(region);
                _state.Packet = region;
                _state.Register(1) = region.Address;
                _state.Register(2) = region.Length;
            }

            return Run();
        }
    }

    /// <summary>Runs the program with an argument of the caller's making and the regions that this refers to.</summary>
    /// <param name="argument">What it gets in r1.</param>
    /// <param name="regions">At most four regions.</param>
    /// <param name="packet">Which of them is the packet that legacy loads read; -1: none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many regions, or there is no such packet.</exception>
    public RunResult Run(ulong argument, ReadOnlySpan<MemoryRegion> regions, int packet = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(regions.Length, ExecutionState.MaximumRegions, nameof(regions));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(packet, regions.Length);
        _state.Reset(_budget);
        foreach (ref readonly MemoryRegion region in regions)
        {
            _state.AddRegion(region);
        }

        if (packet >= 0)
        {
            _state.Packet = regions[packet];
        }

        _state.Register(1) = argument;
        return Run();
    }

    private RunResult Run()
    {
        InterpreterLoop.Run(_state, _state.Code);
        return _state.Fault.Kind == RunFaultKind.None ? new RunResult(_state.Register(0), default) : new RunResult(0, _state.Fault);
    }
}
