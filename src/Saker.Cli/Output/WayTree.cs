using Saker.Host.Explain;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;

namespace Saker.Cli.Output;

/// <summary>Draws the way of one frame: a stage under the other, with every check; copies and answers as branches beside it.</summary>
internal sealed class WayTree
{
    private const int NameWidth = 26;
    private const int BranchWidth = 5;

    /// <summary>Checks take no more than this before what was seen; longer ones push it aside.</summary>
    private const int MaximumCheckWidth = 60;

    private readonly Columns _columns;
    private int _checkWidth;

    public WayTree(Columns columns) => _columns = columns;

    /// <summary>Draws it.</summary>
    public void Print(IReadOnlyList<StageVisit> way)
    {
        _checkWidth = Math.Min(MaximumCheckWidth, way.Select(visit => WidestCheck(visit, 0)).DefaultIfEmpty(0).Max());
        foreach (StageVisit visit in way)
        {
            Print(visit, string.Empty, string.Empty, isAnswer: false);
        }
    }

    private static int WidestCheck(StageVisit visit, int indent)
    {
        int widest = 0;
        foreach (VisitEvent happened in visit.Events)
        {
            widest = Math.Max(widest, happened switch
            {
                CheckMade check => indent + check.Check.Length,
                NoteMade note => indent + note.Subject.Length,
                StageEntered entered => WidestCheck(entered.Visit, indent + (entered == visit.Events[^1] ? 0 : BranchWidth)),
                _ => 0,
            });
        }

        return widest;
    }

    /// <param name="visit">What to draw.</param>
    /// <param name="branch">What stands in front of its name.</param>
    /// <param name="indent">What stands in front of all that is below.</param>
    /// <param name="isAnswer">Whether it is a packet of the host's own.</param>
    private void Print(StageVisit visit, string branch, string indent, bool isAnswer)
    {
        StageVisit current = visit;
        while (true)
        {
            StageDescription stage = StageRegistry.Describe(current.Stage);
            string summary = isAnswer ? $"(a packet of the host's own) {stage.Summary}" : stage.Summary;
            _columns.Line(new Part(branch, "grey", WhenFolded: indent), new Part(stage.Function, "bold", Math.Max(0, NameWidth - branch.Length)), "  ", new Part(summary, "grey"));
            StageVisit? next = PrintEvents(current, indent);
            if (next is null)
            {
                return;
            }

            (current, branch, isAnswer) = (next, indent, false);
        }
    }

    /// <summary>Draws what happened at a stage.</summary>
    /// <returns>Where the packet itself went on to; null: nowhere, or there are several like it, which are branches all.</returns>
    private StageVisit? PrintEvents(StageVisit visit, string indent)
    {
        StageEntered? onward = visit.Events is [.., StageEntered { IsAnswer: false } last] ? last : null;
        if (onward is not null && visit.Events.OfType<StageEntered>().Count(entered => !entered.IsAnswer && entered.Visit.Stage == onward.Visit.Stage) > 1)
        {
            onward = null;
        }

        for (int i = 0; i < visit.Events.Count; i++)
        {
            VisitEvent happened = visit.Events[i];
            if (happened is StageEntered entered)
            {
                if (!ReferenceEquals(entered, onward))
                {
                    bool isLast = i == visit.Events.Count - 1;
                    Print(entered.Visit, $"{indent}  {(isLast ? "└─ " : "├─ ")}", $"{indent}  {(isLast ? "   " : "│  ")}", entered.IsAnswer);
                }
            }
            else
            {
                Print(happened, indent, visit.Stage);
            }
        }

        return onward?.Visit;
    }

    private void Print(VisitEvent happened, string indent, Stage stage)
    {
        Part start = new($"{indent}  ", "grey", WhenFolded: indent);
        switch (happened)
        {
            case CheckMade check:
                _columns.Line(
                    start,
                    new Part(check.Passed ? "✓ " : "✗ ", check.Passed ? "green" : "red"),
                    new Part(check.Check, check.Passed ? null : "red", Math.Max(0, _checkWidth - indent.Length)),
                    "  ",
                    new Part(check.Seen, check.Passed ? "grey" : "red"));
                break;
            case NoteMade note:
                _columns.Line(start, new Part("· ", "grey"), new Part(note.Subject, null, Math.Max(0, _checkWidth - indent.Length)), "  ", new Part(note.Value, "grey"));
                break;
            case WayEnded end:
                _columns.Line(start, new Part("→ ", VerdictColours.Of(end.Verdict)), new Part(Describe(end), VerdictColours.Of(end.Verdict)));
                break;
            case MergedInto merged:
                _columns.Line(start, new Part("→ ", "yellow"), new Part(stage == Stage.GroReceive ? $"merged into the packet of frame {merged.Frame}" : $"became a part of the datagram that frame {merged.Frame} completed", "yellow"));
                break;
            case FrameLeft left:
                _columns.Line(start, new Part("→ ", "aqua"), new Part($"sent by {left.Frame.Device}: {left.Frame.Summary}, {left.Frame.Bytes.Length} bytes", "aqua"));
                break;
            case TimePassed passed:
                _columns.Line(start, new Part($"… {passed.Nanoseconds / 1e9:0.000000} s later", "grey"));
                break;
        }
    }

    private static string Describe(WayEnded end) => end.Verdict switch
    {
        Verdict.Delivered => $"delivered to {end.Socket}",
        Verdict.Dropped => $"dropped: {end.Reason.KernelName()}",
        _ => ReplayText.Name(end.Verdict),
    };
}
