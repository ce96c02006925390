using System.Runtime.InteropServices;
using Saker.Packets.AfXdp;

namespace Saker.Tests.Host.AfXdp;

/// <summary>An AF_XDP socket whose other side is the test: it plays the kernel at the other ends of the rings.</summary>
internal sealed unsafe class MemoryXdpSocket : IXdpSocket
{
    private readonly RingBlock _fill, _completion, _receive, _transmit;
    private readonly byte* _start;

    public MemoryXdpSocket(UmemLayout layout, int entries, int? fillEntries = null, int? transmitEntries = null)
    {
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)layout.Size, 4096);
        Memory = new UmemMemory(_start, layout);
        _fill = new RingBlock(fillEntries ?? entries, sizeof(UmemFrame));
        _completion = new RingBlock(entries, sizeof(UmemFrame));
        _receive = new RingBlock(entries, sizeof(XdpDescriptor));
        _transmit = new RingBlock(transmitEntries ?? entries, sizeof(XdpDescriptor));
        Fill = new FillRing(_fill.Memory);
        Completion = new CompletionRing(_completion.Memory);
        Receive = new ReceiveRing(_receive.Memory);
        Transmit = new TransmitRing(_transmit.Memory);
        Filled = new RingConsumer<UmemFrame>(_fill.Memory);
        Completed = new RingProducer<UmemFrame>(_completion.Memory);
        Received = new RingProducer<XdpDescriptor>(_receive.Memory);
        Sent = new RingConsumer<XdpDescriptor>(_transmit.Memory);
    }

    public UmemMemory Memory { get; }

    public FillRing Fill { get; }

    public CompletionRing Completion { get; }

    public ReceiveRing Receive { get; }

    public TransmitRing Transmit { get; }

    public bool IsZeroCopy => false;

    public XdpStatistics Statistics => default;

    /// <summary>Where the other side takes frames to receive into.</summary>
    public RingConsumer<UmemFrame> Filled { get; }

    /// <summary>Where the other side gives back what it has sent.</summary>
    public RingProducer<UmemFrame> Completed { get; }

    /// <summary>Where the other side puts packets.</summary>
    public RingProducer<XdpDescriptor> Received { get; }

    /// <summary>Where the other side takes packets to send.</summary>
    public RingConsumer<XdpDescriptor> Sent { get; }

    /// <summary>How often it was told of packets to be sent.</summary>
    public int Kicks { get; private set; }

    /// <summary>How often it was told of frames to receive into.</summary>
    public int Wakes { get; private set; }

    /// <summary>What it answers when it is told of packets.</summary>
    public TransmitKick Answer { get; set; } = TransmitKick.Taken;

    /// <summary>How many packets it sends at once when it is told of them.</summary>
    public int Sends { get; set; }

    /// <summary>Lets a packet come, in as many frames of FILL as it has parts.</summary>
    /// <returns>False if there are not so many frames, or RX has no room.</returns>
    public bool Arrive(int parts, int length, byte mark = 0)
    {
        using var frames = Filled.Peek(parts);
        using var entries = Received.ReserveAll(parts);
        if (frames.Length < parts || entries.Length < parts)
        {
            return false;
        }

        for (var i = 0; i < parts; i++)
        {
            var address = Memory.Layout.AddressIn(frames[i], Memory.Layout.ReceiveOffset);
            XdpDescriptor part = new(address, (uint)length, i + 1 < parts ? XdpDescriptorOptions.Continued : XdpDescriptorOptions.None);
            Memory.BytesOf(part).Fill((byte)(mark + i));
            entries[i] = part;
        }

        entries.Submit();
        frames.Release();
        return true;
    }

    /// <summary>Sends what is in TX, so many at most.</summary>
    public int Complete(int most = int.MaxValue)
    {
        using var packets = Sent.Peek(most);
        using var entries = Completed.Reserve(packets.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new UmemFrame(packets[i].Address);
        }

        entries.Submit();
        packets.Release(entries.Length);
        return entries.Length;
    }

    public void WakeReceive() => Wakes++;

    public TransmitKick WakeTransmit()
    {
        Kicks++;
        Complete(Math.Min(Sends, Transmit.Waiting));
        return Answer;
    }

    public bool Wait(TimeSpan time, bool forTransmit = false) => true;

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default) => new(true);

    public void Dispose()
    {
        _fill.Dispose();
        _completion.Dispose();
        _receive.Dispose();
        _transmit.Dispose();
        NativeMemory.AlignedFree(_start);
    }
}
