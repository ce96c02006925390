using Saker.Stack.Ip.V4;

namespace Saker.Stack.Ip.Icmp;

/// <summary>How many limited ICMP messages this host may make, whichever of its CPUs makes them (<c>icmp_global_allow</c>).</summary>
/// <remarks>All CPUs draw on one account, under a short lock: only errors ask it.</remarks>
internal sealed class IcmpCredit
{
    private const long Second = 1_000_000_000;
    private const long LeastRefill = Second / 50;

    private readonly Lock _lock = new();
    private readonly IPv4Settings _settings;
    private long _credit;
    private long _refilled = long.MinValue / 2;

    public IcmpCredit(IPv4Settings settings) => _settings = settings;

    /// <summary>What is left; for people.</summary>
    public long Left => Volatile.Read(ref _credit);

    /// <summary>Whether there is credit, once what time has brought is added.</summary>
    public bool IsAvailable(long now)
    {
        lock (_lock)
        {
            if (_credit > 0)
            {
                return true;
            }

            long elapsed = Math.Min(now - _refilled, Second);
            long added = elapsed < LeastRefill ? 0 : _settings.IcmpMessagesPerSecond * elapsed / Second;
            if (added == 0)
            {
                return false;
            }

            _refilled = now;
            _credit = Math.Min(_credit + added, _settings.IcmpMessagesBurst);
            return true;
        }
    }

    /// <summary>Takes what a message costs; the account may be overdrawn.</summary>
    public void Take(long amount)
    {
        lock (_lock)
        {
            _credit -= amount;
        }
    }
}
