using Saker.Packets;

namespace Saker.Stack.Driver.Links;

/// <summary>
/// A queue of a link, as its driver sees it: what a receive and a transmit ring are of a card. Received frames lie in chunks of a region of the queue's own, in memory of
/// this process or in one that is shared with the kernel (a UMEM), and stay there until they are read.
/// </summary>
/// <remarks>All of it belongs to one CPU, and is called where that CPU runs; a link raises <see cref="ILinkInterrupt"/> on any thread.</remarks>
public interface ILinkQueue
{
    /// <summary>
    /// The driver takes the queue into use. From then on it receives.
    /// </summary>
    /// <param name="opening">What the queue is to know.</param>
    /// <returns>The memory that its frames lie in. The driver disposes of it after <see cref="Close"/>.</returns>
    FrameRegion Open(in LinkOpening opening);

    /// <summary>
    /// Whether frames wait, as far as the queue can tell at little cost. True for nothing costs a poll; a link that is not sure says false only where a descriptor that can be
    /// waited for, an interrupt, or <see cref="NextArrivalAt"/> will tell.
    /// </summary>
    bool HasFrames { get; }

    /// <summary>When a frame will arrive that is on its way, by the stack's clock; <see cref="long.MaxValue"/>: none is known of.</summary>
    long NextArrivalAt => long.MaxValue;

    /// <summary>
    /// Takes frames that have come, whole ones only; their chunks are the caller's from then on. Chunks for further frames are taken of the region meanwhile.
    /// </summary>
    /// <param name="parts">Where their parts go: room for <see cref="LinkFrame.MostParts"/> at least.</param>
    /// <param name="most">How many frames at most.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many parts were written.</returns>
    int Receive(Span<LinkFrame> parts, int most, long now);

    /// <summary>Whether a frame can be posted now. Where it cannot, the sender drops it.</summary>
    bool HasRoomFor(PacketBuffer frame);

    /// <summary>
    /// Whether the other side finishes a frame (<see cref="LinkOffload.TryFind"/>), which is then posted as it is. Where it does not, checksums are filled in and segments are cut before.
    /// </summary>
    bool Finishes(PacketBuffer frame) => false;

    /// <summary>Takes a frame that has room, to be sent with the next <see cref="Flush"/> at the latest. It is the queue's, which frees it on this CPU.</summary>
    void Post(PacketBuffer frame);

    /// <summary>Sends what was posted. At the end of a poll, or after single frames outside of one.</summary>
    /// <returns>How many posted frames turned out not to be taken, and are lost.</returns>
    int Flush();

    /// <summary>Whether frames wait still to be sent, since the other side did not take them with the last <see cref="Flush"/>. The driver then flushes again by itself, after a while.</summary>
    bool HasUnsent => false;

    /// <summary>
    /// The driver is done: the queue frees frames that it still has to send, and gives all chunks back to the region that no packet holds. The CPU is driven by nobody then.
    /// </summary>
    void Close();
}

/// <summary>What a queue is told when it is taken into use.</summary>
/// <param name="Cpu">The number of the CPU whose it is.</param>
/// <param name="CpuCount">How many CPUs there are.</param>
/// <param name="Interrupt">By which it makes that CPU poll it.</param>
public readonly record struct LinkOpening(int Cpu, int CpuCount, ILinkInterrupt Interrupt);

/// <summary>Makes the CPU of a queue poll it.</summary>
public interface ILinkInterrupt
{
    /// <summary>Frames wait, or time has come to look. For any thread; nothing is lost, whatever the CPU is doing.</summary>
    void Raise();
}
