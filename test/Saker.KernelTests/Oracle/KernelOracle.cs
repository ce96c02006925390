using Saker.Kernel.Tracing;
using Saker.KernelTests.Cases;
using Saker.KernelTests.Vectors;

namespace Saker.KernelTests.Oracle;

/// <summary>Asks the running kernel what it does with frames. Each case gets a host of its own, so that none sees what another left behind.</summary>
internal sealed class KernelOracle : IDisposable
{
    private readonly TraceInstance _trace;

    public KernelOracle()
    {
        Leftovers.Remove();
        _trace = TraceInstance.Create(Leftovers.NewName("trace"));
        _trace.Enable("skb", "kfree_skb");
        _trace.Enable("net", "netif_receive_skb");
    }

    /// <summary>A host of a configuration, for more than one case.</summary>
    public TargetHost SetUp(HostConfiguration configuration) => new(configuration, _trace);

    /// <summary>Asks one case.</summary>
    public ReceiveCase Ask(HostConfiguration configuration, FrameCase @case)
    {
        using var host = new TargetHost(configuration, _trace);
        return new ReceiveCase(@case.Name, [.. @case.Frames.Select(frame => Convert.ToHexStringLower(frame))], host.Ask(@case.Frames));
    }

    /// <summary>The snapshot of a host, as JSON.</summary>
    public string TakeSnapshot(HostConfiguration configuration)
    {
        using var host = new TargetHost(configuration, _trace);
        return host.TakeSnapshot();
    }

    public void Dispose() => _trace.Dispose();
}
