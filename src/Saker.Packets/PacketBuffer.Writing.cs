namespace Saker.Packets;

/// <content>Writing bytes wherever they lie.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>Writes over bytes of the packet, wherever they lie (<c>skb_store_bits</c>). They must be this packet's alone.</summary>
    /// <exception cref="InvalidOperationException">The packet ends before.</exception>
    public void Write(int offset, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        foreach (ReadOnlySpan<byte> segment in SegmentsOf(offset, source.Length))
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

    /// <summary>Writes over bytes of the packet what another packet has, wherever either's lie.</summary>
    /// <param name="offset">Where in this packet.</param>
    /// <param name="source">The other packet.</param>
    /// <param name="sourceOffset">Where in the other.</param>
    /// <param name="count">How many bytes, all of which must be there in both.</param>
    public void Write(int offset, PacketBuffer source, int sourceOffset, int count)
    {
        foreach (ReadOnlySpan<byte> segment in source.SegmentsOf(sourceOffset, count))
        {
            Write(offset, segment);
            offset += segment.Length;
        }
    }
}
