using Saker.Stack.Nic;

namespace Saker.Stack.Driver;

/// <summary>
/// Chooses the time between a vector's interrupts by the traffic, as the i40e driver does (<c>i40e_update_itr</c>): a few frames at a time want low latency,
/// many want fewer interrupts, and about 56 to 112 frames an interrupt are just right.
/// </summary>
/// <remarks>It belongs to the CPU that polls the vector. Only receiving counts: what is sent has no ring here.</remarks>
internal sealed class AdaptiveInterval
{
    /// <summary>The shortest and the longest interval, and the step between, in microseconds.</summary>
    public const int Least = 2;

    /// <inheritdoc cref="Least"/>
    public const int Most = 126;
    private const int Step = 2;

    private const int FewFrames = 4;
    private const int FewBytes = 9000;
    private const int TooFewFrames = 56;
    private const int JustRightFrames = 112;
    private const int BulkFrames = 256;

    /// <summary>After a change so many interrupts pass before the next: they may have come early.</summary>
    private const int Settling = 3;

    /// <summary>A measurement that is older than this says nothing: a jiffy of a kernel with 250 a second, twice.</summary>
    private const long MeasureTime = 8_000_000;

    private readonly int _divisor;
    private long _packets;
    private long _bytes;
    private long _packetsBefore;
    private long _bytesBefore;
    private long _updatedAt = long.MinValue / 2;
    private int _target = Least;
    private int _current = Least;
    private bool _isLatency = true;
    private int _countdown;

    /// <param name="speed">Of the link, in megabits a second.</param>
    public AdaptiveInterval(int speed) => _divisor = Step * (speed >= 40_000 ? 1024 : speed >= 20_000 ? 512 : speed >= 10_000 ? 256 : 32);

    /// <summary>The interval that is set, in microseconds.</summary>
    public int Current => _current;

    /// <summary>Whether low latency is wanted rather than few interrupts.</summary>
    public bool IsLatency => _isLatency;

    /// <summary>Counts what the rings have had since the last time.</summary>
    public void Add(ReadOnlySpan<ReceiveRing> rings)
    {
        long packets = 0;
        long bytes = 0;
        foreach (ReceiveRing ring in rings)
        {
            packets += ring[QueueCounter.Packets];
            bytes += ring[QueueCounter.Bytes];
        }

        _packets = packets - _packetsBefore;
        _bytes = bytes - _bytesBefore;
    }

    /// <summary>The interrupt is to be let in again: chooses the interval until the next (<c>i40e_update_enable_itr</c>).</summary>
    public void Update(InterruptModeration moderation, long now)
    {
        Choose(now - _updatedAt > MeasureTime);
        _updatedAt = now;
        _packetsBefore += _packets;
        _bytesBefore += _bytes;
        _packets = 0;
        _bytes = 0;
        if (_target != _current)
        {
            _current = _target;
            _countdown = Settling;
            moderation.Interval = _current * 1000L;
        }
        else if (_countdown > 0)
        {
            _countdown--;
        }
    }

    private void Choose(bool isStale)
    {
        if (isStale)
        {
            _target = Least;
            _isLatency = true;
        }
        else if (_countdown == 0)
        {
            Measure();
        }
    }

    private void Measure()
    {
        if (_packets is > 0 and < FewFrames && _bytes < FewBytes)
        {
            _isLatency = true;
            SetBySize();
        }
        else if (_packets < TooFewFrames)
        {
            _target = Math.Min(_target + Step, Most);
        }
        else if (_packets <= JustRightFrames)
        {
            _target = _current;
            _isLatency = false;
        }
        else if (_packets <= BulkFrames)
        {
            _target = Math.Max(_current / 2, Least);
            _isLatency = false;
        }
        else
        {
            _isLatency = false;
            SetBySize();
        }
    }

    /// <summary>From the average length: at the link's full rate an interrupt then finds as many frames as a socket's usual buffer holds.</summary>
    private void SetBySize()
    {
        long size = _bytes / _packets;
        long scaled = size <= 60 ? 4096
            : size <= 380 ? (size * 40) + 1696
            : size <= 1084 ? (size * 15) + 11_452
            : size <= 1980 ? (size * 5) + 22_420
            : 32_256;
        scaled = _isLatency ? scaled / 2 : scaled;
        _target = (int)Math.Min((scaled + _divisor - 1) / _divisor * Step, Most);
    }
}
