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
    public SteeringResult Classify(ReadOnlySpan<byte> frame)
    {
        RssFlow flow = RssFlow.Find(frame);
        return _rules is not null && _rules.TryMatch(frame, flow, out SteeringResult ruled) ? ruled : Spread(frame, flow);
    }

    /// <summary>
    /// Decides about a frame that <see cref="RssFlow.TryHashUsual"/> knows, which goes where <see cref="Classify"/> would send it, where no rule could say otherwise and the
    /// whole flow is hashed.
    /// </summary>
    /// <returns>False if the frame is another, or the settings are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TrySpreadUsual(ReadOnlySpan<byte> frame, out DescriptorStatus status, out uint hash, out int queue)
    {
        if (!_isUsual || !RssFlow.TryHashUsual(frame, _toeplitz, out IPProtocol protocol, out hash))
        {
            (status, hash, queue) = (default, 0, 0);
            return false;
        }

        status = protocol == IPProtocol.Udp ? DescriptorStatus.End(RssFlowType.IPv4Udp, DescriptorFilter.Hash, isTransportHash: true)
            : DescriptorStatus.End(RssFlowType.IPv4Tcp, DescriptorFilter.Hash, isTransportHash: true);
        queue = QueueOf(hash);
        return true;
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
