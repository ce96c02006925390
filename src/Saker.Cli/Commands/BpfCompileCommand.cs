using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Saker.Bpf;
using Saker.Cli.Output;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf compile</c>: what a program is compiled to.</summary>
internal sealed class BpfCompileCommand
{
    private const string Il = "il", Machine = "machine", All = "all", None = "none";

    private readonly ProgramArgument _argument = new();

    private readonly Option<string?> _dump = new("--dump")
    {
        Description = "Show the methods that it becomes: in the intermediate language of .NET, or as machine code, for which the command starts itself once more.",
        HelpName = $"{Il}|{Machine}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _checks = new("--checks")
    {
        Description = "Compile with a check of every access that is not plainly within the program's memory, or without, as for programs that a verifier has accepted.",
        HelpName = $"{All}|{None}",
        DefaultValueFactory = _ => All,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfCompileCommand compile = new();
        Command command = new("compile", "Compile a program of an object and show what comes of it.") { compile._dump, compile._checks };
        compile._argument.AddTo(command);
        command.SetAction(compile.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string checks = parsed.GetRequiredValue(_checks);
        string? dump = parsed.GetResult(_dump) is { } given ? given.Tokens.Count == 0 ? Il : parsed.GetValue(_dump) : null;
        if (checks is not (All or None))
        {
            return ExitCode.Refuse($"--checks is {All} or {None}, not '{checks}'.");
        }

        if (dump is not (null or Il or Machine))
        {
            return ExitCode.Refuse($"--dump shows {Il} or {Machine}, not '{dump}'.");
        }

        if (!_argument.TryRead(parsed, static _ => true, "can be compiled", out ObjectSpec? spec, out ProgramSpec? program, out int code))
        {
            return code;
        }

        string path = _argument.FileOf(parsed);
        ObjectLoadOptions options = new() { Engine = BpfEngine.Compiled, Checks = checks == All ? MemoryChecks.All : MemoryChecks.None, Programs = [program.Name] };
        long begin = Stopwatch.GetTimestamp();
        if (!LoadedObject.TryLoad(spec, options, out LoadedObject? loaded, out LoadFault? fault))
        {
            return ExitCode.Fail($"{path}: {fault}");
        }

        using (loaded)
        {
            TimeSpan taken = Stopwatch.GetElapsedTime(begin);
            BpfExecutable executable = loaded.Program(program.Name).Executable;
            if (executable.Engine != BpfEngine.Compiled)
            {
                return ExitCode.Fail($"{path}: '{program.Name}' is interpreted here: it cannot be compiled in this process");
            }

            if (dump == Machine)
            {
                return ShowMachineCode(parsed, path, program.Name, checks);
            }

            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{program.Name}: {program.Instructions.Length} instructions, loaded and compiled in {taken.TotalMilliseconds:F1} ms, checks: {checks}"));
            if (dump == Il)
            {
                Console.Out.Write(executable.ListMethods());
            }

            return ExitCode.Success;
        }
    }

    private static int ShowMachineCode(ParseResult parsed, string path, string program, string checks)
    {
        string[] settings = [.. parsed.GetValue<string[]>("--set")?.SelectMany(static assignment => (string[])["--set", assignment]) ?? []];
        if (!MachineCode.TryList(["bpf", "compile", path, "--program", program, "--checks", checks, .. settings], out string? listing))
        {
            return ExitCode.Fail("this runtime does not show machine code: it takes one of .NET 8 or later that compiles at run time");
        }

        Console.Out.Write(listing);
        return ExitCode.Success;
    }
}
