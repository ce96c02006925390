using System.Runtime.CompilerServices;
using Saker.Stack.Softirq;

namespace Saker.Stack.Nic;

/// <summary>
/// When a card raises a vector's interrupt for frames that wait. Times are nanoseconds of the stack's clock. Zero limits nothing; if all is zero, no frame waits.
/// </summary>
/// <remarks>The driver sets it on its thread; what waits is the card's.</remarks>
public sealed class InterruptModeration
{
    private readonly IClock _clock;
    private long _delay;
    private long _interval;
    private int _mostFrames;
    private int _lowDescriptors;
    private int _frames;
    private long _firstAt;
    private bool _isUrgent;

    internal InterruptModeration(IClock clock) => _clock = clock;

    /// <summary>How long the first frame waits for others (<c>ethtool -C rx-usecs</c>).</summary>
    public long Delay
    {
        get => Volatile.Read(ref _delay);
        set => Volatile.Write(ref _delay, NotNegative(value));
    }

    /// <summary>The least time between two interrupts (<c>rx-usecs-high</c>, and what <c>adaptive-rx</c> moves: the interrupt throttling rate).</summary>
    public long Interval
    {
        get => Volatile.Read(ref _interval);
        set => Volatile.Write(ref _interval, NotNegative(value));
    }

    /// <summary>As soon as so many frames wait, none waits longer (<c>rx-frames</c>).</summary>
    public int MostFrames
    {
        get => Volatile.Read(ref _mostFrames);
        set => Volatile.Write(ref _mostFrames, (int)NotNegative(value));
    }

    /// <summary>As soon as the ring has fewer empty descriptors than this, no frame waits longer: it is to be filled.</summary>
    public int LowDescriptors
    {
        get => Volatile.Read(ref _lowDescriptors);
        set => Volatile.Write(ref _lowDescriptors, (int)NotNegative(value));
    }

    /// <summary>How many frames wait for the interrupt. For the card.</summary>
    internal int Frames => _frames;

    /// <summary>A frame waits. For the card.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Note(DescriptorRing ring)
    {
        if (_frames++ == 0)
        {
            // Real clocks are dear: without a delay nobody asks when the first came.
            _firstAt = _delay == 0 ? 0 : _clock.Now;
        }

        if ((_mostFrames | _lowDescriptors) != 0)
        {
            NoteUrgency(ring);
        }
    }

    private void NoteUrgency(DescriptorRing ring) =>
        _isUrgent |= (_mostFrames != 0 && _frames >= _mostFrames) || (_lowDescriptors != 0 && ring.FreeCount < _lowDescriptors);

    /// <summary>A frame was lost for want of a descriptor: the driver must come and fill the ring. For the card.</summary>
    internal void NoteLoss() => _isUrgent = true;

    /// <summary>When the interrupt is due; <see cref="long.MaxValue"/>: nothing waits for it. For the card.</summary>
    /// <param name="lastAt">When it came last.</param>
    internal long DueAt(long lastAt) =>
        _isUrgent ? long.MinValue
        : _frames == 0 ? long.MaxValue
        : Math.Max(_firstAt + _delay, _interval == 0 ? long.MinValue : lastAt + _interval);

    /// <summary>The interrupt was raised: nothing waits. For the card.</summary>
    internal void Clear()
    {
        _frames = 0;
        _isUrgent = false;
    }

    private static long NotNegative(long value, [CallerMemberName] string name = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return value;
    }
}
