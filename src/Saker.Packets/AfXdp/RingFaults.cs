using System.Diagnostics.CodeAnalysis;

namespace Saker.Packets.AfXdp;

/// <summary>Misuse of a ring.</summary>
internal static class RingFaults
{
    [DoesNotReturn]
    public static void ThrowOpen() =>
        throw new InvalidOperationException("A batch of this ring is open: submit or release it, or dispose of it, before the next one.");

    [DoesNotReturn]
    public static void ThrowClosed() => throw new InvalidOperationException("The batch was submitted or released already, or disposed of.");

    [DoesNotReturn]
    public static void ThrowOutside() => throw new ArgumentOutOfRangeException(paramName: null, "The batch has no such entry.");
}
