using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>Verifies checksums over packets, wherever their bytes lie.</summary>
internal static class TransportChecksum
{
    /// <summary>The one's complement sum of the first bytes of a packet's data.</summary>
    public static uint Sum(PacketBuffer packet, int length, uint initial)
    {
        if (length <= packet.LinearLength)
        {
            return InternetChecksum.Sum(packet.Linear[..length], initial);
        }

        uint sum = initial;
        int offset = 0;
        foreach (ReadOnlySpan<byte> segment in packet.SegmentsOf(0, length))
        {
            sum = InternetChecksum.Combine(sum, InternetChecksum.Sum(segment), offset);
            offset += segment.Length;
        }

        return sum;
    }

    /// <summary>Whether the checksum over the first bytes, with what <paramref name="initial"/> adds, is right.</summary>
    public static bool Verify(PacketBuffer packet, int length, uint initial) => InternetChecksum.Fold(Sum(packet, length, initial)) == ushort.MaxValue;
}
