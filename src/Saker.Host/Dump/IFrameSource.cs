using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>Where dumped frames come from: a capture or a device of this host.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>The interfaces known so far; more may come with later frames.</summary>
    IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <summary>Looks for the next frame that passes the filter, for a moment where frames are still to come.</summary>
    /// <returns>False where there is none (yet): <see cref="IsAtEnd"/> tells which.</returns>
    bool TryNext(out DumpedFrame frame);

    /// <summary>Whether no frame will come any more.</summary>
    bool IsAtEnd { get; }

    /// <summary>What is to be said at the end: how much was seen and lost, or what is wrong with a capture.</summary>
    DumpSummary Summarize();
}

/// <summary>How a dump went.</summary>
/// <param name="Seen">Frames that the filter looked at; -1: nobody counted.</param>
/// <param name="Lost">Frames that passed it and found the socket full.</param>
/// <param name="Fault">Why a capture could not be read to its end; null: it was.</param>
public readonly record struct DumpSummary(long Seen, long Lost = 0, string? Fault = null);
