using Saker.Bpf;
using Saker.Bpf.Interpretation;

namespace Saker.Tests.Bpf.Interpretation;

/// <summary>Programs in text, interpreted.</summary>
internal static class Interpreted
{
    /// <summary>Makes an interpreter.</summary>
    public static BpfInterpreter Of(BpfProgram program, InterpreterOptions? options = null)
    {
        Assert.True(BpfInterpreter.TryCreate(program, options ?? new(), out var interpreter, out var fault), fault?.ToString());
        return interpreter;
    }

    /// <summary>Runs a program that ends by itself.</summary>
    public static ulong Value(string text, byte[]? memory = null, InterpreterOptions? options = null)
    {
        var result = Run(text, memory, options);
        Assert.True(result.IsCompleted, $"{text}: {result.Fault}");
        return result.Value;
    }

    /// <summary>Runs a program.</summary>
    public static RunResult Run(string text, byte[]? memory = null, InterpreterOptions? options = null) => Of(Assembler.Assemble(text), options).Run(memory);
}
