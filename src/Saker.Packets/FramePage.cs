namespace Saker.Packets;

/// <summary>
/// A page of two halves that a driver holds: one half is being filled, and the other one may still be with a packet
/// (<c>struct i40e_rx_buffer</c>). A value that belongs to its holder: it is not copied, it moves.
/// </summary>
/// <remarks>
/// The page counts its references. The holder takes many of them at once, the bias, and each packet is given one of those, so that giving a half away
/// touches no count. When all references but the holder's rest and one are back, the other half is free, the halves change their parts, and the page is
/// used again. Else the holder gives its rest back, and the page is free when its packets are.
/// </remarks>
public struct FramePage
{
    /// <summary>The half to be filled next, as a chunk of the region.</summary>
    public int Chunk { readonly get; internal set; }

    /// <summary>References that are held and not given away; 0: there is no page.</summary>
    internal int Bias { readonly get; set; }

    /// <summary>Whether there is no page.</summary>
    public readonly bool IsEmpty => Bias == 0;
}
