using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Interop;
using Saker.Kernel.Packets;
using Saker.Packets;

namespace Saker.Kernel.Tap;

/// <summary>A queue of a <see cref="TapDevice"/>: frames are read and written one by one. One thread at a time reads, and one writes.</summary>
public sealed unsafe class TapQueue : IDisposable
{
    /// <summary>Pieces of memory that a frame may lie in, or be read to, the header of offloads apart.</summary>
    public const int MostPieces = 64;

    private readonly SafeFileHandle _descriptor;

    internal TapQueue(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Can be waited for: it can be read when the kernel has sent a frame.</summary>
    public SafeHandle Descriptor => _descriptor;

    /// <summary>Whether a frame waits.</summary>
    public bool HasFrames
    {
        get
        {
            using HeldDescriptor held = new(_descriptor);
            Libc.PollDescriptor descriptor = new() { fd = held.Number, events = Libc.POLLIN };
            return Libc.poll(&descriptor, 1, 0) > 0 && (descriptor.revents & Libc.POLLIN) != 0;
        }
    }

    /// <summary>Reads a frame into several pieces of memory, one filled after the other.</summary>
    /// <param name="pieces">Where they begin.</param>
    /// <param name="pieceLength">Bytes of each. What does not fit in all of them is lost.</param>
    /// <param name="header">What the kernel has left to this process.</param>
    /// <returns>The frame's length; -1: none waits, or the device is gone or down.</returns>
    public int TryRead(ReadOnlySpan<nint> pieces, int pieceLength, out OffloadHeader header)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pieces.Length, MostPieces);
        byte* front = stackalloc byte[OffloadHeader.Length];
        Libc.IoVector* vectors = stackalloc Libc.IoVector[MostPieces + 1];
        vectors[0] = new Libc.IoVector { iov_base = front, iov_len = OffloadHeader.Length };
        for (int i = 0; i < pieces.Length; i++)
        {
            vectors[i + 1] = new Libc.IoVector { iov_base = (byte*)pieces[i], iov_len = (nuint)pieceLength };
        }

        nint length = Libc.readv(_descriptor, vectors, pieces.Length + 1);
        if (length < OffloadHeader.Length)
        {
            header = default;
            return -1;
        }

        header = OffloadHeader.Read(new ReadOnlySpan<byte>(front, OffloadHeader.Length));
        return (int)length - OffloadHeader.Length;
    }

    /// <summary>Whether a frame lies in no more pieces than can be written.</summary>
    public static bool CanTake(PacketBuffer frame) => FrameVectors.Fits(frame, MostPieces);

    /// <summary>Writes a frame, which the kernel receives and copies. It remains the caller's.</summary>
    /// <param name="header">What is left to the kernel.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False if the kernel does not take it: the device is down, or the frame is not to its taste.</returns>
    public bool TryWrite(in OffloadHeader header, PacketBuffer frame)
    {
        byte* front = stackalloc byte[OffloadHeader.Length];
        header.Write(new Span<byte>(front, OffloadHeader.Length));
        Libc.IoVector* vectors = stackalloc Libc.IoVector[MostPieces + 1];
        vectors[0] = new Libc.IoVector { iov_base = front, iov_len = OffloadHeader.Length };
        int count = FrameVectors.Write(frame, vectors + 1, MostPieces);
        return count >= 0 && Libc.writev(_descriptor, vectors, count + 1) >= 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
