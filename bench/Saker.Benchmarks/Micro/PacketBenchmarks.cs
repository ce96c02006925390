using BenchmarkDotNet.Attributes;
using Saker.Packets;

namespace Saker.Benchmarks.Micro;

/// <summary>A packet's life without a way: its memory taken and given back.</summary>
public class PacketBenchmarks
{
    private readonly byte[] _frame = Frames.Udp(64, 40_000, 9000);
    private PacketPool _pool = null!;
    private FrameRegion _region = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _pool = new PacketPool(64);
        _region = new FrameRegion(64);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _pool.Dispose();
        _region.Dispose();
    }

    [Benchmark(Baseline = true)]
    public byte[] CopyToNewArray() => _frame.AsSpan().ToArray();

    [Benchmark]
    public int AllocateAndFree() => AllocateAndFree(_pool, _region);

    [Benchmark]
    public int CopyInAndFree() => CopyInAndFree(_pool, _region, _frame);

    internal static int AllocateAndFree(PacketPool pool, FrameRegion region)
    {
        pool.TryAllocate(region, out PacketBuffer packet);
        int room = packet.Tailroom;
        packet.Free();
        return room;
    }

    internal static int CopyInAndFree(PacketPool pool, FrameRegion region, ReadOnlySpan<byte> frame)
    {
        pool.TryAllocate(region, frame, out PacketBuffer packet);
        int length = packet.Length;
        packet.Free();
        return length;
    }
}
