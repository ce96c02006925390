using System.Globalization;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver;

/// <summary>A card's driver: what of it does not depend on how much is observed.</summary>
internal abstract class CardDriver : DeviceDriver
{
    /// <summary>The card.</summary>
    public abstract NetworkCard Card { get; }

    /// <summary>The rings, by queue.</summary>
    public abstract IReadOnlyList<ReceiveRing> Rings { get; }

    /// <summary>The transmit rings, by queue.</summary>
    public abstract IReadOnlyList<TransmitRing> TransmitRings { get; }
}

/// <summary>The driver of a card of the i40e's kind: makes rings, fills them, and requests a vector for each queue, or one for all.</summary>
internal sealed class CardDriver<TTrace> : CardDriver
    where TTrace : struct, ITracing
{
    private readonly NetworkStack _stack;
    private readonly ReceivePath<TTrace>[] _paths;
    private readonly ReceiveRing[] _rings;
    private readonly TransmitQueues _transmit;
    private readonly List<QueueVector<TTrace>> _vectors = [];

    /// <summary>Finds the card and opens it: from then on it interrupts.</summary>
    public CardDriver(NetworkStack stack, NetworkDevice device, ReceivePath<TTrace>[] paths)
    {
        _stack = stack;
        _paths = paths;
        Card = new NetworkCard(device, stack.Options.Clock, device.Counters.Of(stack.Cpus[0]), stack.Cpus.Length);
        _transmit = new TransmitQueues(Card, stack.Cpus);
        CardOptions options = stack.Options.Card;
        _rings = [.. Enumerable.Range(0, device.Card.Queues).Select(MakeRing)];
        CardQueue[] queues = new CardQueue[_rings.Length];
        List<CardInterrupt> interrupts = [];
        if (options.HasOneInterrupt)
        {
            interrupts.Add(Request(device, $"i40e-{device.Name}", _rings, stack.Cpus[0], queues));
        }
        else
        {
            foreach (ReceiveRing ring in _rings)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"i40e-{device.Name}-TxRx-{ring.Queue}");
                interrupts.Add(Request(device, name, [ring], stack.Cpus[ring.Queue % stack.Cpus.Length], queues));
            }
        }

        Card.Open([.. interrupts], queues);
        device.TransmitQueues = _transmit;
        foreach (ReceiveRing ring in _rings)
        {
            ring.TryRefill();
        }

        foreach (CardInterrupt interrupt in interrupts)
        {
            interrupt.Vector.Unmask(interrupt.Vector.Cpu, stack.Options.Clock.Now);
        }
    }

    /// <inheritdoc/>
    public override NetworkCard Card { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ReceiveRing> Rings => _rings;

    /// <inheritdoc/>
    public override IReadOnlyList<TransmitRing> TransmitRings => _transmit.Rings;

    /// <inheritdoc/>
    public override void ClearTransmission() => _transmit.Clear(_stack.Cpus[0]);

    /// <inheritdoc/>
    public override void Dispose()
    {
        Card.Device.TransmitQueues = null;
        _vectors.ForEach(vector => vector.TakeDown());
        Array.ForEach(_rings, ring => ring.Dispose());
    }

    /// <summary>A ring with memory of its own: a page for each descriptor, and one for each packet that may be held elsewhere.</summary>
    private ReceiveRing MakeRing(int queue)
    {
        CpuOptions memory = _stack.Options.Cpu;
        CardOptions options = _stack.Options.Card;
        int ringSize = Card.Device.Card.Rings.Rx;
        int owner = options.HasOneInterrupt ? 0 : queue % _stack.Cpus.Length;
        FrameRegion region = new(
            2 * (ringSize + memory.FrameCapacity),
            memory.FrameSize,
            memory.FrameHeadroom,
            chunksPerPage: 2,
            options.MemoryFaults ?? memory.Faults,
            owner,
            _stack.Cpus.Length);
        DescriptorRing descriptors = new(ringSize, region, memory.FrameSize - memory.FrameHeadroom);
        CardFeatures features = Card.Device.Card.Features;
        return new ReceiveRing(queue, descriptors, region, memory.FrameHeadroom, Card.Statistics)
        {
            CopiesHeaders = options.CopiesHeaders,
            PassesHash = (features & CardFeatures.ReceiveHashing) != CardFeatures.None,
            BelievesChecksums = (features & CardFeatures.RxChecksumming) != CardFeatures.None,
        };
    }

    /// <summary>Requests a vector for rings.</summary>
    private CardInterrupt Request(NetworkDevice device, string name, ReceiveRing[] rings, Cpu cpu, CardQueue[] queues)
    {
        TransmitRing[] transmitRings = [.. rings.Select(ring => _transmit.Rings[ring.Queue])];
        QueueVector<TTrace> vector = new(device, rings, transmitRings, _paths, cpu, _stack.NextNapiId());
        CardInterrupt interrupt = new(_stack.Interrupts.Request(name, vector, cpu), new InterruptModeration(_stack.Options.Clock));
        CardOptions options = _stack.Options.Card;
        CoalesceSettings coalesce = device.Card.Coalesce;
        interrupt.Moderation.Delay = coalesce.AdaptiveRx ? 0 : coalesce.RxMicroseconds * 1000L;
        interrupt.Moderation.Interval = coalesce.RxMicrosecondsHigh * 1000L;
        interrupt.Moderation.MostFrames = coalesce.RxFrames;
        interrupt.Moderation.LowDescriptors = options.LowDescriptors;
        vector.Interrupt = interrupt;
        vector.Settings = device.Napi;
        Array.ForEach(transmitRings, ring => ring.Interrupt = interrupt);
        vector.Adaptive = coalesce.AdaptiveRx ? new AdaptiveInterval(options.Speed) : null;
        foreach (ReceiveRing ring in rings)
        {
            queues[ring.Queue] = new CardQueue(ring.Queue, ring.Descriptors, interrupt);
        }

        _vectors.Add(vector);
        return interrupt;
    }
}
