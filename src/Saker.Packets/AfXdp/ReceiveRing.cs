namespace Saker.Packets.AfXdp;

/// <summary>The RX ring, by which packets come. For the side that owns the UMEM: what is shown belongs to it.</summary>
/// <param name="memory">Where it lies.</param>
/// <param name="ledger">Who watches who owns which frame; null: nobody.</param>
public sealed class ReceiveRing(RingMemory memory, FrameLedger? ledger = null) : RingConsumer<XdpDescriptor>(memory, ledger is not null)
{
    private protected override void Note(uint first, int count)
    {
        for (uint i = 0; i < (uint)count; i++)
        {
            ledger!.Move(EntryAt(first + i).Address, FrameState.InFill, FrameState.Held);
        }
    }
}
