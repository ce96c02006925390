using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <content>Runs over packets that nobody sent. Source: Documentation/bpf/bpf_prog_run.rst.</content>
public sealed unsafe partial class KernelProgram
{
    private const uint RunsOnCpu = 1 << 0;
    private const uint RunsLiveFrames = 1 << 1;

    /// <summary>Runs it over a packet that nobody sent (<c>BPF_PROG_TEST_RUN</c>).</summary>
    /// <param name="packet">The packet, from its link header.</param>
    /// <param name="output">Room for the packet as the program left it; what does not fit is left out.</param>
    /// <param name="repeat">How often it is run.</param>
    /// <returns>What it returned the last time, how long the packet is then, and the mean time of a run in nanoseconds.</returns>
    /// <exception cref="KernelException">The kernel does not run it.</exception>
    public TestRunResult TestRun(ReadOnlySpan<byte> packet, Span<byte> output, int repeat = 1) => TestRun(packet, output, default, default, new TestRunOptions { Repeat = (uint)repeat });

    /// <summary>Runs it over a packet that nobody sent, with a context of the caller's.</summary>
    /// <param name="packet">The packet, from its link header; in front of it the metadata, if the context says that there are any. For types without packets: empty.</param>
    /// <param name="output">Room for the packet, with metadata in front of it, as the program left it.</param>
    /// <param name="context">
    /// The context as programs see it, up to the last field that is wanted: for XDP a <c>struct xdp_md</c>, whose addresses are offsets from the metadata's beginning, for tc a
    /// <c>struct __sk_buff</c>, of which the kernel takes some fields and wants the others to be 0; empty: none. It is in the machine's byte order.
    /// </param>
    /// <param name="contextOutput">Room for the context afterwards; empty: it is not wanted.</param>
    /// <param name="options">How it is run.</param>
    /// <exception cref="KernelException">The kernel does not run it: EINVAL for a context that cannot be, EOPNOTSUPP (or 524) for a type that it runs for nobody.</exception>
    public TestRunResult TestRun(ReadOnlySpan<byte> packet, Span<byte> output, ReadOnlySpan<byte> context, Span<byte> contextOutput, TestRunOptions options)
    {
        using HeldDescriptor held = new(_descriptor);
        fixed (byte* input = packet, changed = output, before = context, after = contextOutput)
        {
            BpfSystemCall.ProgramTestRun attributes = new()
            {
                prog_fd = (uint)held.Number,
                data_in = (ulong)input,
                data_size_in = (uint)packet.Length,
                data_out = (ulong)changed,
                data_size_out = (uint)output.Length,
                ctx_in = (ulong)before,
                ctx_size_in = (uint)context.Length,
                ctx_out = (ulong)after,
                ctx_size_out = (uint)contextOutput.Length,
                repeat = options.Repeat,
                cpu = (uint)(options.Cpu ?? 0),
                flags = (options.Cpu is null ? 0 : RunsOnCpu) | (options.SendsFrames ? RunsLiveFrames : 0),
                batch_size = (uint)options.BatchSize,
            };
            int result = BpfSystemCall.Call(BpfSystemCall.BPF_PROG_TEST_RUN, ref attributes);
            bool isTruncated = result == -BpfSystemCall.ENOSPC;
            return result >= 0 || isTruncated
                ? new TestRunResult(attributes.retval, (int)attributes.data_size_out, attributes.duration) { ContextLength = (int)attributes.ctx_size_out, IsTruncated = isTruncated }
                : throw KernelRefusal.Of($"BPF_PROG_TEST_RUN ({Type.KernelName()})", result, CapabilitiesFor(Type)).ToException();
        }
    }
}

/// <summary>How a program is run over a packet that nobody sent.</summary>
public readonly record struct TestRunOptions
{
    /// <summary>Runs it once, on the CPU that asks.</summary>
    public TestRunOptions()
    {
    }

    /// <summary>How often; what it changes in the packet remains for the next time, its context begins anew. A run of hours ends with a signal.</summary>
    public uint Repeat { get; init; } = 1;

    /// <summary>On which CPU, for types that can be told (not XDP or tc); null: this one.</summary>
    public int? Cpu { get; init; }

    /// <summary>
    /// For XDP: the frames are real ones (<c>BPF_F_TEST_XDP_LIVE_FRAMES</c>, Linux 5.18). What the program redirects or sends goes out, and what it passes goes up the stack of
    /// the device that the context names. Nothing is given back of them.
    /// </summary>
    public bool SendsFrames { get; init; }

    /// <summary>With <see cref="SendsFrames"/>: how many frames are on the way at a time, at most 256; 0: 64.</summary>
    public int BatchSize { get; init; }
}

/// <summary>What a test run came to.</summary>
/// <param name="Value">What the program returned the last time; of r0 the low 32 bits.</param>
/// <param name="Length">The packet's length afterwards, with metadata.</param>
/// <param name="Nanoseconds">The mean time of a run.</param>
public readonly record struct TestRunResult(uint Value, int Length, uint Nanoseconds)
{
    /// <summary>The context's length afterwards.</summary>
    public int ContextLength { get; init; }

    /// <summary>Whether there was no room for all of the packet.</summary>
    public bool IsTruncated { get; init; }
}
