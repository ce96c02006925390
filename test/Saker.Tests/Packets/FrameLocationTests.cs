using System.Runtime.InteropServices;
using Saker.Packets;

namespace Saker.Tests.Packets;

public sealed unsafe class FrameLocationTests
{
    [Fact]
    public void Only_a_packet_of_one_chunk_of_its_own_is_found_in_its_region()
    {
        const int ChunkSize = 2048;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(4 * ChunkSize, 4096);
        using (PacketPool pool = new(8))
        using (FrameRegion region = FrameRegion.Over((nint)memory, 4, ChunkSize), other = new(4))
        {
            Assert.True(region.TryTakeChunk(out int chunk));
            Assert.True(pool.TryBuild(region, chunk, 256, 100, 0, out PacketBuffer packet, out _));
            Assert.True(region.TryLocate(packet, out int found, out int offset));
            Assert.Equal((chunk, 256), (found, offset));
            packet.Pull(14);
            Assert.True(region.TryLocate(packet, out _, out offset));
            Assert.Equal(270, offset);
            Assert.False(other.TryLocate(packet, out found, out _));
            Assert.Equal(-1, found);

            Assert.True(packet.TryClone(out PacketBuffer clone));
            Assert.False(region.TryLocate(packet, out _, out _));
            clone.Free();
            Assert.True(region.TryLocate(packet, out _, out _));

            Assert.True(pool.TryAllocate(region, new byte[10], out PacketBuffer fragment));
            packet.AppendFragment(fragment);
            Assert.False(region.TryLocate(packet, out _, out _));
            packet.Free();
            Assert.Equal(4, region.AvailableCount);
        }

        NativeMemory.AlignedFree(memory);
    }
}
