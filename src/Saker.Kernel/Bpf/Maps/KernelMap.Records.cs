using System.Numerics;
using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <content>What programs put out.</content>
public sealed partial class KernelMap
{
    /// <summary>
    /// Opens the map for reading what programs put out: a ring buffer, or a perf event array, of which each CPU gets a ring, and whose records are padded so that with 4 bytes
    /// more they end on 8. One reader at a time may have it. Waiting takes no thread: one sleeps for all readers of the process. Rings that programs read (user ring buffers)
    /// are not written here.
    /// </summary>
    /// <param name="ringSize">Of a perf event array: bytes of each CPU's ring; rounded up to a power of two, and to a page.</param>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    /// <exception cref="KernelException">The kernel refuses; perf events take CAP_PERFMON.</exception>
    public IRecordReader OpenReader(int ringSize = 64 << 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ringSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ringSize, 1 << 30);
        return Type switch
        {
            MapType.RingBuffer => new RingBufferReader(this),
            MapType.PerfEventArray => new PerfEventReader(this, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(ringSize, Environment.SystemPageSize))),
            _ => throw new InvalidOperationException($"The map '{Name}' is of type {Type.KernelName()}: programs put out nothing through it."),
        };
    }
}
