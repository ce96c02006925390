namespace Saker.Host.Verification;

/// <summary>The sums of a verification.</summary>
public sealed class VerificationTotals
{
    private readonly Dictionary<string, DifferenceKind> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _notCompared = new(StringComparer.Ordinal);

    /// <summary>Frames of the capture that were looked at.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames that the host itself had sent, which nobody was asked about.</summary>
    public long Outgoing { get; internal set; }

    /// <summary>Frames of which the capture kept a part only; both sides got that part.</summary>
    public long CutFrames { get; internal set; }

    /// <summary>Frames that both sides answered alike.</summary>
    public long Equal { get; internal set; }

    /// <summary>Of these, frames that were answered differently when they were asked for the first time.</summary>
    public long Disturbed { get; internal set; }

    /// <summary>Frames that were answered differently.</summary>
    public long Differing => _kinds.Values.Sum(kind => kind.Frames);

    /// <summary>Frames whose answers were not compared, by the rule.</summary>
    public IReadOnlyDictionary<string, long> NotCompared => _notCompared;

    /// <summary>The kinds of differences, the most frequent first.</summary>
    public IEnumerable<DifferenceKind> Kinds => _kinds.Values.OrderByDescending(kind => kind.Frames).ThenBy(kind => kind.First.Number);

    /// <summary>These sums, with the differences that came out again when the same frames were asked once more.</summary>
    public VerificationTotals ConfirmedBy(VerificationTotals second)
    {
        ArgumentNullException.ThrowIfNull(second);
        VerificationTotals confirmed = new()
        {
            Frames = Frames,
            Outgoing = Outgoing,
            CutFrames = CutFrames,
            Disturbed = Differing - second.Differing,
            Equal = Equal + Differing - second.Differing,
        };
        foreach ((string rule, long frames) in _notCompared)
        {
            confirmed._notCompared[rule] = frames;
        }

        foreach ((string name, DifferenceKind kind) in second._kinds)
        {
            confirmed._kinds[name] = kind;
        }

        return confirmed;
    }

    internal void Add(FrameDifference difference)
    {
        if (!_kinds.TryGetValue(difference.Kind, out DifferenceKind? kind))
        {
            _kinds[difference.Kind] = kind = new DifferenceKind(difference.Kind, difference);
        }

        kind.Frames++;
    }

    internal void AddNotCompared(string rule) => _notCompared[rule] = _notCompared.GetValueOrDefault(rule) + 1;
}
