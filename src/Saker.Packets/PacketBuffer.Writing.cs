using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <content>Writing bytes wherever they lie.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>Writes over bytes of the packet, wherever they lie (<c>skb_store_bits</c>). They must be this packet's alone.</summary>
    /// <exception cref="InvalidOperationException">The packet ends before.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int offset, ReadOnlySpan<byte> source) => Store(Metadata, offset, source);

    /// <summary>Writes over bytes of the packet what another packet has, wherever either's lie.</summary>
    /// <param name="offset">Where in this packet.</param>
    /// <param name="source">The other packet.</param>
    /// <param name="sourceOffset">Where in the other.</param>
    /// <param name="count">How many bytes, all of which must be there in both.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int offset, PacketBuffer source, int sourceOffset, int count) => Store(Metadata, offset, source.SegmentsOf(sourceOffset, count));

    private static void Store(PacketMetadata* metadata, int offset, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        foreach (ReadOnlySpan<byte> segment in PartsOf(metadata, offset, source.Length))
        {
            fixed (byte* place = segment)
            {
                source[..segment.Length].CopyTo(new Span<byte>(place, segment.Length));
            }

            source = source[segment.Length..];
        }

        if (!source.IsEmpty)
        {
            ThrowNoRoom();
        }
    }

    private static void Store(PacketMetadata* metadata, int offset, SegmentEnumerator source)
    {
        foreach (ReadOnlySpan<byte> segment in source)
        {
            Store(metadata, offset, segment);
            offset += segment.Length;
        }
    }
}
