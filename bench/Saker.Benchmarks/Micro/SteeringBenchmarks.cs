using BenchmarkDotNet.Attributes;
using Saker.Stack.Nic;

namespace Saker.Benchmarks.Micro;

/// <summary>What a card decides of each frame: flow found, hashed, queue looked up; and the same behind one flow rule that does not match.</summary>
public class SteeringBenchmarks
{
    private readonly byte[][] _frames = [.. Enumerable.Range(0, 64).Select(i => Frames.Udp(64, (ushort)(40_000 + i), 9000, (ushort)i))];
    private readonly ReceiveSteering _plain = new(CardSettings.OfI40e(4));
    private readonly ReceiveSteering _ruled = new(WithRule());

    [Benchmark(OperationsPerInvoke = 64)]
    public uint Hashed() => Run(_plain);

    [Benchmark(OperationsPerInvoke = 64)]
    public uint BehindARule() => Run(_ruled);

    private static CardSettings WithRule() =>
        CardSettings.OfI40e(4).TryApply("-N flow-type udp4 dst-port 53 action 2", out CardSettings? card, out string fault)
            ? card
            : throw new InvalidOperationException(fault);

    private uint Run(ReceiveSteering steering)
    {
        uint sum = 0;
        foreach (byte[] frame in _frames)
        {
            SteeringResult result = steering.Classify(frame);
            sum += result.Hash + (uint)result.Queue;
        }

        return sum;
    }
}
