namespace Saker.Bpf.Helpers;

/// <summary>The clock, chance, and where the program runs.</summary>
internal static class SystemHelpers
{
    public static ulong MonotonicTime(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => cpu.Host.MonotonicTime;

    public static ulong BootTime(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => cpu.Host.BootTime;

    public static ulong CoarseTime(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => cpu.Host.CoarseTime;

    public static ulong AtomicTime(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => cpu.Host.AtomicTime;

    public static ulong Jiffies(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => cpu.Host.Jiffies;

    public static ulong Random(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => cpu.Host.NextRandom();

    public static ulong CpuNumber(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => (uint)cpu.Number;

    public static ulong MemoryNode(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => (ulong)cpu.Host.MemoryNode(cpu.Number);
}
