using System.Runtime.CompilerServices;
using Saker.Stack.Devices;

namespace Saker.Stack.Nic;

/// <summary>
/// A transmit ring as the card knows it: descriptors, and the two registers that say whose they are (TDBAL, TDLEN, TDH, TDT). From head up to tail they are the
/// card's, and bear frames to be sent.
/// </summary>
/// <remarks>
/// The card sends when the driver moves the tail, on the thread that does so: a frame is taken by the link when its descriptor is written back, or it stays where
/// it is, and those behind it too, until the card is asked again.
/// </remarks>
public sealed class TransmitDescriptorRing
{
    /// <summary>The fewest descriptors.</summary>
    public const int MinimumLength = 64;

    /// <summary>The most descriptors.</summary>
    public const int MaximumLength = 8192;

    private readonly TransmitDescriptor[] _descriptors;
    private int _head;
    private int _tail;

    /// <summary>Makes a ring.</summary>
    /// <param name="length">How many descriptors: from <see cref="MinimumLength"/> to <see cref="MaximumLength"/>.</param>
    public TransmitDescriptorRing(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinimumLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaximumLength);
        _descriptors = new TransmitDescriptor[length];
    }

    /// <summary>The descriptors, from the ring's base.</summary>
    public ReadOnlySpan<TransmitDescriptor> Descriptors => _descriptors;

    /// <summary>How many there are.</summary>
    public int Length => _descriptors.Length;

    /// <summary>The descriptor that the card sends next. The card moves it.</summary>
    public int Head => _head;

    /// <summary>One past the last descriptor that is to be sent. The driver moves it, by whole frames.</summary>
    public int Tail => _tail;

    /// <summary>The descriptor of a number.</summary>
    internal ref TransmitDescriptor this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _descriptors[index];
    }

    /// <summary>The number behind a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int index) => index + 1 == _descriptors.Length ? 0 : index + 1;

    /// <summary>The doorbell: gives the card the descriptors up to a number.</summary>
    internal void MoveTail(int tail) => _tail = tail;

    /// <summary>The card sends what it has, as far as the link takes it.</summary>
    /// <param name="link">The link; null: nobody hears, and everything is sent.</param>
    internal void Send(IFrameTransmitter? link)
    {
        while (_head != _tail)
        {
            int last = _head;
            while (!_descriptors[last].IsEndOfFrame)
            {
                last = Next(last);
            }

            if (link is not null && !link.TryTransmit(_descriptors[_head].Frame))
            {
                return;
            }

            if (_descriptors[last].ReportsStatus)
            {
                _descriptors[last].WriteBack();
            }

            _head = Next(last);
        }
    }

    /// <summary>The card forgets what it has not sent: a reset.</summary>
    internal void Reset() => _head = _tail;
}
