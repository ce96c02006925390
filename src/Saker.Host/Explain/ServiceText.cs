using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>The type of service of IPv4 and the traffic class of IPv6 in words (RFC 2474, RFC 3168).</summary>
internal static class ServiceText
{
    public static string Describe(byte octet)
    {
        string ecn = (EcnCodepoint)(octet & 3) switch
        {
            EcnCodepoint.NotEct => "not ECN-capable",
            EcnCodepoint.Ect0 => "ECT(0)",
            EcnCodepoint.Ect1 => "ECT(1)",
            _ => "congestion experienced",
        };
        return $"DSCP {octet >> 2}{Name(octet >> 2)}, {ecn}";
    }

    private static string Name(int dscp) => dscp switch
    {
        46 => " (EF)",
        44 => " (VA)",
        1 => " (LE)",
        > 0 when (dscp & 7) == 0 => $" (CS{dscp >> 3})",
        >= 10 and <= 38 when (dscp & 1) == 0 && (dscp >> 3) is >= 1 and <= 4 => $" (AF{dscp >> 3}{(dscp >> 1) & 3})",
        _ => string.Empty,
    };
}
