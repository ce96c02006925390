using Saker.Packets;

namespace Saker.Tests.Packets;

public class FrameMemoryTests
{
    /// <summary>What Linux 6.18 charged a socket for one frame that a packet socket had sent over a veth (SO_MEMINFO).</summary>
    [Theory]
    [InlineData(42, 832)]
    [InlineData(240, 832)]
    [InlineData(241, 1280)]
    [InlineData(688, 1280)]
    [InlineData(689, 2304)]
    [InlineData(1514, 2304)]
    [InlineData(3800, 8448)]
    [InlineData(5000, 9024)]
    [InlineData(8000, 9024)]
    [InlineData(9014, 13120)]
    [InlineData(16000, 17216)]
    [InlineData(30000, 33600)]
    [InlineData(33000, 37696)]
    [InlineData(65549, 66368)]
    public void An_allocated_frame_costs_what_the_kernel_charges(int length, int cost) => Assert.Equal(cost, FrameMemoryCost.Of(FrameMemory.Allocated, length));

    [Theory]
    [InlineData(FrameMemory.HalfPages, 60, 2304)]
    [InlineData(FrameMemory.HalfPages, 1514, 2304)]
    [InlineData(FrameMemory.HalfPages, 9014, 256 + (6 * 2048))]
    [InlineData(FrameMemory.Pages, 60, 4352)]
    [InlineData(FrameMemory.Pages, 1514, 4352)]
    [InlineData(FrameMemory.Pages, 9014, 256 + (3 * 4096))]
    public void A_frame_in_pages_costs_whole_ones(FrameMemory model, int length, int cost) => Assert.Equal(cost, FrameMemoryCost.Of(model, length));

    [Theory]
    [InlineData(FrameMemory.Allocated, 82, 256 - 2 - 82)]
    [InlineData(FrameMemory.Allocated, 1514, 1728 - 2 - 1514)]
    [InlineData(FrameMemory.HalfPages, 1514, 1728 - 64 - 1514)]
    [InlineData(FrameMemory.Allocated, 9014, 0)]
    [InlineData(FrameMemory.Pages, 9014, 0)]
    public void What_lies_in_one_piece_has_room_behind_it(FrameMemory model, int length, int room)
        => Assert.Equal(room, FrameMemoryCost.RoomBehind(model, FrameMemoryCost.Of(model, length), length));
}
