namespace Saker.Stack.Devices.Bridge;

/// <summary>What is known of a frame while a bridge decides where it goes (<c>struct br_input_skb_cb</c>).</summary>
internal readonly ref struct BridgedFrame
{
    public required EthernetBridge Bridge { get; init; }

    /// <summary>What was set of the bridge when the frame came.</summary>
    public required BridgeSettings Settings { get; init; }

    /// <summary>The index of the device that it came by: a port's, or the bridge's own for what this host sends.</summary>
    public required int Source { get; init; }

    /// <summary>It was sent by this host.</summary>
    public bool IsOwn { get; init; }

    /// <summary>It came in by an isolated port.</summary>
    public bool IsFromIsolated { get; init; }

    /// <summary>The VLAN that it belongs to; 0 where the bridge does not filter by VLAN.</summary>
    public ushort Vlan { get; init; }

    /// <summary>This host gets it, too, whatever ports it leaves by.</summary>
    public bool GoesUp { get; init; }

    /// <summary>Whether ports must belong to its VLAN.</summary>
    public bool IsFiltered => Settings.IsVlanFiltering;
}

/// <summary>To how many a frame is addressed, which decides by which ports it is flooded (<c>enum br_pkt_type</c>).</summary>
internal enum FloodKind : byte
{
    /// <summary>To one station, of which nobody knows where it is.</summary>
    Unicast,

    /// <summary>To a group.</summary>
    Multicast,

    /// <summary>To everybody.</summary>
    Broadcast,

    /// <summary>To a group of which it is known who wants it.</summary>
    Group,
}
