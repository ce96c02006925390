using System.Collections.Immutable;

namespace Saker.Stack.Devices.Bridge;

/// <summary>
/// The VLANs of a bridge's port, or of the bridge itself (<c>bridge vlan</c>). Immutable; swapped whole.
/// </summary>
public sealed class BridgeVlans
{
    /// <summary>VLAN 1 alone, without tags: what ports get by default (<c>vlan_default_pvid</c>).</summary>
    public static readonly BridgeVlans Default = new([new BridgeVlan(1) { IsUntagged = true }], 1);

    private readonly ulong[] _members = new ulong[64];
    private readonly ulong[] _untagged = new ulong[64];

    /// <summary>Makes a set.</summary>
    /// <param name="vlans">The VLANs.</param>
    /// <param name="portVlan">The VLAN of frames that come in without one (<c>pvid</c>); 0: they are not let in.</param>
    /// <exception cref="ArgumentOutOfRangeException">A VLAN id is none of 1 to 4094.</exception>
    public BridgeVlans(IEnumerable<BridgeVlan> vlans, ushort portVlan)
    {
        ArgumentNullException.ThrowIfNull(vlans);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(portVlan, BridgeVlan.LargestId);
        All = [.. vlans];
        PortVlan = portVlan;
        foreach (BridgeVlan vlan in All)
        {
            _members[vlan.Id / 64] |= 1UL << (vlan.Id % 64);
            _untagged[vlan.Id / 64] |= (vlan.IsUntagged ? 1UL : 0) << (vlan.Id % 64);
        }
    }

    /// <summary>The VLANs.</summary>
    public ImmutableArray<BridgeVlan> All { get; }

    /// <summary>The VLAN of frames that come in without one (<c>pvid</c>); 0: they are not let in.</summary>
    public ushort PortVlan { get; }

    /// <summary>Whether a VLAN is among them.</summary>
    public bool Contains(ushort vlan) => vlan <= BridgeVlan.LargestId && ((_members[vlan / 64] >> (vlan % 64)) & 1) != 0;

    /// <summary>Whether frames of a VLAN leave without its tag.</summary>
    public bool IsUntagged(ushort vlan) => vlan <= BridgeVlan.LargestId && ((_untagged[vlan / 64] >> (vlan % 64)) & 1) != 0;
}

/// <summary>A VLAN that a port belongs to.</summary>
public readonly record struct BridgeVlan
{
    /// <summary>The largest id that a VLAN can have.</summary>
    public const ushort LargestId = 4094;

    /// <summary>Names a VLAN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is none of 1 to 4094.</exception>
    public BridgeVlan(ushort id)
    {
        ArgumentOutOfRangeException.ThrowIfZero(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, LargestId);
        Id = id;
    }

    /// <summary>Its id: 1 to 4094.</summary>
    public ushort Id { get; }

    /// <summary>Its frames leave without a tag (<c>untagged</c>).</summary>
    public bool IsUntagged { get; init; }
}
