using BenchmarkDotNet.Attributes;

namespace Saker.Benchmarks.Micro;

/// <summary>A 64-byte UDP frame from the device to a socket; per packet.</summary>
public class ReceivePathBenchmarks
{
    private UdpPath _path = null!;

    [GlobalSetup]
    public void SetUp() => _path = new UdpPath();

    [GlobalCleanup]
    public void CleanUp() => _path.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = UdpPath.Batch)]
    public int CopyAndVerify() => _path.CopyAndVerify();

    [Benchmark(OperationsPerInvoke = UdpPath.Batch)]
    public void WholePath() => _path.Receive();
}
