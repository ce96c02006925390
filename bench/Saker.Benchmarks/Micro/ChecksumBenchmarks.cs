using BenchmarkDotNet.Attributes;
using Saker.Benchmarks.Naive;
using Saker.Wire;

namespace Saker.Benchmarks.Micro;

/// <summary>The Internet checksum: of an IPv4 header, of a short datagram with its header, of a full segment.</summary>
public class ChecksumBenchmarks
{
    private byte[] _data = [];

    [Params(20, 36, 1500)]
    public int Length { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _data = new byte[Length];
        new Random(1).NextBytes(_data);
    }

    [Benchmark(Baseline = true)]
    public ushort ByWords() => NaiveChecksum.ByWords(_data);

    [Benchmark]
    public ushort ByLongWords() => NaiveChecksum.ByLongWords(_data);

    [Benchmark]
    public ushort Saker() => InternetChecksum.Compute(_data);
}
