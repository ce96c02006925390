using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Driver.Links;
using Saker.Stack.Softirq;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Links.Captures;

/// <summary>
/// A link that plays a capture: its frames arrive as fast as they are taken, or in their own time. What the stack sends is counted, and goes nowhere. Frames of other link types get an
/// Ethernet header.
/// </summary>
public sealed class CaptureLink : ILink
{
    private readonly CaptureQueue _queue;

    /// <param name="reader">The capture, read from where it stands; it is the link's, which closes it.</param>
    /// <param name="clock">The stack's time.</param>
    /// <param name="options">How it is played.</param>
    public CaptureLink(CaptureReader reader, IClock clock, CaptureLinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(clock);
        options ??= new CaptureLinkOptions();
        Name = $"capture:{reader.Source}";
        Address = options.Address;
        Mtu = options.Mtu;
        _queue = new CaptureQueue(reader, clock, options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ILinkQueue> Queues => [_queue];

    /// <inheritdoc/>
    public LinkOptions Options { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<LinkLoss> Losses => [new("shorter than its link header, or in too many pieces", _queue.Unreadable)];

    /// <summary>Why the capture could not be read to its end; null: it could, or was not yet.</summary>
    public string? Fault => _queue.Fault;

    /// <summary>Whether all frames have been taken.</summary>
    public bool IsAtEnd => _queue.IsAtEnd;

    /// <summary>Frames that the stack has sent.</summary>
    public long Sent => _queue.Sent;

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private sealed class CaptureQueue : ILinkQueue, IDisposable
    {
        private readonly CaptureReader _reader;
        private readonly IClock _clock;
        private readonly CaptureLinkOptions _options;
        private readonly EthernetFrames _ethernet = new();
        private FrameRegion? _memory;
        private byte[] _frame = [];
        private int _length = -1;
        private long _timestamp;
        private long _dueAt = long.MaxValue;
        private uint _number;
        private long? _shift;
        private volatile bool _isAtEnd;

        public CaptureQueue(CaptureReader reader, IClock clock, CaptureLinkOptions options)
        {
            _reader = reader;
            _clock = clock;
            _options = options;
        }

        public bool HasFrames => !_options.IsInOwnTime && !_isAtEnd;

        public long NextArrivalAt => _dueAt;

        public long Unreadable { get; private set; }

        public long Sent { get; private set; }

        public string? Fault { get; private set; }

        public bool IsAtEnd => _isAtEnd;

        public FrameRegion Open(in LinkOpening opening)
        {
            _memory = _options.Memory.Make(opening);
            ReadNext();
            opening.Interrupt.Raise();
            return _memory;
        }

        public int Receive(Span<LinkFrame> parts, int most, long now)
        {
            int count = 0;
            while (most-- > 0 && _length >= 0 && parts.Length - count >= LinkFrame.MostParts && (_dueAt <= now || !_options.IsInOwnTime))
            {
                parts[count] = new LinkFrame { Timestamp = _options.IsInOwnTime ? _dueAt : _timestamp, Origin = _number };
                int filled = ChunkFiller.TryFill(_memory!, _frame.AsSpan(0, _length), parts[count..]);
                if (filled == 0 && _length <= LinkFrame.MostParts * _memory!.FrameCapacity)
                {
                    // Without a free chunk the capture waits.
                    break;
                }

                Unreadable += filled == 0 ? 1 : 0;
                count += filled;
                ReadNext();
            }

            return count;
        }

        public bool HasRoomFor(PacketBuffer frame) => true;

        public void Post(PacketBuffer frame)
        {
            Sent++;
            frame.Free();
        }

        public int Flush() => 0;

        public void Close()
        {
        }

        public void Dispose() => _reader.Dispose();

        /// <summary>The next frame waits until it is due.</summary>
        private void ReadNext()
        {
            while (_reader.TryReadNext(out CaptureFrame frame))
            {
                if (!_ethernet.TryMake(frame, _options.Address, out ReadOnlySpan<byte> bytes))
                {
                    Unreadable++;
                    continue;
                }

                if (_frame.Length < bytes.Length)
                {
                    _frame = new byte[Math.Max(bytes.Length, 2048)];
                }

                bytes.CopyTo(_frame);
                _length = bytes.Length;
                _timestamp = frame.TimestampNanoseconds;
                _number = (uint)frame.Number;
                _shift ??= _clock.Now - _timestamp;
                _dueAt = _options.IsInOwnTime ? _timestamp + _shift.Value : long.MaxValue;
                return;
            }

            _length = -1;
            _dueAt = long.MaxValue;
            Fault = _reader.Fault?.ToString();
            _isAtEnd = true;
        }
    }
}

/// <summary>How a <see cref="CaptureLink"/> is played.</summary>
public sealed record CaptureLinkOptions
{
    /// <summary>Whether frames come as far apart as they did when they were captured, from the moment on at which the link is attached; else as fast as they are taken.</summary>
    public bool IsInOwnTime { get; init; }

    /// <summary>The host's link address.</summary>
    public MacAddress Address { get; init; }

    /// <summary>The longest packet that the stack may send.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>The queue's memory.</summary>
    public LinkMemoryOptions Memory { get; init; } = new();
}
