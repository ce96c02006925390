using System.CommandLine;
using Saker.Bpf;
using Saker.Cli.Output;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf info</c>: the programs, maps and global variables of an object.</summary>
internal sealed class BpfInfoCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "An object (clang -target bpf -g -O2 -c), little- or big-endian." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfInfoCommand info = new();
        Command command = new("info", "What an object holds: licence, programs with their functions, maps, global variables, types.") { info._file };
        command.SetAction(info.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_file);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ExitCode.Fail($"{path}: {exception.Message}");
        }

        if (!BpfObject.TryRead(bytes, out ObjectSpec? spec, out ObjectFault? fault))
        {
            return ExitCode.Fail($"{path}: {fault}");
        }

        new BpfInfoReport(spec).Print();
        return ExitCode.Success;
    }
}
