using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>What is around programs that run over a capture: its clock, and chance that is the same every time.</summary>
internal sealed class CaptureHost : BpfHost
{
    private const int Seed = 0x5a4b;

    private readonly Random _random = new(Seed);

    /// <summary>When the frame came that is run over, in nanoseconds since 1970.</summary>
    public long Time { get; set; }

    /// <inheritdoc/>
    public override ulong MonotonicTime => (ulong)Time;

    /// <inheritdoc/>
    public override uint NextRandom() => (uint)_random.NextInt64(1L << 32);
}
