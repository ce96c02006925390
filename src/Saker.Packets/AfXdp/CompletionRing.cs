namespace Saker.Packets.AfXdp;

/// <summary>
/// The COMPLETION ring, by which frames come back that were sent, each by the address that its descriptor bore. For the side that owns the UMEM: what is shown belongs to it.
/// </summary>
/// <param name="memory">Where it lies.</param>
/// <param name="ledger">Who watches who owns which frame; null: nobody.</param>
public sealed class CompletionRing(RingMemory memory, FrameLedger? ledger = null) : RingConsumer<UmemFrame>(memory, ledger is not null)
{
    private protected override void Note(uint first, int count)
    {
        for (uint i = 0; i < (uint)count; i++)
        {
            ledger!.Move(EntryAt(first + i).Address, FrameState.InTransmit, FrameState.Held);
        }
    }
}
