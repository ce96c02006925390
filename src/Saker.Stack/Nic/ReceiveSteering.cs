using System.Runtime.CompilerServices;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>
/// Decides the queue of each frame that reaches the card: flow rules by their location, else the receive side scaling hash and the indirection table
/// (kernel documentation: networking/scaling.rst).
/// </summary>
/// <remarks>Made of one <see cref="CardSettings"/> and never changed: when the settings change, a new one takes its place. It may be used by several threads.</remarks>
public sealed class ReceiveSteering
{
    private readonly Toeplitz _toeplitz;
    private readonly RssFieldTable _fields;
    private readonly bool _symmetric;
    private readonly ushort[] _table;
    private readonly short _onlyQueue;
    private readonly FlowRuleMatcher? _rules;
    private readonly bool _isUsual;

    /// <summary>Prepares for the settings.</summary>
    public ReceiveSteering(CardSettings settings)
        : this(Required(settings).Rss, settings.Rules)
    {
    }

    /// <summary>Prepares for the given hash and rules.</summary>
    public ReceiveSteering(RssSettings rss, FlowRuleTable rules)
    {
        ArgumentNullException.ThrowIfNull(rss);
        ArgumentNullException.ThrowIfNull(rules);
        _toeplitz = new Toeplitz(rss.Key);
        _fields = rss.Fields;
        _symmetric = rss.SymmetricXor;
        _table = rss.Table.Queues.ToArray();
        _onlyQueue = _table.AsSpan().ContainsAnyExcept(_table[0]) ? (short)-1 : (short)_table[0];
        _rules = rules.Count == 0 ? null : new FlowRuleMatcher(rules);
        _isUsual = _rules is null && !_symmetric && _fields[RssFlowType.IPv4Tcp] == RssFields.All && _fields[RssFlowType.IPv4Udp] == RssFields.All;
    }

    /// <summary>Decides. Allocates nothing.</summary>
    /// <param name="frame">The frame from its destination address on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SteeringResult Classify(ReadOnlySpan<byte> frame)
    {
        if (_isUsual && RssFlow.TryHashUsual(frame, _toeplitz, out RssFlow flow, out uint hash))
        {
            return new SteeringResult(flow, SteeringStatus.Hash, hash, QueueOf(hash));
        }

        return ClassifyAny(frame);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SteeringResult ClassifyAny(ReadOnlySpan<byte> frame)
    {
        RssFlow flow = RssFlow.Find(frame);
        return _rules is not null && _rules.TryMatch(frame, flow, out SteeringResult ruled) ? ruled : Spread(frame, flow);
    }

    private SteeringResult Spread(ReadOnlySpan<byte> frame, RssFlow flow)
    {
        RssFields fields = _fields[flow.Type];
        if (fields == RssFields.None)
        {
            return new SteeringResult(flow, SteeringStatus.None, 0, 0);
        }

        uint hash = flow.Hash(frame, _toeplitz, fields, _symmetric);
        return new SteeringResult(flow, SteeringStatus.Hash, hash, QueueOf(hash));
    }

    /// <summary>Where all frames go to one queue, nothing that is done for a frame has to wait for its hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private short QueueOf(uint hash)
    {
        if (_onlyQueue >= 0)
        {
            return _onlyQueue;
        }

        ushort[] table = _table;
        return (short)table[(int)hash & (table.Length - 1)];
    }

    private static CardSettings Required(CardSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings;
    }
}
