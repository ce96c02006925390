using Saker.Host.Oracle;

namespace Saker.Host.Verification;

/// <summary>Says where two answers to one frame differ, apart from what differs from run to run.</summary>
internal static class AnswerComparison
{
    /// <summary>The differences, one line each; none when the answers agree.</summary>
    public static IEnumerable<string> Differences(Answer expected, Answer actual)
    {
        if (expected.Verdict != actual.Verdict || expected.Reason != actual.Reason)
        {
            yield return $"{actual.Verdict} {actual.Reason} instead of {expected.Verdict} {expected.Reason}";
        }

        foreach (var counter in expected.Counters.Keys.Union(actual.Counters.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (before, now) = (expected.Counters.GetValueOrDefault(counter), actual.Counters.GetValueOrDefault(counter));
            if (before != now)
            {
                yield return $"{counter} moved by {now} instead of {before}";
            }
        }

        if (!expected.Sockets.Order(StringComparer.Ordinal).SequenceEqual(actual.Sockets.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            yield return $"received by [{string.Join(", ", actual.Sockets)}] instead of [{string.Join(", ", expected.Sockets)}]";
        }

        if (!expected.Sent.Select(SentFrame.Normalize).SequenceEqual(actual.Sent.Select(SentFrame.Normalize), StringComparer.Ordinal))
        {
            yield return $"sent [{string.Join(", ", actual.Sent)}] instead of [{string.Join(", ", expected.Sent)}]";
        }
    }
}
