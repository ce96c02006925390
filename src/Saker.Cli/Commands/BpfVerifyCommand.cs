using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Cli.Output;
using Saker.Host.Programs;
using Saker.Kernel.Bpf;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf verify</c>: whether programs are safe to run, and why not.</summary>
internal sealed class BpfVerifyCommand
{
    private readonly ProgramArgument _object = new("all that are not loaded only if asked for");

    private readonly Option<bool> _explain = new("--explain") { Description = "Tell of a refusal the code, the way that leads there in lines of the source, and what the registers hold." };

    private readonly Option<bool> _states = new("--states") { Description = "Tell what every register may hold before every instruction, on every path (that is a lot)." };

    private readonly Option<bool> _kernel = new("--kernel") { Description = "Ask the running kernel as well (as root), and put its verdict beside; with --explain its log, too." };

    private readonly Option<VerifierPrivilege> _privilege = WordOption.Create(
        "--privilege",
        "Who would load it: root; bpf, with CAP_BPF alone, from whom addresses must not leak; none, without privileges, who may not loop either. Default: root.",
        ("root", VerifierPrivilege.Root),
        ("bpf", VerifierPrivilege.BpfCapable),
        ("none", VerifierPrivilege.Unprivileged));

    private readonly Option<ProgramType> _type = WordOption.Create(
        "--type",
        "What programs are for whose section does not say it: those that are loaded by a program that knows.",
        [.. ((ProgramType[])
        [
            ProgramType.Xdp, ProgramType.SchedulerClassifier, ProgramType.SchedulerAction, ProgramType.SocketFilter, ProgramType.CgroupSkb, ProgramType.LightweightTunnelIn,
            ProgramType.LightweightTunnelOut, ProgramType.LightweightTunnelXmit,
        ]).Select(type => (type.KernelName(), type))]);

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line for each program." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfVerifyCommand verify = new();
        Command command = new("verify", "Verify an object's programs as Linux 6.18 would, without a kernel and without root: whether they are safe, and if not, why and what to change.")
        {
            verify._explain, verify._states, verify._kernel, verify._privilege, verify._type, verify._json,
        };
        verify._object.AddTo(command);
        command.SetAction(verify.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!_object.TryReadObject(parsed, out ObjectSpec? given, out int code))
        {
            return code;
        }

        ObjectSpec spec = WithType(given, parsed.GetValue(_type));
        if (!TryVerify(parsed, spec, out IReadOnlyList<ProgramVerdict>? verdicts, out code))
        {
            return code;
        }

        if (parsed.GetValue(_kernel))
        {
            foreach (ProgramVerdict verdict in verdicts)
            {
                verdict.AskKernel(spec);
            }
        }

        if (parsed.GetValue(_json))
        {
            using Stream output = Terminal.OpenOutput();
            VerdictJson.Write(output, verdicts);
        }
        else
        {
            new BpfVerifyReport(verdicts).Print(parsed.GetValue(_explain));
        }

        int refused = verdicts.Count(verdict => !verdict.IsAccepted);
        return refused == 0 ? ExitCode.Success : ExitCode.Fail($"{_object.FileOf(parsed)}: {refused} of {verdicts.Count} programs refused{(parsed.GetValue(_explain) ? "" : " (--explain tells more)")}.");
    }

    private static ObjectSpec WithType(ObjectSpec spec, ProgramType type) =>
        spec with { Programs = [.. spec.Programs.Select(program => program.Type == ProgramType.Unspecified ? program with { Type = type } : program)] };

    private bool TryVerify(ParseResult parsed, ObjectSpec spec, [NotNullWhen(true)] out IReadOnlyList<ProgramVerdict>? verdicts, out int code)
    {
        VerifierPrivilege privilege = parsed.GetValue(_privilege);
        bool records = parsed.GetValue(_states);
        ConfigurationValues configuration = parsed.GetValue(_kernel) ? KernelConfiguration.Values : ConfigurationValues.Reference;
        bool isVerified = ProgramVerdict.TryVerify(
            spec, _object.NameOf(parsed), configuration, known => known with { Privilege = privilege, RecordsStates = records }, out verdicts, out string? fault);
        code = isVerified ? ExitCode.Success : ExitCode.Fail($"{_object.FileOf(parsed)}: {fault}");
        return isVerified;
    }
}
