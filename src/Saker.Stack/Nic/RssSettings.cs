using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>How a card spreads flows over its queues: what <c>ethtool -x</c> and <c>-n DEV rx-flow-hash</c> show.</summary>
public sealed record RssSettings
{
    /// <summary>The key of the hash.</summary>
    public ToeplitzKey Key { get; init; } = ToeplitzKey.Verification;

    /// <summary>Whether source and destination are joined before they are hashed (<c>ethtool -X DEV xfrm symmetric-xor</c>).</summary>
    public bool SymmetricXor { get; init; }

    /// <summary>What is hashed.</summary>
    public RssFieldTable Fields { get; init; } = RssFieldTable.Default;

    /// <summary>The queue of each hash.</summary>
    public IndirectionTable Table { get; init; } = IndirectionTable.Default(IndirectionTable.UsualSize, 1);
}
