using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Saker.Wire.Captures;

/// <summary>
/// A sliding window over the bytes of a capture: the parsers look at whole records in place, and the window moves on. It is as large as its largest
/// record; it grows by doubling and only when it is full of bytes that really came, so a length that lies costs no memory.
/// A failure to read is kept in <see cref="Failure"/> and ends the input like its end does.
/// </summary>
internal sealed class CaptureInput(Stream stream, bool leaveOpen, bool isDecompressed = false) : IDisposable
{
    private const int InitialCapacity = 256 * 1024;
    private const int CapacityGrain = 64 * 1024;

    private byte[] _window = GC.AllocateUninitializedArray<byte>(InitialCapacity);
    private long _windowOffset;
    private int _start;
    private int _end;
    private bool _hasEnded;

    /// <summary>How many bytes of the capture have been passed.</summary>
    public long Position => _windowOffset + _start;

    /// <summary>How many bytes from <see cref="Position"/> on are in the window. After a failed <see cref="TryPeek"/>, all that are left.</summary>
    public int Available => _end - _start;

    /// <summary>The bytes of <see cref="Available"/>.</summary>
    public ReadOnlySpan<byte> Window => _window.AsSpan(_start, _end - _start);

    /// <summary>Whether the bytes come out of a decompressor, so that positions are not positions in the file.</summary>
    public bool IsDecompressed => isDecompressed;

    /// <summary>Why reading ended before the input did, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Shows the next <paramref name="count"/> bytes without passing them; false where so many are not left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPeek(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_end - _start < count && !TryFill(count))
        {
            bytes = default;
            return false;
        }

        bytes = new ReadOnlySpan<byte>(_window, _start, count);
        return true;
    }

    /// <summary>Passes bytes that have been peeked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        Debug.Assert(count <= Available, "Only bytes that were peeked at can be passed.");
        _start += count;
    }

    /// <summary>Passes bytes unseen, however many; false where the input ends before, and then all of it is passed.</summary>
    public bool TrySkip(long count)
    {
        while (count > Available)
        {
            count -= Available;
            _start = _end;
            if (!TryFill(1))
            {
                return false;
            }
        }

        _start += (int)count;
        return true;
    }

    /// <summary>Ends the input here: nothing after a fault is worth reading.</summary>
    public void End()
    {
        _start = _end;
        _hasEnded = true;
    }

    public void Dispose()
    {
        End();
        if (!leaveOpen)
        {
            stream.Dispose();
        }
    }

    private bool TryFill(int count)
    {
        while (_end - _start < count)
        {
            if (_hasEnded)
            {
                return false;
            }

            if (_end == _window.Length)
            {
                MakeRoom(count);
            }

            int read = ReadMore();
            _hasEnded |= read == 0;
            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        byte[] target = _window;
        if (_start == 0)
        {
            long wanted = Math.Min((long)_window.Length * 2, (long)count + CapacityGrain);
            target = GC.AllocateUninitializedArray<byte>((int)Math.Min(wanted, Array.MaxLength));
        }

        Window.CopyTo(target);
        _window = target;
        _windowOffset += _start;
        _end -= _start;
        _start = 0;
    }

    private int ReadMore()
    {
        try
        {
            return stream.Read(_window.AsSpan(_end));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Failure = exception;
            return 0;
        }
    }
}
