using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Host.Programs;

namespace Saker.Cli.Commands;

/// <summary>What the commands share that take programs out of an object: the file, the program's name, values for global variables.</summary>
/// <param name="unnamed">What a command takes where no program is named: the end of the option's description.</param>
internal sealed class ProgramArgument(string unnamed = "the only one that there is, or the only one that others do not tail-call")
{
    private readonly Argument<string> _file = new("PROG.o") { Description = "An object of eBPF programs (clang -target bpf -g -O2 -c)." };

    private readonly Option<string?> _program = new("--program", "-p")
    {
        Description = $"Which program, by its function's name. Without it {unnamed}.",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Give a global variable a value before the object is loaded, constants too; may be repeated. "
            + "Numbers, names of enumerations, texts; IPv4, IPv6 and MAC addresses go into network byte order; hex: and all bytes for the rest.",
        HelpName = "VARIABLE=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Gives a command the argument and the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_program);
        command.Add(_set);
    }

    /// <summary>Reads the object and finds the program.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="spec">The object, with the values.</param>
    /// <param name="program">The program: one that runs over packets.</param>
    /// <param name="code">How the command ends where there is none; what is wrong has been said.</param>
    public bool TryRead(ParseResult parsed, [NotNullWhen(true)] out ObjectSpec? spec, [NotNullWhen(true)] out ProgramSpec? program, out int code) =>
        TryRead(parsed, known => ProcessRunner.CanRun(known.Type), "runs over packets", out spec, out program, out code);

    /// <summary>Reads the object and finds the program.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="fits">Which programs can be meant.</param>
    /// <param name="wanted">What those are: the end of a sentence.</param>
    /// <param name="spec">The object, with the values.</param>
    /// <param name="program">The program.</param>
    /// <param name="code">How the command ends where there is none.</param>
    public bool TryRead(
        ParseResult parsed, Func<ProgramSpec, bool> fits, string wanted, [NotNullWhen(true)] out ObjectSpec? spec, [NotNullWhen(true)] out ProgramSpec? program, out int code)
    {
        program = null;
        if (!TryReadObject(parsed, out spec, out code))
        {
            return false;
        }

        if (!ProgramChoice.TryFind(spec, parsed.GetValue(_program), fits, wanted, out program, out string? fault))
        {
            code = ExitCode.Refuse($"{parsed.GetRequiredValue(_file)}: {fault}");
            return false;
        }

        return true;
    }

    /// <summary>Reads the object.</summary>
    public bool TryReadObject(ParseResult parsed, [NotNullWhen(true)] out ObjectSpec? spec, out int code)
    {
        code = ExitCode.Success;
        if (!ObjectFile.TryRead(parsed.GetRequiredValue(_file), out spec, out string? fault))
        {
            code = ExitCode.Fail(fault);
            return false;
        }

        foreach (string assignment in parsed.GetValue(_set) ?? [])
        {
            if (!VariableAssignment.TryApply(spec, assignment, out ObjectSpec? changed, out fault))
            {
                code = ExitCode.Refuse($"--set: {fault}.");
                spec = null;
                return false;
            }

            spec = changed;
        }

        return true;
    }

    /// <summary>The program's name, if one was given.</summary>
    public string? NameOf(ParseResult parsed) => parsed.GetValue(_program);

    /// <summary>The file's path.</summary>
    public string FileOf(ParseResult parsed) => parsed.GetRequiredValue(_file);
}
