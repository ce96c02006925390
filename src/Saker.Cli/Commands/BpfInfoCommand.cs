using System.CommandLine;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Objects;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf info</c>: the programs, maps and global variables of an object.</summary>
internal sealed class BpfInfoCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "An object (clang -target bpf -g -O2 -c), little- or big-endian." };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfInfoCommand info = new();
        Command command = new("info", "What an object holds: licence, programs with their functions, maps, global variables, types.") { info._file, info._json };
        command.SetAction(info.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_file);
        if (!ObjectFile.TryRead(path, out ObjectSpec? spec, out string? fault))
        {
            return ExitCode.Fail(fault);
        }

        if (parsed.GetValue(_json))
        {
            using Stream output = Terminal.OpenOutput();
            ObjectJson.Write(output, Path.GetFileName(path), spec);
        }
        else
        {
            new BpfInfoReport(spec).Print();
        }

        return ExitCode.Success;
    }
}
