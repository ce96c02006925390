namespace Saker.Bpf.Maps;

/// <summary>
/// Chooses which entry is given up: a hand goes round all elements, passes by once those that were used since it came last, and takes the first that was not. That is
/// near to the least recently used one, and using an entry costs one bit.
/// </summary>
internal sealed unsafe class LruClock(byte* first, int stride, long count) : IDisposable
{
    /// <summary>Rounds after which everything is in use by others.</summary>
    private const int MostRounds = 4;

    private readonly MapMemory _lockMemory = new(64);
    private long _hand;

    /// <summary>How many elements may be looked at in one go.</summary>
    public long Steps => count * MostRounds;

    /// <summary>Takes the clock: one at a time moves its hand.</summary>
    public void Enter() => WordLock.Enter((int*)_lockMemory.Start);

    /// <summary>Gives the clock back.</summary>
    public void Exit() => WordLock.Exit((int*)_lockMemory.Start);

    /// <summary>The element at the hand, which moves on.</summary>
    public byte* Next()
    {
        byte* element = first + (_hand * stride);
        _hand = _hand + 1 == count ? 0 : _hand + 1;
        return element;
    }

    /// <inheritdoc/>
    public void Dispose() => _lockMemory.Dispose();
}
