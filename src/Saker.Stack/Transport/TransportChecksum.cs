using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>Verifies checksums over packets, wherever their bytes lie.</summary>
internal static class TransportChecksum
{
    /// <summary>Up to this length Linux verifies a checksum before it asks for the socket, beyond it later (<c>CHECKSUM_BREAK</c>).</summary>
    public const int ImmediateLength = 76;

    /// <summary>The one's complement sum of the first bytes of a packet's data.</summary>
    public static uint Sum(PacketBuffer packet, int length, uint initial) => Sum(packet, 0, length, initial);

    /// <summary>The one's complement sum of a part of a packet's data, its first byte standing at an even place.</summary>
    public static uint Sum(PacketBuffer packet, int start, int length, uint initial)
    {
        if (start + length <= packet.LinearLength)
        {
            return InternetChecksum.Sum(packet.Linear.Slice(start, length), initial);
        }

        uint sum = initial;
        int offset = 0;
        foreach (ReadOnlySpan<byte> segment in packet.SegmentsOf(start, length))
        {
            sum = InternetChecksum.Combine(sum, InternetChecksum.Sum(segment), offset);
            offset += segment.Length;
        }

        return sum;
    }

    /// <summary>
    /// Whether the checksum over the first bytes, with what <paramref name="initial"/> adds, is right; computed unless it is known to be
    /// (<c>skb_csum_unnecessary</c>), and noted on the packet if it was.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Verify(PacketBuffer packet, int length, uint initial)
    {
        if (packet.IsChecksumVerified || packet.ChecksumState is ChecksumState.Unnecessary or ChecksumState.Partial)
        {
            return true;
        }

        Span<byte> linear = packet.Linear;
        bool isRight = length <= linear.Length
            ? InternetChecksum.Verify(linear[..length], initial)
            : InternetChecksum.Fold(Sum(packet, length, initial)) == ushort.MaxValue;
        packet.IsChecksumVerified = isRight;
        return isRight;
    }
}
