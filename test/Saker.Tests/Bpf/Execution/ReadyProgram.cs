using Saker.Bpf;

namespace Saker.Tests.Bpf;

/// <summary>A program made ready, and a CPU for it.</summary>
internal sealed record ReadyProgram(BpfExecutable Executable, BpfCpu Cpu)
{
    /// <summary>Makes a program ready that can be.</summary>
    public static ReadyProgram Of(BpfProgram program, ExecutionOptions options)
    {
        Assert.True(BpfExecutable.TryCreate(program, options, out var executable, out var fault), fault?.ToString());
        return new ReadyProgram(executable, new BpfCpu());
    }

    /// <inheritdoc cref="BpfExecutable.Run(BpfCpu, Span{byte})"/>
    public RunResult Run(Span<byte> memory) => Executable.Run(Cpu, memory);
}
