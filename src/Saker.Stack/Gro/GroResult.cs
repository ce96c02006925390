namespace Saker.Stack.Gro;

/// <summary>What became of a packet that was offered for merging (<c>enum gro_result</c>).</summary>
/// <remarks>
/// The kernel tells two kinds of merging apart by whether the metadata was freed (<c>GRO_MERGED_FREE</c>); here a merged packet's metadata always lives on as a
/// fragment. <c>GRO_CONSUMED</c> is for protocols that take a packet out of the middle, of which none is built.
/// </remarks>
internal enum GroResult : byte
{
    /// <summary>It is a part of a held packet now (<c>GRO_MERGED</c>).</summary>
    Merged,

    /// <summary>It waits for others of its flow (<c>GRO_HELD</c>).</summary>
    Held,

    /// <summary>It goes up as it is (<c>GRO_NORMAL</c>).</summary>
    Normal,
}
