using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Nothing that a program does reaches beyond its memory, throws, or goes on for ever.</summary>
public sealed class HostileProgramTests
{
    private const int Seed = 9669;
    private const int Guard = 64;
    private const int MemoryLength = 48;
    private const byte GuardByte = 0xa5;

    private const int LightMethod = 60;

    /// <summary>Compiling takes a thousand times as long as running, so it is done for some.</summary>
    private static readonly int CompiledEvery = Effort.IsLong ? 40 : 4;

    private static readonly HelperTable Helpers = MakeHelpers();

    /// <summary>All ways to run a program: as it is, compiled, and compiled to many methods.</summary>
    private static readonly ExecutionOptions[] Ways =
    [
        new() { Helpers = Helpers, Budget = 2_000, Engine = BpfEngine.Interpreter },
        new() { Helpers = Helpers, Budget = 2_000, Engine = BpfEngine.Compiled },
        new() { Helpers = Helpers, Budget = 2_000, Engine = BpfEngine.Compiled, HeaviestMethod = LightMethod },
    ];

    [Fact]
    public void Any_bytes_are_refused_or_run()
    {
        Random random = new(Seed);
        var taken = 0;
        for (var i = 0; i < Effort.Inputs(20_000, 5_000_000); i++)
        {
            var bytes = new byte[BpfInstruction.Size * random.Next(1, 12)];
            random.NextBytes(bytes);
            taken += Survives(BpfInstruction.ReadAll(bytes), random, i) ? 1 : 0;
        }

        Assert.True(taken < Effort.Inputs(20_000, 5_000_000) / 10, $"{taken} of random bytes are programs.");
    }

    [Fact]
    public void Any_instructions_in_any_order_run_within_their_memory()
    {
        Random random = new(Seed);
        var taken = 0;
        for (var i = 0; i < Effort.Inputs(20_000, 5_000_000); i++)
        {
            taken += Survives(HostilePrograms.Next(random), random, i) ? 1 : 0;
        }

        Assert.True(taken > Effort.Inputs(20_000, 5_000_000) / 2, $"Only {taken} of the programs are any.");
    }

    private static HelperTable MakeHelpers()
    {
        HelperTable helpers = new();
        helpers.Add(1, static (cpu, address, length, _, _, _) =>
        {
            if (cpu.TryGetMemory(address, (int)length, writes: true, out var bytes))
            {
                bytes.Clear();
            }

            return 0;
        });
        helpers.Add(2, static (cpu, function, r2, _, _, _) => cpu.TryCall(function, r2, 1, 2, 0, out var value) ? value : 0);
        return helpers;
    }

    /// <summary>Runs a program in every engine that there is: none lets it out of its memory, and all say the same.</summary>
    private static bool Survives(BpfInstruction[] slots, Random random, int number)
    {
        if (!BpfProgram.TryCreate(slots, out var program, out _))
        {
            return false;
        }

        var memory = new byte[MemoryLength];
        random.NextBytes(memory);
        (RunResult Result, byte[] Memory)? first = null;
        foreach (var options in number % CompiledEvery == 0 ? Ways : Ways[..1])
        {
            if (!BpfExecutable.TryCreate(program, options, out var executable, out _))
            {
                Assert.True(first is null, $"Seed {Seed}, input {number} is refused by {options.Engine} alone:\n{program}");
                return false;
            }

            Assert.Equal(options.Engine, executable.Engine);
            var run = Run(executable, memory, $"Seed {Seed}, input {number}, {options.Engine}, {options.HeaviestMethod}");
            first ??= run;
            Assert.True(
                AreSame(first.Value, run),
                $"Seed {Seed}, input {number} gives {first.Value.Result} in {Ways[0].Engine}, {run.Result} in {options.Engine}, {options.HeaviestMethod}:\n{program}");
        }

        return true;
    }

    private static (RunResult Result, byte[] Memory) Run(BpfExecutable executable, byte[] argument, string what)
    {
        var memory = new byte[MemoryLength + (2 * Guard)];
        memory.AsSpan().Fill(GuardByte);
        argument.CopyTo(memory.AsSpan(Guard));
        BpfCpu cpu = new();
        var result = executable.Run(cpu, memory.AsSpan(Guard, MemoryLength));
        Assert.True(
            memory.AsSpan(0, Guard).IndexOfAnyExcept(GuardByte) < 0 && memory.AsSpan(Guard + MemoryLength).IndexOfAnyExcept(GuardByte) < 0,
            $"{what} writes beside its memory:\n{executable.Program}");

        // The same again is the same, whatever was on the stack.
        var again = argument.ToArray();
        Assert.Equal(result, executable.Run(cpu, again));
        Assert.Equal(memory.AsSpan(Guard, MemoryLength).ToArray(), again);
        return (result, again);
    }

    /// <summary>Engines need not agree on where a budget ends, since they count it at different places.</summary>
    private static bool AreSame((RunResult Result, byte[] Memory) one, (RunResult Result, byte[] Memory) other) =>
        one.Result.Fault.Kind == RunFaultKind.BudgetExhausted || other.Result.Fault.Kind == RunFaultKind.BudgetExhausted
        || (one.Result == other.Result && one.Memory.AsSpan().SequenceEqual(other.Memory));
}
