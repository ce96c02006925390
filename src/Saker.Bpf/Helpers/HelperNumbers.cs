namespace Saker.Bpf;

/// <summary>Numbers of helpers that more is to be known of than their descriptions say.</summary>
internal static class HelperNumbers
{
    /// <summary>Looks a key up.</summary>
    public const int MapLookup = 1;

    /// <summary>Changes an entry.</summary>
    public const int MapUpdate = 2;

    /// <summary>Removes an entry.</summary>
    public const int MapDelete = 3;

    /// <summary>Goes on in another program; engines do that themselves where the table has it.</summary>
    public const int TailCall = 12;

    /// <summary>Appends to a queue, stack or filter.</summary>
    public const int MapPush = 87;

    /// <summary>Takes from a queue or stack.</summary>
    public const int MapPop = 88;

    /// <summary>Looks at a queue, stack or filter.</summary>
    public const int MapPeek = 89;

    /// <summary>Locks.</summary>
    public const int SpinLock = 93;

    /// <summary>Unlocks.</summary>
    public const int SpinUnlock = 94;

    /// <summary>Calls back for each entry.</summary>
    public const int ForEachEntry = 164;

    /// <summary>Formats into memory.</summary>
    public const int FormatText = 165;

    /// <summary>Calls back a number of times.</summary>
    public const int Loop = 181;

    /// <summary>Exchanges a pointer that a map's value holds.</summary>
    public const int ExchangePointer = 194;
}
