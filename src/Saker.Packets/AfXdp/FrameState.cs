namespace Saker.Packets.AfXdp;

/// <summary>Who has a frame of the UMEM.</summary>
public enum FrameState
{
    /// <summary>The <see cref="FrameAllocator"/>.</summary>
    Free,

    /// <summary>The program: it was taken, received, or completed.</summary>
    Held,

    /// <summary>The kernel's side, to receive into: it is in FILL, or in RX and was not looked at.</summary>
    InFill,

    /// <summary>The kernel's side, to send: it is in TX, or in COMPLETION and was not looked at.</summary>
    InTransmit,
}
