using Saker.Host.Replay;

namespace Saker.Cli.Output;

/// <summary>The colours of verdicts, the same in every report.</summary>
internal static class VerdictColours
{
    /// <summary>A verdict's colour.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Delivered => "green",
        Verdict.Consumed => "blue",
        Verdict.Forwarded or Verdict.Redirected => "aqua",
        Verdict.Held => "yellow",
        Verdict.Dropped => "red",
        _ => "grey",
    };
}
