using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>A pool and a region for one test, which ends with every entry and every chunk back in its place.</summary>
internal sealed class PacketMemory : IDisposable
{
    public PacketMemory(int packets = 64, int chunks = 64, int chunkSize = 512, int headroom = 64)
    {
        Pool = new PacketPool(packets);
        Region = new FrameRegion(chunks, chunkSize, headroom);
    }

    public PacketPool Pool { get; }

    public FrameRegion Region { get; }

    public static byte[] Bytes(int length, int first = 1) => [.. Enumerable.Range(first, length).Select(value => (byte)value)];

    public static byte[] BytesOf(PacketBuffer packet)
    {
        byte[] bytes = new byte[packet.Length];
        Assert.Equal(bytes.Length, packet.CopyTo(0, bytes));
        return bytes;
    }

    public PacketBuffer Allocate()
    {
        Assert.True(Pool.TryAllocate(Region, out PacketBuffer packet));
        return packet;
    }

    /// <summary>A packet of one chunk.</summary>
    public PacketBuffer Linear(ReadOnlySpan<byte> bytes)
    {
        PacketBuffer packet = Allocate();
        bytes.CopyTo(packet.Put(bytes.Length));
        return packet;
    }

    /// <summary>A packet with so many bytes in the first chunk and in each fragment.</summary>
    public PacketBuffer Fragmented(ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> sizes)
    {
        PacketBuffer packet = Linear(bytes[..sizes[0]]);
        bytes = bytes[sizes[0]..];
        foreach (int size in sizes[1..])
        {
            packet.AppendFragment(Linear(bytes[..size]));
            bytes = bytes[size..];
        }

        Assert.True(bytes.IsEmpty);
        return packet;
    }

    public PacketBuffer Clone(PacketBuffer packet)
    {
        Assert.True(packet.TryClone(out PacketBuffer clone));
        return clone;
    }

    public void Dispose()
    {
        Assert.Equal(0, Pool.OutstandingCount);
        Assert.Equal(Region.ChunkCount, Region.AvailableCount);
        Pool.Dispose();
        Region.Dispose();
    }
}
