using System.Runtime.InteropServices;
using Saker.Kernel.Interop;
using Saker.Packets;

namespace Saker.Kernel.Packets;

/// <summary>
/// Frames that leave by a packet socket together (sendmmsg(2)), from where they lie; the kernel copies them. The frames remain the caller's, and must stay as they are until
/// <see cref="Send"/> has returned.
/// </summary>
public sealed unsafe class PacketBatch : IDisposable
{
    /// <summary>Frames of a batch, if nothing else is said.</summary>
    public const int DefaultCapacity = 64;

    /// <summary>Pieces of memory that a frame may lie in, the header of offloads apart.</summary>
    public const int MostPieces = 64;

    private readonly SafeSocketDescriptor _socket;
    private readonly Libc.MessageOfMany* _messages;
    private readonly Libc.IoVector* _vectors;
    private readonly byte* _headers;
    private readonly int _capacity;
    private bool _isDisposed;

    internal PacketBatch(SafeSocketDescriptor socket, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1024);
        _socket = socket;
        _capacity = capacity;
        _messages = (Libc.MessageOfMany*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Libc.MessageOfMany));
        _vectors = (Libc.IoVector*)NativeMemory.AllocZeroed((nuint)capacity * (MostPieces + 1), (nuint)sizeof(Libc.IoVector));
        _headers = (byte*)NativeMemory.AllocZeroed((nuint)capacity, OffloadHeader.Length);
    }

    /// <summary>Frames in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no further frame has room.</summary>
    public bool IsFull => Count == _capacity;

    /// <summary>Whether a frame lies in no more pieces than can be sent.</summary>
    public static bool CanTake(PacketBuffer frame) => FrameVectors.Fits(frame, MostPieces);

    /// <summary>Adds a frame.</summary>
    /// <param name="header">What is left to hardware.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False if there is no room, or the frame lies in too many pieces.</returns>
    public bool TryAdd(in OffloadHeader header, PacketBuffer frame)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (IsFull)
        {
            return false;
        }

        Libc.IoVector* vectors = _vectors + (Count * (MostPieces + 1));
        byte* front = _headers + (Count * OffloadHeader.Length);
        header.Write(new Span<byte>(front, OffloadHeader.Length));
        vectors[0] = new Libc.IoVector { iov_base = front, iov_len = OffloadHeader.Length };
        int pieces = FrameVectors.Write(frame, vectors + 1, MostPieces);
        if (pieces < 0)
        {
            return false;
        }

        _messages[Count].msg_hdr = new Libc.MessageHeader { msg_iov = vectors, msg_iovlen = (nuint)(pieces + 1) };
        Count++;
        return true;
    }

    /// <summary>Sends all frames; the batch is empty then. Frames that the device does not take are lost, and those behind them are sent nevertheless.</summary>
    /// <returns>How many were lost.</returns>
    public int Send()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int lost = 0;
        int done = 0;
        while (done < Count)
        {
            int sent = Libc.sendmmsg(_socket, _messages + done, (uint)(Count - done), Libc.MSG_DONTWAIT);
            if (sent > 0)
            {
                done += sent;
            }
            else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                lost++;
                done++;
            }
        }

        Count = 0;
        return lost;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            NativeMemory.Free(_messages);
            NativeMemory.Free(_vectors);
            NativeMemory.Free(_headers);
        }
    }
}
