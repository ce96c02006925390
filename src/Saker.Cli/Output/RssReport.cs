using Saker.Cli.Commands;
using Saker.Host.Spreading;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Cli.Output;

/// <summary>The spread of a capture over a card's queues, for a person.</summary>
internal sealed class RssReport
{
    private const int LabelWidth = 8;
    private const int BarWidth = 30;
    private const double Even = 1.05;

    private readonly Scene _scene;
    private readonly SpreadResult _result;
    private readonly int _top;
    private readonly Columns _columns = new(Terminal.Output);

    public RssReport(Scene scene, SpreadResult result, int top)
    {
        _scene = scene;
        _result = result;
        _top = top;
    }

    /// <summary>Prints it.</summary>
    public void Print()
    {
        Load total = _result.Tally.Total;
        _columns.Line(new Part(_scene.File.Name, "bold"), $": {Quantity.Of(total.Frames, "frame")}, {Quantity.Of(total.Bytes, "byte")}, {Quantity.Of(_result.Tally.Flows.Count, "flow")}");
        _columns.Line(_scene.DescribeReceiver());
        PrintCard();
        if (total.Frames == 0)
        {
            return;
        }

        PrintQueues();
        PrintCpus();
        PrintImbalance();
        PrintFlows();
        PrintUnspread();
        PrintRemedies();
    }

    private static string Share(long part, long whole) => $"{100.0 * part / Math.Max(1, whole):0.0} %";

    private static string Describe(IndirectionTable table) => table.IsDefault ? "queues in turn" : string.Join(' ', CountsOf(table));

    private static IEnumerable<string> CountsOf(IndirectionTable table) =>
        table.Queues.ToArray().GroupBy(queue => queue).OrderBy(group => group.Key).Select(group => $"{group.Count()}×{group.Key}");

    private void Heading(string text)
    {
        _columns.Line();
        _columns.Line(new Part(text, "bold"));
    }

    private void Row(string label, string text) => _columns.Line("  ", new Part(label, "grey", LabelWidth), text);

    private void PrintCard()
    {
        RssSettings rss = _result.Card.Rss;
        string key = RssKeys.All.FirstOrDefault(known => known.Key.Equals(rss.Key))?.Name is { } name ? $"{name}, " : string.Empty;
        _columns.Line();
        Row("queues", $"{_result.Card.Queues}");
        Row("table", $"{rss.Table.Size} entries, {Describe(rss.Table)}");
        Row("key", $"{key}{rss.Key}{(rss.SymmetricXor ? ", symmetric-xor" : string.Empty)}");
        Row("fields", $"{rss.Fields}");
        foreach (FlowRule rule in _result.Card.Rules.Rules)
        {
            Load load = _result.Tally.Ruled.GetValueOrDefault(rule.Location);
            Row("rule", $"{rule}: {Quantity.Of(load.Frames, "frame")}");
        }
    }

    private void PrintQueues()
    {
        long frames = _result.Spread.Queues.Sum(queue => queue.Load.Frames);
        long bytes = _result.Spread.Queues.Sum(queue => queue.Load.Bytes);
        long most = Math.Max(1, _result.Spread.Queues.Max(queue => queue.Load.Frames));
        _columns.Line();
        _columns.Line(new Part($"{"queue",7}{"cpu",6}{"flows",9}{"frames",12}{"",9}{"bytes",16}{"",9}", "bold"));
        for (int queue = 0; queue < _result.Spread.Queues.Count; queue++)
        {
            QueueLoad load = _result.Spread.Queues[queue];
            int bar = (int)Math.Ceiling((double)load.Load.Frames / most * BarWidth);
            _columns.Line(
                $"{queue,7}{_result.Cpus[queue],6}{load.Flows,9:N0}{load.Load.Frames,12:N0}{Share(load.Load.Frames, frames),9}"
                    + $"{load.Load.Bytes,16:N0}{Share(load.Load.Bytes, bytes),9}  ",
                new Part(new string('▆', bar), "blue"));
        }
    }

    private void PrintCpus()
    {
        (int Cpu, Load Load)[] cpus = [.. _result.CpuLoads];
        if (cpus.Length == _result.Card.Queues)
        {
            return;
        }

        long frames = cpus.Sum(cpu => cpu.Load.Frames);
        Heading("CPUs");
        foreach ((int cpu, Load load) in cpus)
        {
            _columns.Line($"{cpu,7}{load.Frames,12:N0} {Quantity.Noun(load.Frames, "frame"),-6}{Share(load.Frames, frames),9}");
        }
    }

    private void PrintImbalance()
    {
        QueueSpread spread = _result.Spread;
        string colour = spread.Imbalance < Even ? "green" : "yellow";
        _columns.Line();
        _columns.Line("imbalance ", new Part($"{spread.Imbalance:0.00}", colour), $" by frames, {spread.ByteImbalance:0.00} by bytes (the busiest queue over the mean)"
            + (_result.CpuImbalance.Equals(spread.Imbalance) ? string.Empty : $"; the CPUs {_result.CpuImbalance:0.00}")
            + $"; these flows allow {spread.LeastImbalance:0.00} at best");
        if (spread.Dropped.Frames != 0)
        {
            _columns.Line($"dropped by flow rules: {Quantity.Of(spread.Dropped.Frames, "frame")}");
        }

        if (_result.BothDirections != 0)
        {
            _columns.Line($"both directions seen of {_result.BothDirections:N0} flows, in different queues of {_result.DirectionsApart:N0}"
                + (_result.DirectionsApart == 0 ? string.Empty : "; who wants them together: "
                    + _result.CommandLine($"-X hkey {ToeplitzKey.Repeat(0x6d, 0x5a, _result.Card.Rss.Key.Length).ToString()[..11]}:…") + " (6d:5a throughout), or xfrm symmetric-xor"));
        }

        if (_result.Tally.Beyond.Frames != 0)
        {
            _columns.Line(new Part($"beyond {FlowTally.MaximumFlows:N0} flows, {Quantity.Of(_result.Tally.Beyond.Frames, "frame")} of flows that were not kept", "yellow"));
        }
    }

    private void PrintFlows()
    {
        IReadOnlyList<PlacedFlow> heaviest = _result.Heaviest(_top);
        if (heaviest.Count == 0)
        {
            return;
        }

        Heading("heaviest flows");
        _columns.Line(new Part($"{"queue",7}{"frames",12}{"",9}{"bytes",16}  hash        flow", "grey"));
        foreach (PlacedFlow flow in heaviest)
        {
            _columns.Line(
                $"{flow.Queue,7}{flow.Load.Frames,12:N0}{Share(flow.Load.Frames, _result.Tally.Total.Frames),9}{flow.Load.Bytes,16:N0}  0x{flow.Hash:x8}  ",
                FlowName.Of(flow.Flow));
        }
    }

    private void PrintUnspread()
    {
        (RssFlowType Type, Load Load)[] byAddresses =
        [
            .. _result.Tally.Flows
                .GroupBy(pair => RssFlow.Find(CardFlow.FrameOf(pair.Key)).Type)
                .Where(group => group.Key is RssFlowType.IPv4Fragment or RssFlowType.IPv6Fragment)
                .Select(group => (group.Key, group.Aggregate(default(Load), (sum, pair) => sum + pair.Value))),
        ];
        if (_result.Tally.Unspread.Count == 0 && byAddresses.Length == 0)
        {
            return;
        }

        Heading("not spread by ports");
        foreach ((EtherType type, Load load) in _result.Tally.Unspread)
        {
            _columns.Line($"{load.Frames,12:N0} {Quantity.Noun(load.Frames, "frame"),-6}  ", $"{FlowName.Of(type)}: nothing to hash, queue 0");
        }

        foreach ((RssFlowType type, Load load) in byAddresses)
        {
            _columns.Line($"{load.Frames,12:N0} {Quantity.Noun(load.Frames, "frame"),-6}  ", $"fragments of {(type == RssFlowType.IPv4Fragment ? "IPv4" : "IPv6")}: by addresses alone, so apart from the rest of their flow");
        }
    }

    private void PrintRemedies()
    {
        if (_result.Remedies.Count == 0)
        {
            _columns.Line();
            _columns.Line(_result.Card.Queues == 1 ? "one queue has nothing to spread; --queues N shows more" : "no other field, key or weight was found that spreads these flows better");
            return;
        }

        Heading("what would spread these flows better");
        foreach (SpreadRemedy remedy in _result.Remedies)
        {
            for (int i = 0; i < remedy.Commands.Count; i++)
            {
                string gain = i == 0 ? $"{_result.Spread.Imbalance:0.00} → {remedy.Imbalance:0.00}" : "and";
                _columns.Line("  ", new Part(gain, "green", 13), "  ", _result.CommandLine(remedy.Commands[i]));
            }
        }
    }
}
