using Saker.Kernel.Tracing;

namespace Saker.Host.Oracle;

/// <summary>Asks the running kernel what it does with frames. Whoever asks sets up a host for it, and takes it down: none sees what another left behind.</summary>
internal sealed class KernelOracle : IDisposable
{
    private readonly TraceInstance _trace;

    /// <summary>Gets ready to ask, and removes what killed runs have left behind.</summary>
    public KernelOracle()
    {
        Leftovers.Remove();
        _trace = TraceInstance.Create(Leftovers.NewName("trace"));
        _trace.Enable("skb", "kfree_skb");
        _trace.Enable("net", "netif_receive_skb");
    }

    /// <summary>A host of a configuration; to be disposed of.</summary>
    public TargetHost SetUp(TargetConfiguration configuration) => new(configuration, _trace);

    /// <summary>The snapshot of a host, as JSON.</summary>
    public string TakeSnapshot(TargetConfiguration configuration)
    {
        using var host = new TargetHost(configuration, _trace);
        return host.TakeSnapshot();
    }

    public void Dispose() => _trace.Dispose();
}
