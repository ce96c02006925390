using System.Diagnostics;

namespace Saker.Bpf;

/// <summary>
/// What is around programs: the clock, chance, and what else of a system helpers ask for. This one is a plain machine without a network; who has more overrides
/// what it has. Several CPUs may call it at the same time. Its members must not allocate where programs run for packets.
/// </summary>
public class BpfHost
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong NanosecondsPerJiffy = 4_000_000;
    private const ulong NanosecondsPerTick = 100;

    /// <summary>Nanoseconds since some beginning, which never go back (<c>bpf_ktime_get_ns</c>).</summary>
    public virtual ulong MonotonicTime => (ulong)(Stopwatch.GetTimestamp() * ((double)NanosecondsPerSecond / Stopwatch.Frequency));

    /// <summary>The same, which goes on while the machine sleeps (<c>bpf_ktime_get_boot_ns</c>).</summary>
    public virtual ulong BootTime => MonotonicTime;

    /// <summary>The monotonic time as of the last tick (<c>bpf_ktime_get_coarse_ns</c>).</summary>
    public virtual ulong CoarseTime => MonotonicTime / NanosecondsPerJiffy * NanosecondsPerJiffy;

    /// <summary>Nanoseconds of international atomic time since 1970 (<c>bpf_ktime_get_tai_ns</c>), as far as leap seconds are known.</summary>
    public virtual ulong AtomicTime => (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;

    /// <summary>Ticks since some beginning (<c>bpf_jiffies64</c>).</summary>
    public virtual ulong Jiffies => MonotonicTime / NanosecondsPerJiffy;

    /// <summary>32 bits of chance (<c>bpf_get_prandom_u32</c>).</summary>
    public virtual uint NextRandom() => (uint)Random.Shared.NextInt64(1L << 32);

    /// <summary>The memory node of a CPU (<c>bpf_get_numa_node_id</c>).</summary>
    /// <param name="cpu">The CPU's number.</param>
    public virtual int MemoryNode(int cpu) => 0;

    /// <summary>Gets a line that a program traces (<c>bpf_trace_printk</c>).</summary>
    /// <param name="cpu">The CPU that it runs on.</param>
    /// <param name="text">The text, until the call returns.</param>
    public virtual void Trace(BpfCpu cpu, ReadOnlySpan<byte> text)
    {
    }

    /// <summary>Finds a network device.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="device">The device.</param>
    public virtual bool TryGetDevice(uint index, out BpfDevice device)
    {
        device = default;
        return false;
    }

    /// <summary>Finds where a packet would be routed to (<c>bpf_fib_lookup</c>).</summary>
    /// <param name="cpu">The CPU that the program runs on.</param>
    /// <param name="lookup">What is looked up, and where the answer is put. Family and size are right.</param>
    /// <returns>What became of it; or negated an error (<see cref="BpfError"/>).</returns>
    public virtual FibResult LookupRoute(BpfCpu cpu, FibLookup lookup) => (FibResult)(-(int)BpfError.NoDevice);

    /// <summary>Sends a copy of a packet to a device (<c>bpf_clone_redirect</c>).</summary>
    /// <param name="cpu">The CPU that the program runs on.</param>
    /// <param name="packet">The packet, as it is now.</param>
    /// <param name="device">The index of a device that <see cref="TryGetDevice"/> finds.</param>
    /// <param name="isIngress">Whether it enters the device as if received there.</param>
    /// <returns>0; or negated an error.</returns>
    public virtual int Send(BpfCpu cpu, SkbContext packet, uint device, bool isIngress) => 0;

    /// <summary>The hash of a packet's flow (<c>bpf_get_hash_recalc</c>). The kernel's depends on a secret, so any hash will do that is not 0.</summary>
    /// <param name="packet">The packet.</param>
    public virtual uint HashFlow(SkbContext packet) => Helpers.FlowHash.Of(packet);
}
