using System.Runtime.CompilerServices;

namespace Saker.Bpf.Helpers;

/// <summary>Text for people.</summary>
internal static unsafe class TraceHelpers
{
    private const int LongestLine = 1024;
    private const int MostArguments = 12;

    /// <summary><c>bpf_trace_printk</c>.</summary>
    [SkipLocalsInit]
    public static ulong Print(BpfCpu cpu, ulong format, ulong size, ulong first, ulong second, ulong third)
    {
        ReadOnlySpan<ulong> arguments = [first, second, third];
        return cpu.TryReach(format, (uint)size, writes: false, out byte* text) ? Print(cpu, text, (uint)size, arguments) : 0;
    }

    /// <summary><c>bpf_trace_vprintk</c>.</summary>
    public static ulong PrintMany(BpfCpu cpu, ulong format, ulong size, ulong data, ulong length, ulong r5)
    {
        if (!cpu.TryReach(format, (uint)size, writes: false, out byte* text) || !cpu.TryReach(data, (uint)length, writes: false, out byte* memory))
        {
            return 0;
        }

        Span<ulong> arguments = stackalloc ulong[MostArguments];
        return TryReadArguments(data, memory, (uint)length, ref arguments) ? Print(cpu, text, (uint)size, arguments) : BpfError.InvalidArgument.Negated();
    }

    /// <summary><c>bpf_snprintf</c>.</summary>
    public static ulong Format(BpfCpu cpu, ulong to, ulong size, ulong format, ulong data, ulong length)
    {
        if (!cpu.TryReach(to, (uint)size, writes: true, out byte* text) || !cpu.TryReach(data, (uint)length, writes: false, out byte* memory)
            || !cpu.TryReachText(format, out ReadOnlySpan<byte> pattern))
        {
            return 0;
        }

        Span<ulong> arguments = stackalloc ulong[MostArguments];
        int end = pattern.IndexOf((byte)0);
        Span<byte> destination = new(text, (int)Math.Min((uint)size, int.MaxValue));
        if (!TryReadArguments(data, memory, (uint)length, ref arguments) || end < 0
            || !FormattedText.TryWrite(cpu, pattern[..end], arguments, destination.IsEmpty ? destination : destination[..^1], out int written))
        {
            return BpfError.InvalidArgument.Negated();
        }

        if (!destination.IsEmpty)
        {
            destination[Math.Min(written, destination.Length - 1)] = 0;
        }

        return (uint)written + 1;
    }

    private static ulong Print(BpfCpu cpu, byte* format, uint size, ReadOnlySpan<ulong> arguments)
    {
        ReadOnlySpan<byte> pattern = new(format, (int)Math.Min(size, int.MaxValue));
        int end = pattern.IndexOf((byte)0);
        Span<byte> line = stackalloc byte[LongestLine];
        if (end < 0 || !FormattedText.TryWrite(cpu, pattern[..end], arguments, line[..^1], out int written))
        {
            return BpfError.InvalidArgument.Negated();
        }

        cpu.Host.Trace(cpu, line[..Math.Min(written, LongestLine - 1)]);
        return (uint)written;
    }

    private static bool TryReadArguments(ulong address, byte* memory, uint length, scoped ref Span<ulong> arguments)
    {
        if (length % sizeof(ulong) != 0 || length > MostArguments * sizeof(ulong) || (length != 0 && address == 0))
        {
            return false;
        }

        arguments = arguments[..(int)(length / sizeof(ulong))];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Unsafe.ReadUnaligned<ulong>(memory + (i * sizeof(ulong)));
        }

        return true;
    }
}
