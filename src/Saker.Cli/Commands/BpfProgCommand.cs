using System.CommandLine;
using System.Globalization;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Inventory;
using Saker.Kernel.Bpf;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf prog</c>: the programs in the running kernel.</summary>
internal static class BpfProgCommand
{
    /// <summary>Makes the command with what is below it.</summary>
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "One JSON object a line." };
        Command list = new("list", "List the programs in the running kernel, whoever loaded them, and where links attach them (as root).") { json };
        list.SetAction(parsed => List(parsed.GetValue(json)));
        return new("prog", "The programs in the running kernel.") { list };
    }

    private static int List(bool json)
    {
        IReadOnlyList<ProgramEntry> programs = KernelInventory.Programs();
        if (json)
        {
            using Stream output = Terminal.OpenOutput();
            InventoryJson.Write(output, programs);
            return ExitCode.Success;
        }

        Columns columns = new(Terminal.Output);
        if (programs.Count == 0)
        {
            columns.Line("the kernel holds no programs");
        }

        Table table = new(">id", "type", "name", "tag", ">slots", ">code", ">user", "loaded", "maps", "attached");
        foreach ((KernelProgramInfo program, IReadOnlyList<string> places) in programs)
        {
            table.Add(
                program.Id.ToString(CultureInfo.InvariantCulture),
                program.Type.KernelName(),
                Printable.Of(program.Name),
                program.Tag,
                Number(program.TranslatedLength),
                program.MachineCodeLength == 0 ? "-" : Number(program.MachineCodeLength),
                program.UserId.ToString(CultureInfo.InvariantCulture),
                TimeOf(program.LoadTime),
                string.Join(',', program.MapIds),
                string.Join(", ", places));
        }

        table.Print(columns);
        return ExitCode.Success;
    }

    /// <summary>When something happened that the kernel counts from its own beginning.</summary>
    private static string TimeOf(TimeSpan sinceBoot)
    {
        DateTimeOffset booted = DateTimeOffset.Now - TimeSpan.FromMilliseconds(Environment.TickCount64);
        return (booted + sinceBoot).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
