using Saker.Packets;

namespace Saker.Stack.Observation;

/// <summary>How many packets one CPU has dropped, by reason.</summary>
public sealed class DropCounters
{
    private const int KernelReasons = 0x100;
    private const int OwnReasons = 0x40;
    private const int OwnOrigin = 0x1000;

    private readonly long[] _counts = new long[KernelReasons + OwnReasons];

    /// <summary>How many packets were dropped for this reason.</summary>
    public long this[DropReason reason] => _counts[Index(reason)];

    internal void Add(DropReason reason) => _counts[Index(reason)]++;

    private static int Index(DropReason reason)
    {
        int number = (int)reason;
        return number >= OwnOrigin ? KernelReasons + ((number - OwnOrigin) & (OwnReasons - 1)) : number & (KernelReasons - 1);
    }
}
