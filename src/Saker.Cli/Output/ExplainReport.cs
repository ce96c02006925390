using Saker.Cli.Commands;
using Saker.Host.Explain;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire.Captures;

namespace Saker.Cli.Output;

/// <summary>One frame for a person: what it is, its headers, its way, and what became of it.</summary>
internal sealed class ExplainReport
{
    private const int CounterWidth = 34;
    private const int LeastCounterColumns = 1;

    private readonly Scene _scene;
    private readonly Columns _columns = new(Terminal.Output);

    public ExplainReport(Scene scene) => _scene = scene;

    /// <summary>Prints it.</summary>
    public void Print(FrameExplanation explanation)
    {
        PrintHeading(explanation);
        _columns.Line();
        new HeaderTables(_columns).Print(explanation.Headers);
        _columns.Line();
        if (explanation.Way.Count != 0)
        {
            new WayTree(_columns).Print(explanation.Way);
            _columns.Line();
        }

        PrintVerdict(explanation);
        PrintCounters(explanation.Counters);
        PrintSent(explanation.Sent);
    }

    private void PrintHeading(FrameExplanation explanation)
    {
        _columns.Line(new Part($"frame {explanation.Number}", "bold"), $" of {_scene.File.Name}: ", new Part(explanation.Summary, "bold"));
        _columns.Line($"{explanation.OriginalLength:N0} bytes at {Times.Utc(explanation.Timestamp)}, queue {explanation.Queue}, RX hash 0x{explanation.RxHash:x8}");
        _columns.Line(_scene.DescribeReceiver());
        if (explanation.CapturedLength < explanation.OriginalLength)
        {
            _columns.Line(new Part($"the capture kept {explanation.CapturedLength:N0} of its {explanation.OriginalLength:N0} bytes; it was received as short as that.", "yellow"));
        }

        if (explanation.LinkType != LinkType.Ethernet)
        {
            _columns.Line(new Part($"captured as link type {LinkTypes.Describe(explanation.LinkType)}: its Ethernet header was made of what that says.", "yellow"));
        }

        if (explanation.Comment is { } comment)
        {
            _columns.Line("comment: ", comment.ReplaceLineEndings(" "));
        }
    }

    private void PrintVerdict(FrameExplanation explanation)
    {
        string colour = VerdictColours.Of(explanation.Verdict);
        string where = explanation.Stage == Stage.None ? string.Empty : $" in {StageRegistry.Function(explanation.Stage)}";
        string reason = explanation.Verdict == Verdict.Dropped ? $" {explanation.Reason.KernelName()}" : string.Empty;
        _columns.Line(new Part($"{ReplayText.Name(explanation.Verdict)}{reason}", $"bold {colour}"), where);
        _columns.Line("  ", explanation.Meaning);
        if (explanation.Into != 0)
        {
            _columns.Line("  ", explanation.Stage == Stage.GroReceive
                ? $"'saker explain {_scene.File.Given} {explanation.Into}' tells of that packet."
                : $"frame {explanation.Into} completed what it is a part of.");
        }

        foreach (string socket in explanation.Sockets)
        {
            _columns.Line("  ", new Part("socket ", "grey"), new Part(socket, colour));
        }

        foreach (string hint in explanation.Hints)
        {
            _columns.Line("  ", new Part("▸ ", "yellow"), hint);
        }
    }

    private void PrintCounters(IReadOnlyList<(string Name, long Amount)> counters)
    {
        if (counters.Count == 0)
        {
            return;
        }

        _columns.Line();
        _columns.Line(new Part("counters", "bold"));
        int across = Math.Clamp((Math.Min(_columns.Width, 120) - 3) / CounterWidth, LeastCounterColumns, 3);
        foreach ((string Name, long Amount)[] row in counters.Chunk(across))
        {
            string line = string.Concat(row.Select(counter => $"{counter.Name} +{counter.Amount}".PadRight(CounterWidth)));
            _columns.Line("  ", line.TrimEnd());
        }
    }

    private void PrintSent(IReadOnlyList<SentFrame> frames)
    {
        if (frames.Count == 0)
        {
            return;
        }

        _columns.Line();
        _columns.Line(new Part("sent because of it", "bold"));
        foreach (SentFrame frame in frames)
        {
            _columns.Line("  ", new Part(frame.Device, null, 6), "  ", $"{frame.Summary}, {frame.Bytes.Length:N0} bytes");
        }
    }
}
