using Saker.Kernel.Interop;
using Saker.Packets;

namespace Saker.Kernel.Packets;

/// <summary>Tells a system call where the pieces of a frame lie.</summary>
internal static unsafe class FrameVectors
{
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
