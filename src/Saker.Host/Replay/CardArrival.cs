using Saker.Stack.Nic;

namespace Saker.Host.Replay;

/// <summary>A frame's arrival at the card: how it found the queue, and why that one.</summary>
/// <param name="Card">The card's settings.</param>
/// <param name="Steering">What the card has decided.</param>
/// <param name="Queue">The queue; null if a flow rule drops the frame.</param>
internal readonly record struct CardArrival(CardSettings Card, SteeringResult Steering, CardQueue? Queue)
{
    /// <summary>Descriptors that were empty when the frame came.</summary>
    public int FreeDescriptors { get; } = Queue?.Ring.FreeCount ?? 0;

    /// <summary>Whether the queue's interrupt was masked when the frame came: its poll is on its way.</summary>
    public bool WasMasked { get; } = Queue is { Interrupt.Vector.IsMasked: true };
}
