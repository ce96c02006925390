namespace Saker.Stack.Nic;

/// <summary>A receive queue as the card knows it: its ring, and the interrupt that tells of it.</summary>
public sealed class CardQueue
{
    internal CardQueue(int number, DescriptorRing ring, CardInterrupt interrupt)
    {
        Number = number;
        Ring = ring;
        Interrupt = interrupt;
        Moderation = interrupt.Moderation;
    }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary>Its descriptors.</summary>
    public DescriptorRing Ring { get; }

    /// <summary>The interrupt.</summary>
    public CardInterrupt Interrupt { get; }

    /// <summary>When the interrupt is raised.</summary>
    internal InterruptModeration Moderation { get; }

    /// <summary>Frames put into the ring. The card counts.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames lost because the ring had no descriptor for them (<c>rx_no_dma_resources</c>).</summary>
    public long Lost { get; internal set; }
}
