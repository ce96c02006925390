using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Saker.Bpf;
using Saker.Cli.Output;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf compile</c>: what a program is compiled to.</summary>
internal sealed class BpfCompileCommand
{
    private const string Il = "il", Machine = "machine", Proven = "proven", All = "all", None = "none";

    private readonly ProgramArgument _argument = new();

    private readonly Option<string?> _dump = new("--dump")
    {
        Description = "Show the methods that it becomes: in the intermediate language of .NET, or as machine code, for which the command starts itself once more.",
        HelpName = $"{Il}|{Machine}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _checks = new("--checks")
    {
        Description = $"Compile as the program is run: without checks of memory where the verifier proves it, else with them ({Proven}); or always with a check of every access that is not plainly within the program's memory; or without, as for programs that the kernel has accepted. Default: {Proven}.",
        HelpName = $"{Proven}|{All}|{None}",
        DefaultValueFactory = _ => Proven,
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
        if (checks is not (Proven or All or None))
        {
            return ExitCode.Refuse($"--checks is {Proven}, {All} or {None}, not '{checks}'.");
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
        ObjectLoadOptions options = new() { Engine = BpfEngine.Compiled, Verifies = checks == Proven, Checks = checks == None ? MemoryChecks.None : MemoryChecks.All, Programs = [program.Name] };
        long begin = Stopwatch.GetTimestamp();
        if (!LoadedObject.TryLoad(spec, options, out LoadedObject? loaded, out LoadFault? fault))
        {
            return ExitCode.Fail($"{path}: {fault}");
        }

        using (loaded)
        {
            TimeSpan taken = Stopwatch.GetElapsedTime(begin);
            LoadedProgram made = loaded.Program(program.Name);
            BpfExecutable executable = made.Executable;
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
                $"{program.Name}: {program.Instructions.Length} instructions, loaded and compiled in {taken.TotalMilliseconds:F1} ms, {(executable.Checks == MemoryChecks.All ? "with" : "without")} checks"));
            if (executable.Checks == MemoryChecks.All && made.Verification?.Refusal is { } refusal)
            {
                Console.Error.WriteLine($"the verifier refuses it: {refusal}");
            }

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
