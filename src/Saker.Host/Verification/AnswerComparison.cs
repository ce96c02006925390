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

    /// <summary>Whether two answers agree.</summary>
    public static bool AreEqual(Answer expected, Answer actual) => !Differences(expected, actual).Any();

    /// <summary>What differs between the kernel's answer and the stack's, without amounts: differences of one kind most often have one cause.</summary>
    public static string KindOf(Answer kernel, Answer stack)
    {
        List<string> parts = [];
        var (expected, actual) = ($"{kernel.Verdict} {kernel.Reason}".Trim(), $"{stack.Verdict} {stack.Reason}".Trim());
        parts.Add(expected == actual ? expected : $"{expected}: stack says {actual}");
        foreach (var counter in kernel.Counters.Keys.Union(stack.Counters.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var difference = stack.Counters.GetValueOrDefault(counter) - kernel.Counters.GetValueOrDefault(counter);
            if (difference != 0)
            {
                parts.Add($"{counter} {(difference > 0 ? "more" : "less")}");
            }
        }

        if (!kernel.Sockets.Order(StringComparer.Ordinal).SequenceEqual(stack.Sockets.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            parts.Add("sockets");
        }

        if (kernel.Sent.Count != stack.Sent.Count)
        {
            parts.Add($"sent {stack.Sent.Count} for {kernel.Sent.Count}");
        }
        else if (!kernel.Sent.Select(SentFrame.Normalize).SequenceEqual(stack.Sent.Select(SentFrame.Normalize), StringComparer.Ordinal))
        {
            parts.Add("bytes sent");
        }

        return string.Join(", ", parts);
    }
}
