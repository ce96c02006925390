namespace Saker.Packets.AfXdp;

/// <summary>The FILL ring, by which user space gives frames to be received into. For the side that owns the UMEM.</summary>
/// <param name="memory">Where it lies.</param>
/// <param name="ledger">Who watches who owns which frame; null: nobody.</param>
public sealed class FillRing(RingMemory memory, FrameLedger? ledger = null) : RingProducer<UmemFrame>(memory, ledger is not null)
{
    private protected override void Note(uint first, int count)
    {
        for (uint i = 0; i < (uint)count; i++)
        {
            ledger!.Move(EntryAt(first + i).Address, FrameState.Held, FrameState.InFill);
        }
    }
}
