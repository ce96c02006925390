using System.Runtime.CompilerServices;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>What a packet's hash covers (<c>enum pkt_hash_types</c>).</summary>
public enum RssHashType : byte
{
    /// <summary>There is no hash.</summary>
    None,

    /// <summary>The link layer's addresses.</summary>
    Layer2,

    /// <summary>The network layer's addresses.</summary>
    Layer3,

    /// <summary>The transport layer's ports, too, or what takes their place.</summary>
    Layer4,
}

/// <summary>What decided a frame's queue, and so what its descriptor bears: the numbers are those of <see cref="DescriptorFilter"/>.</summary>
public enum SteeringStatus : byte
{
    /// <summary>Nothing: the card has nothing to hash, and the frame goes to queue 0.</summary>
    None = DescriptorFilter.None,

    /// <summary>A rule of <c>ethtool -N</c>: the descriptor bears its location in place of the hash.</summary>
    Rule = DescriptorFilter.Rule,

    /// <summary>The hash.</summary>
    Hash = DescriptorFilter.Hash,
}

/// <summary>Where a card puts a frame, and what it says of it in the descriptor. Sixteen octets.</summary>
public readonly struct SteeringResult
{
    private readonly uint _value;
    private readonly short _queue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SteeringResult(RssFlow flow, SteeringStatus status, uint value, short queue)
    {
        Flow = flow;
        Status = status;
        _value = value;
        _queue = queue;
    }

    /// <summary>What the card found in the frame.</summary>
    public RssFlow Flow { get; }

    /// <summary>What decided.</summary>
    public SteeringStatus Status { get; }

    /// <summary>The queue; -1 if the frame is dropped.</summary>
    public int Queue => _queue;

    /// <summary>Whether a rule drops the frame (<see cref="Packets.DropReason.CardSteeringDrop"/>).</summary>
    public bool IsDropped => _queue < 0;

    /// <summary>What the descriptor bears: the hash or the rule's location; 0 if there is neither.</summary>
    internal uint FilterValue => _value;

    /// <summary>The hash; 0 if there is none.</summary>
    public uint Hash => Status == SteeringStatus.Hash ? _value : 0;

    /// <summary>The location of the rule that matched; -1 if none did.</summary>
    public int Rule => Status == SteeringStatus.Rule ? (int)_value : -1;

    /// <summary>What the driver says the hash covers.</summary>
    public RssHashType HashType => Status != SteeringStatus.Hash ? RssHashType.None : IsTransport ? RssHashType.Layer4 : RssHashType.Layer3;

    /// <summary>
    /// Whether a hash of this kind of packet counts as one of layer 4. It goes by the kind of packet alone, whichever fields are hashed: those of a known transport protocol do
    /// (<c>i40e_ptype_to_htype</c>).
    /// </summary>
    internal bool IsTransport
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Flow.HasPorts || IsIcmp(Flow.Type, Flow.Protocol);
    }

    private static bool IsIcmp(RssFlowType type, IPProtocol protocol) =>
        (type == RssFlowType.IPv4 && protocol == IPProtocol.IcmpV4) || (type == RssFlowType.IPv6 && protocol == IPProtocol.IcmpV6);
}
