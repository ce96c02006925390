namespace Saker.Bpf.Helpers;

/// <summary><c>bpf_tail_call</c>, which engines do themselves: <see cref="BpfCpu.TryGoOn"/> is what they share.</summary>
internal static class TailCallHelper
{
    /// <summary>Stands in tables for what engines do. It is not called.</summary>
    public static ulong Go(BpfCpu cpu, ulong context, ulong handle, ulong index, ulong r4, ulong r5)
    {
        cpu.Fail();
        return 0;
    }
}
