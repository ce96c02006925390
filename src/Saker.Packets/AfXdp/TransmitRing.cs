namespace Saker.Packets.AfXdp;

/// <summary>The TX ring, by which packets go. For the side that owns the UMEM.</summary>
/// <param name="memory">Where it lies.</param>
/// <param name="ledger">Who watches who owns which frame; null: nobody.</param>
public sealed class TransmitRing(RingMemory memory, FrameLedger? ledger = null) : RingProducer<XdpDescriptor>(memory, ledger is not null)
{
    private protected override void Note(uint first, int count)
    {
        for (uint i = 0; i < (uint)count; i++)
        {
            ledger!.Move(EntryAt(first + i).Address, FrameState.Held, FrameState.InTransmit);
        }
    }
}
