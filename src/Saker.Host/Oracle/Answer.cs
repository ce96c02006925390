namespace Saker.Host.Oracle;

/// <summary>What became of one frame, as the kernel or the user-space receive path tells it.</summary>
/// <param name="Verdict">A verdict's name, see <see cref="Replay.ReplayText.Name"/>.</param>
/// <param name="Reason">The drop reason; null unless dropped.</param>
/// <param name="Location">The kernel function that dropped it, or in which its way ended; null where that is not known. For people.</param>
/// <param name="Counters">The counters that moved, and by how much.</param>
/// <param name="Sockets">Every socket that got it.</param>
/// <param name="Sent">The frames sent because of it, as hexadecimal digits; those that left by another device than the receiving one begin with its name and a space.</param>
public sealed record Answer(
    string Verdict, string? Reason, string? Location, IReadOnlyDictionary<string, long> Counters, IReadOnlyList<string> Sockets, IReadOnlyList<string> Sent);
