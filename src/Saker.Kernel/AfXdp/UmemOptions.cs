using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>What pages a UMEM is made of.</summary>
public enum UmemPages
{
    /// <summary>
    /// Huge pages where enough are free, else usual ones, which the kernel may join (transparent huge pages); <see cref="Umem.HugePagesMissing"/> tells that none were reserved.
    /// </summary>
    BestAvailable,

    /// <summary>Usual ones.</summary>
    Usual,

    /// <summary>Huge ones, or none.</summary>
    Huge,
}

/// <summary>How a <see cref="Umem"/> is made.</summary>
public sealed record UmemOptions
{
    /// <summary>How it is cut into chunks.</summary>
    public UmemLayout Layout { get; init; } = new();

    /// <summary>What pages it is made of.</summary>
    public UmemPages Pages { get; init; }

    /// <summary>Whether the kernel fills in checksums that a device does not, in copy mode (<c>XDP_UMEM_TX_SW_CSUM</c>).</summary>
    public bool UsesSoftwareChecksum { get; init; }

    /// <summary>
    /// Whether it is watched who owns which frame (<see cref="FrameLedger"/>). By default in debug builds of this library only.
    /// </summary>
    public bool TracksFrames { get; init; } =
#if DEBUG
        true;
#else
        false;
#endif
}
