using System.CommandLine;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf</c>: objects of eBPF programs.</summary>
internal static class BpfCommand
{
    /// <summary>Makes the command with what is below it.</summary>
    public static Command Create() => new("bpf", "Objects of eBPF programs, as clang makes them: what is in them, run over captures, and in the running kernel.")
    {
        BpfInfoCommand.Create(),
        BpfDisasmCommand.Create(),
        BpfCompileCommand.Create(),
        BpfRunCommand.Create(),
        BpfVerifyCommand.Create(),
        BpfBenchCommand.Create(),
        BpfLoadCommand.Create(),
        BpfAttachCommand.Create(),
        BpfDetachCommand.Create(),
        BpfProgCommand.Create(),
        BpfMapCommand.Create(),
        BpfFeaturesCommand.Create(),
    };
}
