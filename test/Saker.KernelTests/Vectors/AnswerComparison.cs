namespace Saker.KernelTests.Vectors;

/// <summary>Says where two answers to the same frames differ, apart from what differs from run to run.</summary>
public static class AnswerComparison
{
    /// <summary>The differences, one line each; none when the answers agree.</summary>
    public static IEnumerable<string> Differences(ReceiveCase expected, ReceiveCase actual)
    {
        if (expected.Expect.Count != actual.Expect.Count)
        {
            yield return $"{expected.Name}: {actual.Expect.Count} answers instead of {expected.Expect.Count}";
            yield break;
        }

        for (var i = 0; i < expected.Expect.Count; i++)
        {
            foreach (var difference in Differences(expected.Expect[i], actual.Expect[i]))
            {
                yield return expected.Expect.Count == 1 ? $"{expected.Name}: {difference}" : $"{expected.Name}, frame {i + 1}: {difference}";
            }
        }
    }

    /// <summary>The differences between two answers to one frame.</summary>
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
