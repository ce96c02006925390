using Saker.Kernel.AfXdp;
using Saker.Packets.AfXdp;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// A socket whose rings are memory of this process. Packets lie ready in RX for ever, and what comes into FILL is not looked at: to play the kernel is to move two indices.
/// </summary>
internal sealed class RingSocket : IXdpSocket
{
    private const int Capacity = 2048;
    private const uint Length = 60;

    private readonly Umem _umem = Umem.Create(new() { Layout = new() { ChunkCount = Capacity }, Pages = UmemPages.Usual, TracksFrames = false });
    private readonly RingBlock _receive = new(Capacity, entrySize: 16);
    private readonly RingBlock _fill = new(2 * Capacity, entrySize: 8);
    private readonly RingBlock _completion = new(Capacity, entrySize: 8);
    private readonly RingProducer<XdpDescriptor> _arriving;
    private readonly RingConsumer<UmemFrame> _filled;

    public RingSocket()
    {
        _arriving = new RingProducer<XdpDescriptor>(_receive.Memory);
        _filled = new RingConsumer<UmemFrame>(_fill.Memory);
        Receive = new ReceiveRing(_receive.Memory);
        Fill = new FillRing(_fill.Memory);
        Completion = new CompletionRing(_completion.Memory);
        using ProducerBatch<XdpDescriptor> packets = _arriving.Reserve(Capacity);
        for (int i = 0; i < Capacity; i++)
        {
            packets[i] = new XdpDescriptor(_umem.Layout.AddressIn(_umem.Layout.FrameAt(i), _umem.Layout.ReceiveOffset), Length);
        }
    }

    public UmemMemory Memory => _umem.Memory;

    public FillRing Fill { get; }

    public CompletionRing Completion { get; }

    public ReceiveRing? Receive { get; }

    public TransmitRing? Transmit => null;

    public bool IsZeroCopy => false;

    public XdpStatistics Statistics => default;

    /// <summary>Packets come: those that lie in RX, once more.</summary>
    public void Arrive(int packets)
    {
        using ProducerBatch<XdpDescriptor> batch = _arriving.Reserve(packets);
        batch.Submit();
    }

    /// <summary>The frames in FILL are taken.</summary>
    public void TakeFilled(int frames)
    {
        using ConsumerBatch<UmemFrame> batch = _filled.Peek(frames);
        batch.Release();
    }

    public void WakeReceive()
    {
    }

    public TransmitKick WakeTransmit() => TransmitKick.NotNeeded;

    public bool Wait(TimeSpan time, bool forTransmit = false) => true;

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default) => new(true);

    public void Dispose()
    {
        _receive.Dispose();
        _fill.Dispose();
        _completion.Dispose();
        _umem.Dispose();
    }
}
