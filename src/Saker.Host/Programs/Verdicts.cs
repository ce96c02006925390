using System.Globalization;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>What the kernel calls what programs return.</summary>
public static class Verdicts
{
    private static readonly string[] Xdp = ["XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT"];

    private static readonly string[] TrafficControl =
    [
        "TC_ACT_UNSPEC", "TC_ACT_OK", "TC_ACT_RECLASSIFY", "TC_ACT_SHOT", "TC_ACT_PIPE", "TC_ACT_STOLEN", "TC_ACT_QUEUED", "TC_ACT_REPEAT", "TC_ACT_REDIRECT", "TC_ACT_TRAP",
    ];

    /// <summary>The name of what a program returned; where it has none, what the kernel makes of it.</summary>
    /// <param name="type">What the program is run for.</param>
    /// <param name="value">What it returned; the kernel takes 32 bits.</param>
    public static string NameOf(ProgramType type, uint value) => type switch
    {
        ProgramType.Xdp => value < Xdp.Length ? Xdp[value] : Number(value, "no XDP action"),
        ProgramType.SchedulerClassifier or ProgramType.SchedulerAction =>
            value + 1 < TrafficControl.Length ? TrafficControl[(int)(value + 1)] : Number(value, "no TC action"),
        ProgramType.SocketFilter => value == 0 ? "drop" : "keep",
        ProgramType.CgroupSkb => (value & 1) != 0 ? "allow" : "deny",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)value}"),
    };

    /// <summary>Whether a frame is gone for its receiver.</summary>
    /// <param name="type">What the program is run for.</param>
    /// <param name="value">What it returned.</param>
    public static bool IsDrop(ProgramType type, uint value) => NameOf(type, value) is "XDP_ABORTED" or "XDP_DROP" or "TC_ACT_SHOT" or "drop" or "deny";

    private static string Number(uint value, string what) => string.Create(CultureInfo.InvariantCulture, $"{(int)value} ({what})");
}
