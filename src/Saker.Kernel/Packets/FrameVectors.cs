using Saker.Kernel.Interop;
using Saker.Packets;

namespace Saker.Kernel.Packets;

/// <summary>Tells a system call where the pieces of a frame lie.</summary>
internal static unsafe class FrameVectors
{
    /// <summary>Whether a frame lies in so many pieces at most.</summary>
    public static bool Fits(PacketBuffer frame, int most)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> piece in frame.Segments)
        {
            if (++count > most)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes a vector for each piece.</summary>
    /// <returns>How many; -1: there are more than that.</returns>
    public static int Write(PacketBuffer frame, Libc.IoVector* vectors, int most)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> piece in frame.Segments)
        {
            if (count == most)
            {
                return -1;
            }

            // Packets lie in unmanaged memory, which does not move.
            fixed (byte* start = piece)
            {
                vectors[count++] = new Libc.IoVector { iov_base = start, iov_len = (nuint)piece.Length };
            }
        }

        return count;
    }
}
