using System.Globalization;

namespace Saker.Kernel.Interop;

/// <summary>What this thread may do beyond what users may: <c>capabilities(7)</c>.</summary>
internal static class Capabilities
{
    public const int CAP_NET_ADMIN = 12;
    public const int CAP_NET_RAW = 13;
    public const int CAP_IPC_LOCK = 14;
    public const int CAP_SYS_ADMIN = 21;
    public const int CAP_PERFMON = 38;
    public const int CAP_BPF = 39;

    private const string Status = "/proc/thread-self/status";
    private const string Line = "CapEff:";

    /// <summary>The name of each that is named here.</summary>
    public static string NameOf(int capability) => capability switch
    {
        CAP_NET_ADMIN => nameof(CAP_NET_ADMIN),
        CAP_NET_RAW => nameof(CAP_NET_RAW),
        CAP_IPC_LOCK => nameof(CAP_IPC_LOCK),
        CAP_SYS_ADMIN => nameof(CAP_SYS_ADMIN),
        CAP_PERFMON => nameof(CAP_PERFMON),
        _ => nameof(CAP_BPF),
    };

    /// <summary>Which of these this thread has not; <c>CAP_SYS_ADMIN</c> counts for <c>CAP_BPF</c> and <c>CAP_PERFMON</c>, as for the kernel. Empty where it cannot be found out.</summary>
    public static IEnumerable<int> Missing(params IEnumerable<int> wanted)
    {
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Line, StringComparison.Ordinal)) : null;
        ulong effective = line is not null && ulong.TryParse(line.AsSpan(Line.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) ? mask : ulong.MaxValue;
        bool Has(int capability) => (effective >> capability & 1) != 0;
        return [.. wanted.Where(capability => !Has(capability) && !(capability is CAP_BPF or CAP_PERFMON && Has(CAP_SYS_ADMIN)))];
    }
}
