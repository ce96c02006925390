using Saker.Wire;

namespace Saker.Host.Replay;

/// <summary>The hash that a card would put in a frame's descriptor, with the key that Microsoft publishes for verification.</summary>
internal sealed class FlowHasher
{
    private readonly Toeplitz _toeplitz = new(ToeplitzKey.Verification);

    /// <summary>The hash; 0 where the card has nothing to hash.</summary>
    public uint Hash(ReadOnlySpan<byte> frame) => RssFlow.Find(frame).Hash(frame, _toeplitz);
}
