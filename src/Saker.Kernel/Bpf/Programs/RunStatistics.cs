using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>As long as it lives, the kernel counts how often programs run, and for how long (<c>BPF_ENABLE_STATS</c>, Linux 5.8). That costs some 20 ns a run.</summary>
public sealed class RunStatistics : IDisposable
{
    private readonly SafeFileHandle _descriptor;

    /// <summary>Lets the kernel count.</summary>
    /// <exception cref="KernelException">It refuses: it takes CAP_SYS_ADMIN.</exception>
    public RunStatistics()
    {
        // struct { __u32 type; }, of which there is one: BPF_STATS_RUN_TIME, 0.
        uint type = 0;
        int result = BpfSystemCall.Call(BpfSystemCall.BPF_ENABLE_STATS, ref type);
        _descriptor = result >= 0 ? BpfDescriptor.Own(result) : throw KernelRefusal.Of("BPF_ENABLE_STATS", result, Capabilities.CAP_SYS_ADMIN).ToException();
    }

    /// <summary>Ends it, if nobody else wants it.</summary>
    public void Dispose() => _descriptor.Dispose();
}
