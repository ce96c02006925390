using System.Globalization;
using Saker.Cli.Commands;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;
using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>A replay for a person: the ways of the packets as a tree with counts, and the drops.</summary>
internal sealed class ReplayReport : IReplaySink
{
    private const int CountColumn = 52;

    private readonly Scene _scene;
    private readonly ReplayTotals _totals = new();
    private readonly IAnsiConsole _console = Terminal.Output;

    public ReplayReport(Scene scene) => _scene = scene;

    /// <inheritdoc/>
    public void Frame(FrameOutcome outcome) => _totals.Add(outcome);

    /// <inheritdoc/>
    public void Timer(TimerOutcome outcome) => _totals.Add(outcome);

    /// <summary>Prints what was found.</summary>
    public void Print(PathTree paths, ReceiveLoad load)
    {
        Line($"[bold]{Terminal.Escape(_scene.File.Name)}[/]: {Quantity.Of(_totals.Frames, "frame")} in {(_totals.LastTime - _totals.FirstTime) / 1e9:0.000} s");
        Line(Terminal.Escape(_scene.DescribeReceiver()));
        Line(string.Empty);
        PrintTree(paths.Roots);
        PrintVerdicts();
        if (load.IsNotable)
        {
            PrintLoad(load);
        }

        PrintDrops();
    }

    private void PrintTree(IReadOnlyList<PathNode> nodes, string? indent = null)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            PathNode node = nodes[i];
            bool isLast = i == nodes.Count - 1;
            string branch = indent is null ? string.Empty : indent + (isLast ? "└─ " : "├─ ");
            string name = StageRegistry.Function(node.Stage);
            string padding = new(' ', Math.Max(1, CountColumn - branch.Length - name.Length));
            Line($"[grey]{branch}[/]{Terminal.Escape(name)}{padding}{node.Count,9:N0}  {string.Join("  ", node.Ends.Select(Describe))}".TrimEnd());
            PrintTree(node.Children, indent is null ? string.Empty : indent + (isLast ? "   " : "│  "));
        }
    }

    private static string Describe(PathEnd end)
    {
        string name = end.Verdict == Verdict.Dropped ? end.Reason.KernelName() : ReplayText.Name(end.Verdict);
        return $"[{VerdictColours.Of(end.Verdict)}]{Terminal.Escape(name)} {end.Count:N0}[/]";
    }

    private void PrintVerdicts()
    {
        Line(string.Empty);
        List<string> parts = [];
        for (int i = 0; i < _totals.Verdicts.Length; i++)
        {
            if (_totals.Verdicts[i] != 0)
            {
                parts.Add($"[{VerdictColours.Of((Verdict)i)}]{ReplayText.Name((Verdict)i)} {_totals.Verdicts[i]:N0}[/]");
            }
        }

        Line(parts.Count == 0 ? "there are no frames" : $"frames: {string.Join(", ", parts)}; sent in answer: {_totals.Sent:N0}");
    }

    private void PrintLoad(ReceiveLoad load)
    {
        Line(string.Empty);
        Line($"[bold]{"queue",5}{"frames",13}{"bytes",15}{"missed",11}{"vector",9}{"CPU",5}{"interrupts",13}[/]");
        foreach (QueueLoad queue in load.Queues)
        {
            Line($"{queue.Queue,5}{queue.Frames,13:N0}{queue.Bytes,15:N0}{Amiss(queue.Missed, 11)}{queue.Vector,9}{queue.Cpu,5}{queue.Interrupts,13:N0}");
        }

        Line(string.Empty);
        Line($"[bold]{"CPU",5}{"processed",13}{"dropped",15}{"time_squeeze",15}{"received_rps",15}[/]");
        foreach (CpuLoad cpu in load.Cpus)
        {
            Line($"{cpu.Cpu,5}{cpu.Processed,13:N0}{Amiss(cpu.Dropped, 15)}{Amiss(cpu.TimeSqueeze, 15)}{cpu.ReceivedRps,15:N0}");
        }
    }

    private static string Amiss(long count, int width)
    {
        string text = count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(width);
        return count == 0 ? text : $"[red]{text}[/]";
    }

    private void PrintDrops()
    {
        DropTotal[] drops = [.. _totals.Drops];
        if (drops.Length == 0)
        {
            return;
        }

        Line(string.Empty);
        Line($"[bold]{"dropped",-28}{"frames",9}  {"first",9}  where[/]");
        foreach (DropTotal drop in drops)
        {
            Line($"[red]{Terminal.Escape(drop.Reason.KernelName()),-28}[/]{drop.Count,9:N0}  {drop.FirstFrame,9}  {Terminal.Escape(StageRegistry.Function(drop.FirstStage))}");
        }

        Line(string.Empty);
        Line($"[grey]{Terminal.Escape(_scene.Explain.For(drops[0].FirstFrame))}   tells how frame {drops[0].FirstFrame} came to that.[/]");
    }

    private void Line(string markup) => _console.MarkupLine(markup);
}
