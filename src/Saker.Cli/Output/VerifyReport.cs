using Saker.Cli.Commands;
using Saker.Host.Explain;
using Saker.Host.Oracle;
using Saker.Host.Verification;

namespace Saker.Cli.Output;

/// <summary>A verification for a person: each kind of difference with both answers to its first frame, and the sums.</summary>
internal sealed class VerifyReport
{
    private const int LabelWidth = 26;
    private const int LeastColumn = 24;
    private const string Nothing = "-";

    private readonly Scene _scene;
    private readonly Columns _output = new(Terminal.Output);
    private readonly int _column;

    public VerifyReport(Scene scene)
    {
        _scene = scene;

        // Where nobody folds lines, two answers side by side need not be further apart than on a wide screen.
        const int WidestScreen = 140;
        _column = Math.Max(LeastColumn, (Math.Min(_output.Width, WidestScreen) - LabelWidth) / 2);
    }

    /// <summary>Prints what was found.</summary>
    public void Print(VerificationTotals totals)
    {
        _output.Line(new Part(_scene.File.Name, "bold"), $" {_scene.DescribeReceiver()}");
        foreach (DifferenceKind kind in totals.Kinds)
        {
            Print(kind);
        }

        PrintNotCompared(totals);
        PrintSums(totals);
        _output.Line(new Part("On both sides ICMP has no limits, fragments and neighbours are kept for an hour; the made host has no IPv6.", "grey"));
    }

    private void Print(DifferenceKind kind)
    {
        FrameDifference first = kind.First;
        _output.Line();
        _output.Line(new Part($"{kind.Frames:N0} × ", "bold"), new Part(kind.Name.Split(", ")[0], "yellow"));
        _output.Line(new Part($"  first: frame {first.Number}", Width: LabelWidth), new Part("kernel", "bold", _column), new Part("Saker", "bold"));
        Row("verdict", VerdictOf(first.Kernel), VerdictOf(first.Stack), VerdictOf(first.Kernel) != VerdictOf(first.Stack));
        Row("function", first.Kernel.Location ?? Nothing, first.Stack.Location ?? Nothing, differs: false);
        foreach (string counter in first.Kernel.Counters.Keys.Union(first.Stack.Counters.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            long kernel = first.Kernel.Counters.GetValueOrDefault(counter);
            long saker = first.Stack.Counters.GetValueOrDefault(counter);
            if (kernel != saker)
            {
                Row(counter, $"{kernel}", $"{saker}", differs: true);
            }
        }

        RowsIfOther("socket", first.Kernel.Sockets, first.Stack.Sockets, text => text);
        RowsIfOther("sent", first.Kernel.Sent, first.Stack.Sent, DescribeSent);
        _output.Line(new Part("  "), new Part($"{_scene.Explain.For(first.Number)}   tells how Saker came to that.", "grey"));
    }

    private void Row(string label, string kernel, string saker, bool differs)
    {
        string[] left = [.. Columns.Fold(kernel, _column - 2)];
        string[] right = [.. Columns.Fold(saker, _column - 2)];
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            _output.Line(
                new Part(i == 0 ? "    " + label : string.Empty, "grey", LabelWidth),
                new Part(i < left.Length ? left[i] : string.Empty, differs ? "green" : null, _column),
                new Part(i < right.Length ? right[i] : string.Empty, differs ? "red" : null));
        }
    }

    /// <summary>What both sides list, where they list other things. Where all of them look the same to a person, the bytes are shown.</summary>
    private void RowsIfOther(string label, IReadOnlyList<string> kernel, IReadOnlyList<string> saker, Func<string, string> describe)
    {
        if (kernel.Order(StringComparer.Ordinal).SequenceEqual(saker.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            return;
        }

        for (int i = 0; i < Math.Max(kernel.Count, saker.Count); i++)
        {
            string left = i < kernel.Count ? describe(kernel[i]) : Nothing;
            string right = i < saker.Count ? describe(saker[i]) : Nothing;
            bool looksSame = left == right && kernel[i] != saker[i];
            Row(label, looksSame ? kernel[i] : left, looksSame ? saker[i] : right, left != right || looksSame);
        }
    }

    private void PrintNotCompared(VerificationTotals totals)
    {
        if (totals.NotCompared.Count == 0 && totals.Outgoing == 0)
        {
            return;
        }

        _output.Line();
        _output.Line(new Part("not compared", "bold"));
        if (totals.Outgoing != 0)
        {
            _output.Line(new Part($"{totals.Outgoing,9:N0}  "), "outgoing: the host itself had sent them");
        }

        foreach ((string rule, long frames) in totals.NotCompared)
        {
            _output.Line(new Part($"{frames,9:N0}  "), rule);
        }
    }

    private void PrintSums(VerificationTotals totals)
    {
        _output.Line();
        string disturbed = totals.Disturbed == 0 ? string.Empty : $" ({totals.Disturbed:N0} only when asked again)";
        string sums = $"{Quantity.Of(totals.Frames, "frame")}: {totals.Equal:N0} equal{disturbed}, {totals.Differing:N0} differ";
        int kinds = totals.Kinds.Count();
        _output.Line(new Part(kinds == 0 ? sums : $"{sums} (kinds: {kinds})", totals.Differing == 0 ? "green" : "red"));
    }

    /// <summary>A frame that was sent is given as hexadecimal digits, perhaps behind a device's name.</summary>
    private static string DescribeSent(string sent)
    {
        int digits = sent.LastIndexOf(' ') + 1;
        byte[] frame = Convert.FromHexString(sent.AsSpan(digits));
        return $"{(digits == 0 ? string.Empty : $"by {sent[..digits]}")}{FrameSummary.Describe(frame)} ({frame.Length} bytes)";
    }

    private static string VerdictOf(Answer answer) => answer.Reason is null ? answer.Verdict : $"{answer.Verdict} {answer.Reason}";
}
