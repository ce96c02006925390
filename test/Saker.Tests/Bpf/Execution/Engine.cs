using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Programs in text, run by one engine.</summary>
internal sealed record Engine(BpfEngine Kind)
{
    /// <summary>Makes a program ready.</summary>
    public ReadyProgram Of(BpfProgram program, ExecutionOptions? options = null)
    {
        var ready = ReadyProgram.Of(program, Options(options));
        Assert.Equal(Kind, ready.Executable.Engine);
        return ready;
    }

    /// <summary>Runs a program that ends by itself.</summary>
    public ulong Value(string text, byte[]? memory = null, ExecutionOptions? options = null)
    {
        var result = Run(text, memory, options);
        Assert.True(result.IsCompleted, $"{text}: {result.Fault}");
        return result.Value;
    }

    /// <summary>Runs a program.</summary>
    public RunResult Run(string text, byte[]? memory = null, ExecutionOptions? options = null) => Of(Assembler.Assemble(text), options).Run(memory);

    /// <summary>Options with the engine.</summary>
    public ExecutionOptions Options(ExecutionOptions? options) => (options ?? new()) with { Engine = Kind };
}
