using System.Diagnostics;

namespace Saker.Bpf;

/// <summary>
/// What is around programs: the clock, chance, and what else of a system helpers ask for. This one is a plain machine without a network; who has more overrides
/// what it has. Several CPUs may call it at the same time.
/// </summary>
public class BpfHost
{
    /// <summary>Nanoseconds since some beginning, which never go back (<c>bpf_ktime_get_ns</c>).</summary>
    public virtual ulong MonotonicTime => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    /// <summary>32 bits of chance (<c>bpf_get_prandom_u32</c>).</summary>
    public virtual uint NextRandom() => (uint)Random.Shared.NextInt64(1L << 32);
}
