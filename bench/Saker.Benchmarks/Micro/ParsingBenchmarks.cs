using System.Net;
using BenchmarkDotNet.Attributes;
using Saker.Benchmarks.Naive;
using Saker.Wire;

namespace Saker.Benchmarks.Micro;

/// <summary>Addresses and ports out of an Ethernet frame with IPv4 and UDP.</summary>
public class ParsingBenchmarks
{
    private readonly byte[] _frame = Frames.Udp(64, 40_000, 9000);

    [Benchmark(Baseline = true)]
    public int ClassLibrary() => ByClassLibrary(_frame);

    [Benchmark]
    public int Saker() => ByViews(_frame);

    internal static int ByClassLibrary(byte[] frame) =>
        NaiveParser.TryParse(frame, out IPAddress source, out IPAddress destination, out int sourcePort, out int destinationPort)
            ? source.GetHashCode() ^ destination.GetHashCode() ^ sourcePort ^ destinationPort
            : 0;

    internal static int ByViews(ReadOnlySpan<byte> frame) =>
        EthernetView.TryParse(frame, out EthernetView ethernet) && ethernet.Type == EtherType.IPv4
        && IPv4View.TryParse(ethernet.Payload, out IPv4View ip) && ip.Protocol == IPProtocol.Udp
        && UdpView.TryParse(ip.Payload, out UdpView udp)
            ? (int)(ip.Source.Value ^ ip.Destination.Value) ^ udp.SourcePort ^ udp.DestinationPort
            : 0;
}
