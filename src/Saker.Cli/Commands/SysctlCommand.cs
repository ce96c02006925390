using System.CommandLine;
using Saker.Cli.Output;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Host.Sysctls;

namespace Saker.Cli.Commands;

/// <summary><c>saker sysctl</c>: the sysctls that the stack knows, and a host's values.</summary>
internal sealed class SysctlCommand
{
    private readonly Argument<string?> _pattern = new("PATTERN")
    {
        Description = "A part of the name, a name with * for anything, or a name in full. Without it all are listed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _host = new("--host")
    {
        Description = "A host's snapshot, as 'saker snapshot' writes it: its values beside the defaults.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        SysctlCommand sysctl = new();
        Command command = new("sysctl", "List the sysctls that the receive path knows: name, default in Linux 6.18, which values it takes, and what it does.")
        {
            sysctl._pattern,
            sysctl._host,
            sysctl._json,
        };
        command.SetAction(sysctl.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        HostConfiguration? host = null;
        if (parsed.GetValue(_host) is { } path && !SnapshotReader.TryRead(path, out host, out string? fault))
        {
            return ExitCode.Fail(fault);
        }

        string? pattern = parsed.GetValue(_pattern);
        List<Sysctl> sysctls = [.. pattern is null ? SysctlRegistry.All : SysctlRegistry.Matching(pattern)];
        if (sysctls.Count == 0)
        {
            IReadOnlyList<string> nearest = SysctlRegistry.Nearest(pattern!);
            return ExitCode.Refuse($"the stack knows no sysctl like '{pattern}'{(nearest.Count == 0 ? "." : $"; nearest: {string.Join(", ", nearest)}.")}");
        }

        if (parsed.GetValue(_json))
        {
            using Stream output = Terminal.OpenOutput();
            SysctlJson.Write(output, sysctls, host?.Sysctls);
        }
        else
        {
            new SysctlReport(sysctls, host?.Sysctls).Print();
        }

        return ExitCode.Success;
    }
}
