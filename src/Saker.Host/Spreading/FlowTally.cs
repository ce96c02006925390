using System.Runtime.InteropServices;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Host.Spreading;

/// <summary>Frames and their bytes.</summary>
/// <param name="Frames">How many frames.</param>
/// <param name="Bytes">Their bytes on the wire.</param>
public readonly record struct Load(long Frames, long Bytes)
{
    /// <summary>Both loads together.</summary>
    public static Load operator +(Load left, Load right) => new(left.Frames + right.Frames, left.Bytes + right.Bytes);
}

/// <summary>
/// The frames of a capture, gathered by what a card can tell apart, so that other keys, fields and tables can be tried without reading it again. Frames that
/// flow rules decide are kept by rule.
/// </summary>
public sealed class FlowTally
{
    /// <summary>How many flows are kept; frames of further ones are only counted.</summary>
    public const int MaximumFlows = 200_000;

    private readonly ReceiveSteering _rules;
    private readonly Dictionary<CardFlow, Load> _flows = [];
    private readonly SortedDictionary<EtherType, Load> _unspread = [];
    private readonly SortedDictionary<int, Load> _ruled = [];

    /// <summary>Begins for a card.</summary>
    public FlowTally(CardSettings card) => _rules = new ReceiveSteering(card);

    /// <summary>The flows that are hashed.</summary>
    public IReadOnlyDictionary<CardFlow, Load> Flows => _flows;

    /// <summary>What has nothing to hash, by EtherType behind VLAN tags; 0: too short to have one, or an IEEE 802.3 length.</summary>
    public IReadOnlyDictionary<EtherType, Load> Unspread => _unspread;

    /// <summary>What flow rules decide, by the rule's location.</summary>
    public IReadOnlyDictionary<int, Load> Ruled => _ruled;

    /// <summary>All that was added.</summary>
    public Load Total { get; private set; }

    /// <summary>Frames of flows beyond <see cref="MaximumFlows"/>, which nothing else counts.</summary>
    public Load Beyond { get; private set; }

    /// <summary>Adds a frame.</summary>
    /// <param name="frame">The frame from its destination address on, as far as it was captured.</param>
    /// <param name="length">Its length on the wire.</param>
    public void Add(ReadOnlySpan<byte> frame, int length)
    {
        Load one = new(1, length);
        Total += one;
        SteeringResult steered = _rules.Classify(frame);
        if (steered.Status == SteeringStatus.Rule)
        {
            _ruled[steered.Rule] = _ruled.GetValueOrDefault(steered.Rule) + one;
        }
        else if (steered.Flow.Type == RssFlowType.None)
        {
            EtherType type = TypeOf(frame);
            _unspread[type] = _unspread.GetValueOrDefault(type) + one;
        }
        else
        {
            Add(CardFlow.Of(frame, steered.Flow), one);
        }
    }

    private void Add(in CardFlow flow, Load one)
    {
        if (_flows.Count >= MaximumFlows && !_flows.ContainsKey(flow))
        {
            Beyond += one;
            return;
        }

        ref Load load = ref CollectionsMarshal.GetValueRefOrAddDefault(_flows, flow, out _);
        load += one;
    }

    private static EtherType TypeOf(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out EthernetView ethernet))
        {
            return default;
        }

        EtherType type = ethernet.Type;
        int offset = EthernetView.FixedLength;
        while (type.IsVlan && VlanView.TryParse(frame[offset..], out VlanView vlan))
        {
            type = vlan.Type;
            offset += VlanView.FixedLength;
        }

        return type.IsLength ? default : type;
    }
}
