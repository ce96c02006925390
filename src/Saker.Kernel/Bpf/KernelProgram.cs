using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>A program that the running kernel has verified and compiled. The kernel forgets it when it is disposed and nothing else holds it.</summary>
public sealed unsafe class KernelProgram : IDisposable
{
    private const int FirstLogSize = 64 * 1024, LargestLogSize = 64 * 1024 * 1024;

    private readonly SafeFileHandle _descriptor;

    private KernelProgram(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Loads a program (<c>BPF_PROG_LOAD</c>).</summary>
    /// <param name="type">What it is run for.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="program">The program; null where the kernel refuses it.</param>
    /// <param name="refusal">Why it does; null where there is a program.</param>
    /// <param name="license">The licence; some helpers want one that is compatible with the kernel's.</param>
    public static bool TryLoad(
        ProgramType type,
        ReadOnlySpan<BpfInstruction> slots,
        [NotNullWhen(true)] out KernelProgram? program,
        [NotNullWhen(false)] out ProgramRefusal? refusal,
        string license = "GPL")
    {
        int result = Load(type, slots, license, VerifierLogLevel.Off, null);
        program = result >= 0 ? new KernelProgram(new SafeFileHandle(result, ownsHandle: true)) : null;
        refusal = program is null ? new ProgramRefusal(-result, Log(type, slots, license, VerifierLogLevel.Brief)) : null;
        return program is not null;
    }

    /// <summary>What the verifier says of a program, whether it takes it or not.</summary>
    /// <param name="type">What it is run for.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="license">The licence.</param>
    /// <param name="level">How much it is to say.</param>
    public static string Log(ProgramType type, ReadOnlySpan<BpfInstruction> slots, string license = "GPL", VerifierLogLevel level = VerifierLogLevel.Full)
    {
        for (int size = FirstLogSize; ; size *= 4)
        {
            byte[] log = new byte[size];
            int result = Load(type, slots, license, level, log);
            if (result >= 0)
            {
                new SafeFileHandle(result, ownsHandle: true).Dispose();
            }

            if (result != -BpfSystemCall.ENOSPC || size >= LargestLogSize)
            {
                int end = log.AsSpan().IndexOf((byte)0);
                return Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end);
            }
        }
    }

    /// <summary>Runs it over a packet that nobody sent (<c>BPF_PROG_TEST_RUN</c>).</summary>
    /// <param name="packet">The packet, from its link header.</param>
    /// <param name="output">Room for the packet as the program left it.</param>
    /// <param name="repeat">How often it is run.</param>
    /// <returns>What it returned the last time, how long the packet is then, and the mean time of a run in nanoseconds.</returns>
    /// <exception cref="KernelException">The kernel does not run it.</exception>
    public TestRunResult TestRun(ReadOnlySpan<byte> packet, Span<byte> output, int repeat = 1)
    {
        fixed (byte* input = packet, changed = output)
        {
            BpfSystemCall.ProgramTestRun attributes = new()
            {
                prog_fd = (uint)_descriptor.DangerousGetHandle(),
                data_in = (ulong)input,
                data_size_in = (uint)packet.Length,
                data_out = (ulong)changed,
                data_size_out = (uint)output.Length,
                repeat = (uint)repeat,
            };
            int result = BpfSystemCall.Call(BpfSystemCall.BPF_PROG_TEST_RUN, ref attributes);
            return result >= 0
                ? new TestRunResult(attributes.retval, (int)attributes.data_size_out, attributes.duration)
                : throw new KernelException("BPF_PROG_TEST_RUN", -result);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    private static int Load(ProgramType type, ReadOnlySpan<BpfInstruction> slots, string license, VerifierLogLevel level, byte[]? log)
    {
        byte[] licenseText = [.. Encoding.UTF8.GetBytes(license), 0];
        byte[] code = BpfInstruction.WriteAll(slots, !BitConverter.IsLittleEndian);
        fixed (byte* instructions = code, name = licenseText, buffer = log)
        {
            BpfSystemCall.ProgramLoad attributes = new()
            {
                prog_type = (uint)type,
                insns = (ulong)instructions,
                insn_cnt = (uint)slots.Length,
                license = (ulong)name,
                log_level = (uint)level,
                log_buf = (ulong)buffer,
                log_size = (uint)(log?.Length ?? 0),
            };
            return BpfSystemCall.Call(BpfSystemCall.BPF_PROG_LOAD, ref attributes);
        }
    }
}

/// <summary>How much the verifier says.</summary>
public enum VerifierLogLevel
{
    /// <summary>Nothing.</summary>
    Off = 0,

    /// <summary>The way to the fault.</summary>
    Brief = 1,

    /// <summary>Every way that it tries.</summary>
    Full = 2,
}

/// <summary>What a test run came to.</summary>
/// <param name="Value">What the program returned; of r0 the low 32 bits.</param>
/// <param name="Length">The packet's length afterwards.</param>
/// <param name="Nanoseconds">The mean time of a run.</param>
public readonly record struct TestRunResult(uint Value, int Length, uint Nanoseconds);

/// <summary>Why the kernel does not take a program.</summary>
/// <param name="ErrorNumber">The <c>errno</c>: EACCES and EINVAL come from the verifier.</param>
/// <param name="Log">What the verifier said.</param>
public sealed record ProgramRefusal(int ErrorNumber, string Log)
{
    /// <summary>The error, and the last of the verifier's lines that tells of the fault.</summary>
    public override string ToString()
    {
        string? line = Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(text => !text.StartsWith("processed ", StringComparison.Ordinal));
        string error = $"BPF_PROG_LOAD: {Marshal.GetPInvokeErrorMessage(ErrorNumber)} (errno {ErrorNumber})";
        return line is null ? error : $"{error}: {line}";
    }
}
