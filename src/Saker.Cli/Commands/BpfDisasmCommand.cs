using System.CommandLine;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Objects;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf disasm</c>: the code of an object's programs.</summary>
internal sealed class BpfDisasmCommand
{
    private const string Llvm = "llvm", Kernel = "kernel";

    private readonly Argument<string> _file = new("FILE") { Description = "An object (clang -target bpf -g -O2 -c), little- or big-endian." };

    private readonly Option<string?> _program = new("--program") { Description = "Only the program of this name.", HelpName = "NAME" };

    private readonly Option<string?> _section = new("--section") { Description = "Only the programs of this section.", HelpName = "NAME" };

    private readonly Option<string> _style = new("--style")
    {
        Description = "As LLVM's tools write instructions, or as the kernel's verifier and 'bpftool prog dump xlated' do.",
        HelpName = "llvm|kernel",
        DefaultValueFactory = _ => Llvm,
    };

    private readonly Option<bool> _source = new("--source") { Description = "With the lines of the source, if the object has them (-g)." };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object, always with the lines of the source." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfDisasmCommand disasm = new();
        Command command = new("disasm", "List the instructions of an object's programs, each with all functions that it calls; maps and variables by their names.")
        {
            disasm._file,
            disasm._program,
            disasm._section,
            disasm._style,
            disasm._source,
            disasm._json,
        };
        command.SetAction(disasm.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string style = parsed.GetRequiredValue(_style);
        if (style is not (Llvm or Kernel))
        {
            return ExitCode.Refuse($"--style is {Llvm} or {Kernel}, not '{style}'.");
        }

        string path = parsed.GetRequiredValue(_file);
        if (!ObjectFile.TryRead(path, out ObjectSpec? spec, out string? fault))
        {
            return ExitCode.Fail(fault);
        }

        (string? name, string? section) = (parsed.GetValue(_program), parsed.GetValue(_section));
        ProgramSpec[] programs = [.. spec.Programs.Where(program => (name is null || program.Name == name) && (section is null || program.Section == section))];
        if (programs.Length == 0)
        {
            const int Most = 20;
            string[] known = [.. spec.Programs.Take(Most).Select(program => $"{program.Name} ({program.Section})")];
            string what = spec.Programs.IsEmpty ? "no programs" : $"no such program; it has {string.Join(", ", known)}{(spec.Programs.Length > Most ? ", ..." : "")}";
            return ExitCode.Fail($"{path}: the object has {what}");
        }

        ProgramTextStyle written = style == Kernel ? ProgramTextStyle.Kernel : ProgramTextStyle.Llvm;
        if (parsed.GetValue(_json))
        {
            using Stream output = Terminal.OpenOutput();
            ObjectJson.WriteListing(output, Path.GetFileName(path), programs, written);
        }
        else
        {
            ListingReport.Print(Console.Out, programs, written, parsed.GetValue(_source));
        }

        return ExitCode.Success;
    }
}
