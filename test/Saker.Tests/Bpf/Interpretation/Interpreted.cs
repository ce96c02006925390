using Saker.Bpf;

namespace Saker.Tests.Bpf.Interpretation;

/// <summary>Programs in text, interpreted.</summary>
internal static class Interpreted
{
    /// <summary>Makes a program ready.</summary>
    public static ReadyProgram Of(BpfProgram program, ExecutionOptions? options = null) => ReadyProgram.Of(program, Options(options));

    /// <summary>Runs a program that ends by itself.</summary>
    public static ulong Value(string text, byte[]? memory = null, ExecutionOptions? options = null)
    {
        var result = Run(text, memory, options);
        Assert.True(result.IsCompleted, $"{text}: {result.Fault}");
        return result.Value;
    }

    /// <summary>Runs a program.</summary>
    public static RunResult Run(string text, byte[]? memory = null, ExecutionOptions? options = null) => Of(Assembler.Assemble(text), options).Run(memory);

    private static ExecutionOptions Options(ExecutionOptions? options) => (options ?? new()) with { Engine = BpfEngine.Interpreter };
}
