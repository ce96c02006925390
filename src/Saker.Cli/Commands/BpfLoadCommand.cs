using System.CommandLine;
using System.Globalization;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Attachment;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf load</c>: an object into the running kernel.</summary>
internal sealed class BpfLoadCommand
{
    private const string MapFolder = "maps";

    private readonly ProgramArgument _object = new("all that are not loaded only if asked for");

    private readonly Option<string?> _pin = new("--pin")
    {
        Description = "Give every program a name in this folder of a bpffs, and every map one in the folder 'maps' in it, by which they stay in the kernel. "
            + "Without it the object is given up again: that shows whether the kernel takes it.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _log = new("--log") { Description = "Print all that the verifier said of a program that it refuses." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfLoadCommand load = new();
        Command command = new("load", "Load an object's maps and programs into the running kernel (as root), which verifies them; keep them there by names.") { load._pin, load._log };
        load._object.AddTo(command);
        command.SetAction(load.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!_object.TryReadObject(parsed, out ObjectSpec? spec, out int code))
        {
            return code;
        }

        string file = _object.FileOf(parsed);
        string[]? chosen = _object.NameOf(parsed) is { } name ? [.. TailCalls.Reachable(spec, [name])] : null;
        if (!KernelObject.TryLoad(spec, out KernelObject? loaded, out KernelRefusal? refusal, new KernelObjectOptions { Programs = chosen }))
        {
            if (parsed.GetValue(_log) && refusal is ProgramRefusal { Log.Length: > 0 } verdict)
            {
                Console.Out.WriteLine(Printable.Of(verdict.Log.TrimEnd(), keepsLines: true));
            }

            return ExitCode.Fail($"{file}: {refusal}{(refusal is ProgramRefusal { Log.Length: > 0 } && !parsed.GetValue(_log) ? " (--log prints all that the verifier said)" : "")}");
        }

        using (loaded)
        {
            string? folder = parsed.GetValue(_pin);
            if (folder is not null)
            {
                Pin(loaded, folder);
            }

            Print(loaded, folder);
        }

        return ExitCode.Success;
    }

    /// <summary>Gives all names, or none.</summary>
    private static void Pin(KernelObject loaded, string folder)
    {
        List<string> pinned = [];
        try
        {
            PinFolder.Create(folder);
            foreach ((string name, KernelProgram program) in loaded.Programs)
            {
                Pin(Path.Combine(folder, name), program.Pin, pinned);
            }

            foreach ((string name, KernelMap map) in loaded.Maps.Where(map => !map.Key.StartsWith('.')))
            {
                PinFolder.Create(Path.Combine(folder, MapFolder));
                Pin(Path.Combine(folder, MapFolder, name), map.Pin, pinned);
            }
        }
        catch (KernelException)
        {
            pinned.ForEach(BpfFileSystem.Unpin);
            throw;
        }
    }

    private static void Pin(string path, Action<string> pin, List<string> pinned)
    {
        pin(path);
        pinned.Add(path);
    }

    private static void Print(KernelObject loaded, string? folder)
    {
        Columns columns = new(Terminal.Output);
        Table table = new("program", "type", ">id", ">slots", ">verified", "pinned");
        foreach ((string name, KernelProgram program) in loaded.Programs)
        {
            KernelProgramInfo info = program.Info;
            table.Add(name, info.Type.KernelName(), Number(info.Id), Number(info.TranslatedLength), Number(info.VerifiedInstructions), folder is null ? "no" : Path.Combine(folder, name));
        }

        table.Print(columns);
        Table maps = new("map", "type", ">id", ">entries", "pinned");
        foreach ((string name, KernelMap map) in loaded.Maps)
        {
            maps.Add(name, map.Type.KernelName(), Number(map.Id), map.MaximumEntries.ToString("N0", CultureInfo.InvariantCulture), folder is null || name.StartsWith('.') ? "no" : Path.Combine(folder, MapFolder, name));
        }

        if (maps.Count > 0)
        {
            columns.Line();
        }

        maps.Print(columns);
        if (folder is null)
        {
            columns.Line();
            columns.Line("the kernel takes the object; it was given up again, since nothing is pinned (--pin DIR)");
        }
    }

    private static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
