using System.Globalization;
using System.Text;

namespace Saker.KernelTests.Verification;

/// <summary>The sums over many captures: how many frames agree, which were not compared and why, and every kind of difference.</summary>
internal sealed class CaptureAgreement
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _notCompared = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _differences = new(StringComparer.Ordinal);
    private long _captures;
    private long _frames;
    private long _equal;

    public long Compared => _equal + _differences.Values.Sum();

    public double Share => Compared == 0 ? 1 : (double)_equal / Compared;

    public void Add(VerificationTotals totals, CaptureDifferences differences)
    {
        lock (_lock)
        {
            _captures++;
            _frames += totals.Frames;
            _equal += totals.Equal;
            foreach (var (rule, frames) in totals.NotCompared)
            {
                _notCompared[rule] = _notCompared.GetValueOrDefault(rule) + frames;
            }

            foreach (var difference in differences.All)
            {
                var kind = $"{differences.Capture}: {difference.Kind}";
                _differences[kind] = _differences.GetValueOrDefault(kind) + 1;
            }
        }
    }

    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{_equal} of {Compared} ({Share * 100:0.00} %) frames agree, of {_frames} in {_captures} captures.\n");
        text.AppendLine("| frames | not compared |\n|---:|---|");
        foreach (var (rule, frames) in _notCompared)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {frames} | {rule} |");
        }

        text.AppendLine("\n| frames | kind of disagreement |\n|---:|---|");
        foreach (var (kind, frames) in _differences)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {frames} | {kind} |");
        }

        return text.AppendLine().ToString();
    }
}

/// <summary>The differences in one capture.</summary>
internal sealed class CaptureDifferences(string capture) : IVerificationSink
{
    public string Capture => capture;

    public List<FrameDifference> All { get; } = [];

    public void Difference(FrameDifference difference) => All.Add(difference);
}
