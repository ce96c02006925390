using BenchmarkDotNet.Attributes;
using Saker.Benchmarks.Naive;
using Saker.Wire;

namespace Saker.Benchmarks.Micro;

/// <summary>The hash by which a card spreads flows, over addresses and ports of IPv4.</summary>
public class ToeplitzBenchmarks
{
    private readonly Toeplitz _toeplitz = new(ToeplitzKey.Verification);
    private readonly byte[] _input = [66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6];

    [Benchmark(Baseline = true)]
    public uint BitByBit() => NaiveToeplitz.Hash(ToeplitzKey.Verification.Octets, _input);

    [Benchmark]
    public uint Saker() => _toeplitz.Hash(new IPv4Address(66, 9, 149, 187), new IPv4Address(161, 142, 100, 80), 2794, 1766);
}
