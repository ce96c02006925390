namespace Saker.Stack.Driver.Links;

/// <summary>How a driver treats a link's frames.</summary>
public sealed record LinkOptions
{
    /// <summary>
    /// What becomes of datagrams and segments whose sender, a kernel on the same machine, has left the checksum to hardware that there is not, where the link does not tell of it.
    /// </summary>
    public UnfilledChecksums Unfilled { get; init; } = UnfilledChecksums.Refuse;

    /// <summary>
    /// So many chunks are kept free for the link: below, a frame is copied to the CPU's own memory when it is received, and its chunk goes back at once, so that a slow reader
    /// cannot starve the link. 0: never.
    /// </summary>
    public int FreeChunks { get; init; } = 64;
}

/// <summary>What becomes of a packet whose transport checksum is the sum of its pseudo header alone: who made it left the rest to a card.</summary>
public enum UnfilledChecksums
{
    /// <summary>It is verified as any other, found wrong, and dropped by its protocol.</summary>
    Refuse,

    /// <summary>It is believed, since it never met a wire (<c>CHECKSUM_PARTIAL</c>), and counted. Where all that comes by the link was made on this machine.</summary>
    Accept,
}
