using System.Globalization;
using Saker.Bpf;
using Saker.Host.Programs;

namespace Saker.Cli.Output;

/// <summary>A run of a program over a capture for a person: verdicts, what stopped it, how engines differ, what the maps hold.</summary>
internal sealed class ProgramRunReport(string capture, ProgramSpec program, CaptureRun run, ProgramRunners runners, IReadOnlyList<MapDifference> maps)
{
    private const int FewEntries = 10;

    private readonly Columns _columns = new(Terminal.Output);

    /// <summary>Prints it.</summary>
    /// <param name="allMaps">Whether all entries of all maps are wanted.</param>
    public void Print(bool allMaps)
    {
        EngineTotals first = run.Totals[0];
        string engines = string.Join(", ", run.Totals.Select(totals => totals.Engine));
        _columns.Line(new Part(capture, "bold"), $": {Quantity.Of(first.Frames, "frame")} through {program.Name} ({program.Type.KernelName()}), {engines}");
        PrintOmitted();
        PrintVerdicts();
        PrintFaults();
        PrintDifferences();
        new MapReport(_columns).PrintAll(runners.All[0].Object, allMaps, allMaps ? int.MaxValue : FewEntries);
    }

    /// <summary>Says on standard error how long it took, and whether it was with checks.</summary>
    public static void TellTime(CaptureRun run, ProgramRunners runners)
    {
        string times = string.Join(", ", run.Totals.Select(totals => $"{totals.Engine} {Times.Seconds(totals.Time.TotalSeconds)}"));
        Console.Error.WriteLine($"{times}, with the frames' way in and out; 'saker bpf bench' measures the program alone.");
        foreach (IProgramRunner runner in runners.All.Where(runner => runner.Grounds is not null))
        {
            Console.Error.WriteLine($"{runner.Engine}: {runner.Grounds}.");
        }
    }

    private void PrintOmitted()
    {
        if (run.TooShort > 0)
        {
            _columns.Line(new Part($"{Quantity.Of(run.TooShort, "frame")} shorter than an Ethernet header: not run over", "yellow"));
        }

        if (run.Cut > 0)
        {
            _columns.Line(new Part($"{Quantity.Of(run.Cut, "frame")} cut in the capture: the program saw the beginning only", "yellow"));
        }
    }

    private void PrintVerdicts()
    {
        _columns.Line();
        if (run.Totals.Count > 1)
        {
            PrintVerdictsOfAll();
            return;
        }

        Table table = new("verdict", ">frames", ">bytes", ">first");
        EngineTotals totals = run.Totals[0];
        foreach (VerdictTotal verdict in totals.Verdicts)
        {
            table.AddStyled(ColourOf(verdict), verdict.Name, Number(verdict.Frames), Number(verdict.Bytes), $"{verdict.First}");
        }

        table.Print(_columns);
        _columns.Line(new Part(totals.Frames == 0 ? "there are no frames" : $"changed: {Quantity.Of(totals.Changed, "frame")}"));
    }

    private void PrintVerdictsOfAll()
    {
        Table table = new(["verdict", .. run.Totals.Select(totals => ">" + totals.Engine)]);
        foreach (VerdictTotal verdict in run.Totals.SelectMany(totals => totals.Verdicts).DistinctBy(verdict => verdict.Value).OrderBy(verdict => (int)verdict.Value))
        {
            table.AddStyled(ColourOf(verdict), [verdict.Name, .. run.Totals.Select(totals => Number(totals.Verdicts.FirstOrDefault(known => known.Value == verdict.Value)?.Frames ?? 0))]);
        }

        table.AddStyled(null, ["changed", .. run.Totals.Select(totals => Number(totals.Changed))]);
        table.Print(_columns);
    }

    private void PrintFaults()
    {
        foreach (EngineTotals totals in run.Totals.Where(totals => totals.Faults.Count > 0))
        {
            _columns.Line();
            _columns.Line(new Part($"stopped in the {totals.Engine}, first at frame", "bold"));
            foreach (FaultTotal fault in totals.Faults)
            {
                _columns.Line(new Part($"{Number(fault.Frames),9}", "red"), $"  {fault.First,7}  {fault.Details}");
            }
        }
    }

    private void PrintDifferences()
    {
        if (run.Totals.Count < 2)
        {
            return;
        }

        _columns.Line();
        if (run.Difference is { } difference)
        {
            _columns.Line(new Part($"{Quantity.Of(run.Differing, "frame")} differ, first ", "red"), $"{difference.Frame}: {difference.What}");
        }

        foreach (MapDifference map in maps)
        {
            _columns.Line(new Part($"map {map.Map} differs: ", "red"), map.What);
        }

        if (run.Difference is null && maps.Count == 0)
        {
            _columns.Line(new Part("the engines agree in verdicts, frames and maps", "green"));
        }
        else if (AsksForTimeOrChance())
        {
            _columns.Line(new Part("the program asks for time or chance: those are the capture's in this process, and the kernel's own there", "grey"));
        }
    }

    private bool AsksForTimeOrChance()
    {
        // bpf_ktime_get_ns, bpf_get_prandom_u32, bpf_ktime_get_boot_ns, bpf_jiffies64, bpf_ktime_get_coarse_ns, bpf_ktime_get_tai_ns.
        const byte Call = 0x85;
        return run.Totals.Any(totals => totals.Engine == "kernel")
            && program.Instructions.Any(instruction => instruction is { Opcode: Call, Source: (byte)CallKind.Helper, Immediate: 5 or 7 or 118 or 125 or 160 or 208 });
    }

    private string ColourOf(VerdictTotal verdict) => Verdicts.IsDrop(program.Type, verdict.Value) ? "red" : "green";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
