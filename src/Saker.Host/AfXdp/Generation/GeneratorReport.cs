namespace Saker.Host.AfXdp;

/// <summary>What a generator has sent so far. The device's counters tell of all that it sent meanwhile, whoever gave it that.</summary>
/// <param name="Given">Frames that were made and given to the device.</param>
/// <param name="FrameSize">Bytes of each, from its link header.</param>
/// <param name="Sent">Frames that the device counts as sent (<c>tx_packets</c>).</param>
/// <param name="Dropped">Frames that the device counts as dropped instead (<c>tx_dropped</c>, <c>tx_errors</c>): its ring was full, or nobody took them.</param>
/// <param name="Elapsed">Since when.</param>
public sealed record GeneratorReport(long Given, int FrameSize, long Sent, long Dropped, TimeSpan Elapsed)
{
    /// <summary>Why it ended before it was told to; null: it did not.</summary>
    public string? Fault { get; init; }

    /// <summary>Frames of which the device counts nothing: it was taken down meanwhile, say, or does not count what is redirected to it.</summary>
    public long Refused => Math.Max(0, Given - Sent - Dropped);

    /// <summary>Frames given a second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Given / Elapsed.TotalSeconds : 0;

    /// <summary>Bits given a second, on a wire: with check sequence, preamble and the gap behind.</summary>
    public double WireBits => Rate * (FrameSize + WireOverhead) * 8;

    /// <summary>Of each frame on an Ethernet wire: 4 bytes of check sequence, 8 in front, 12 behind.</summary>
    private const int WireOverhead = 24;
}
