using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Runs one program of a loaded object over frames, in one engine. One thread at a time may use it.</summary>
public interface IProgramRunner : IDisposable
{
    /// <summary>The engine's name: <c>interpreter</c>, <c>compiled</c>, <c>kernel</c>.</summary>
    string Engine { get; }

    /// <summary>How it runs there, in a few words: proven and without checks, or with checks, and why; null: there is nothing to tell.</summary>
    string? Grounds { get; }

    /// <summary>The object, whose maps keep what frame after frame has left in them.</summary>
    IBpfObject Object { get; }

    /// <summary>The frame as the program left it; valid until the next run.</summary>
    ReadOnlySpan<byte> Output { get; }

    /// <summary>Runs the program.</summary>
    /// <param name="frame">The frame, from its link header; at least an Ethernet header.</param>
    /// <param name="arrival">How it came.</param>
    FrameResult Run(ReadOnlySpan<byte> frame, in FrameArrival arrival);

    /// <summary>Runs the program often over one frame, which stays as each run leaves it for the next one, as in the kernel's test run.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="arrival">How it came.</param>
    /// <param name="count">How often.</param>
    /// <returns>The mean time of a run, in nanoseconds; negative: the program was stopped, or cannot be run over this frame.</returns>
    double Measure(ReadOnlySpan<byte> frame, in FrameArrival arrival, int count);
}

/// <summary>How a frame came.</summary>
/// <param name="Time">When, in nanoseconds since 1970.</param>
/// <param name="Device">The index of the device.</param>
/// <param name="Queue">The receive queue.</param>
public readonly record struct FrameArrival(long Time, uint Device, uint Queue);

/// <summary>What a run over a frame came to.</summary>
/// <param name="Value">What the program returned, of which the kernel takes 32 bits.</param>
/// <param name="Fault">Why it did not end by itself, without what differs from frame to frame; null: it did.</param>
/// <param name="Details">The same with all details.</param>
public readonly record struct FrameResult(uint Value, string? Fault = null, string? Details = null);
