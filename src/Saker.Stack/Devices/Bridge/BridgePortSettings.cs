namespace Saker.Stack.Devices.Bridge;

/// <summary>What a port does with frames, in the states of IEEE 802.1D (the numbers are the kernel's).</summary>
public enum BridgePortState : byte
{
    /// <summary>Takes nothing in, sends nothing out.</summary>
    Disabled = 0,

    /// <summary>Only the spanning tree protocol is heard.</summary>
    Listening = 1,

    /// <summary>Stations are learned; nothing is forwarded yet.</summary>
    Learning = 2,

    /// <summary>Frames go in and out.</summary>
    Forwarding = 3,

    /// <summary>Only the spanning tree protocol is heard, since another way is better.</summary>
    Blocking = 4,
}

/// <summary>What is set of a bridge's port, by the names of <c>ip link … type bridge_slave</c>. Immutable; swapped whole.</summary>
public sealed record BridgePortSettings
{
    /// <summary>Its state (<c>state</c>).</summary>
    public BridgePortState State { get; init; } = BridgePortState.Forwarding;

    /// <summary>Stations are learned from its frames (<c>learning</c>).</summary>
    public bool Learns { get; init; } = true;

    /// <summary>Frames to unknown stations go out by it (<c>flood</c>).</summary>
    public bool FloodsUnicast { get; init; } = true;

    /// <summary>Frames to groups go out by it (<c>mcast_flood</c>). Does not hold for what the bridge itself sends.</summary>
    public bool FloodsMulticast { get; init; } = true;

    /// <summary>Frames to everybody go out by it (<c>bcast_flood</c>). Does not hold for what the bridge itself sends.</summary>
    public bool FloodsBroadcast { get; init; } = true;

    /// <summary>A frame may leave by the port that it came in by (<c>hairpin</c>).</summary>
    public bool IsHairpin { get; init; }

    /// <summary>No frame goes from it to another isolated port (<c>isolated</c>).</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Takes in only the frames of stations that are known to be behind it (<c>locked</c>).</summary>
    public bool IsLocked { get; init; }

    /// <summary>Which frames to the reserved addresses 01:80:c2:00:00:00 to 0f are forwarded that come in by it (<c>group_fwd_mask</c>).</summary>
    public ushort GroupForwardMask { get; init; }

    /// <summary>Whether stations are learned at all in the port's state.</summary>
    internal bool IsLearningState => State is BridgePortState.Learning or BridgePortState.Forwarding;
}
