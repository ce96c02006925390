using Saker.Stack.Softirq;

namespace Saker.Host.Links.Memory;

/// <summary>
/// A wire in memory between two stacks, or a stack and a test, that treats frames as it is told to, and always the same way: time is a clock's that is given, chance a seed's.
/// </summary>
public sealed class MemoryWire
{
    /// <summary>Makes a wire.</summary>
    /// <param name="clock">The time of both ends: under virtual time a frame arrives when that has come to it.</param>
    /// <param name="options">What it is like.</param>
    public MemoryWire(IClock clock, MemoryWireOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(clock);
        options ??= new MemoryWireOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1, nameof(options));
        WireDirection toB = new(clock, options.ToB, options.Queues), toA = new(clock, options.ToA, options.Queues);
        A = new WireEnd("wire:a", clock, toA, toB, options);
        B = new WireEnd("wire:b", clock, toB, toA, options);
    }

    /// <summary>One end.</summary>
    public WireEnd A { get; }

    /// <summary>The other end.</summary>
    public WireEnd B { get; }
}

/// <summary>What a <see cref="MemoryWire"/> is like.</summary>
public sealed record MemoryWireOptions
{
    /// <summary>What becomes of frames on their way to <see cref="MemoryWire.A"/>.</summary>
    public Impairments ToA { get; init; } = new();

    /// <summary>What becomes of frames on their way to <see cref="MemoryWire.B"/>.</summary>
    public Impairments ToB { get; init; } = new();

    /// <summary>Queues of each end. What is sent by a queue arrives in the one of the same number.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>The longest packet, without the link header.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Each queue's memory.</summary>
    public LinkMemoryOptions Memory { get; init; } = new();
}
