using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver;

/// <summary>
/// The receive side of a simple device with one queue: frames arrive in a ring, the interrupt schedules the poll, and the poll makes packets of them and
/// passes them up in one list.
/// </summary>
internal sealed class LinkReceiver<TTrace> : NapiContext, IFrameReceiver
    where TTrace : struct, ITracing
{
    private readonly Stages _stages;
    private readonly GenericReceiveOffload<TTrace> _gro;
    private readonly PacketBuffer[] _ring;
    private int _head;
    private int _count;

    /// <param name="cpu">The CPU that polls.</param>
    /// <param name="device">The device.</param>
    /// <param name="gro">Where packets go.</param>
    /// <param name="ringSize">How many frames can wait for the poll.</param>
    public LinkReceiver(Cpu cpu, NetworkDevice device, GenericReceiveOffload<TTrace> gro, int ringSize)
    {
        _stages = new Stages(cpu, device);
        _gro = gro;
        _ring = new PacketBuffer[ringSize];
    }

    /// <inheritdoc/>
    public bool TryArrive(ReadOnlySpan<byte> frame, long timestamp, uint origin)
    {
        if (_count == _ring.Length || !_stages.TryBuild(frame, timestamp, origin, out PacketBuffer packet))
        {
            _stages.CountMissed();
            return false;
        }

        int tail = _head + _count;
        _ring[tail < _ring.Length ? tail : tail - _ring.Length] = packet;
        _count++;
        return true;
    }

    /// <inheritdoc/>
    public void Interrupt() => _stages.Schedule(this);

    /// <inheritdoc/>
    protected internal override int Poll(int budget)
    {
        int work = Math.Min(budget, _count);
        for (int i = 0; i < work; i++)
        {
            PacketBuffer packet = _ring[_head];
            _head = _head + 1 == _ring.Length ? 0 : _head + 1;
            if (_stages.TryProcess(packet))
            {
                _gro.Receive(packet);
            }
        }

        _count -= work;
        _gro.Flush(onlyOld: false);
        if (work < budget)
        {
            Complete();
        }

        return work;
    }

    /// <summary>What the driver does with a packet, apart from the ring.</summary>
    private sealed class Stages : ReceiveStage<TTrace>
    {
        private readonly NetworkDevice _device;

        public Stages(Cpu cpu, NetworkDevice device)
            : base(cpu) => _device = device;

        public void Schedule(NapiContext context) => Cpu.Softirq.Schedule(context);

        public void CountMissed() => _device.Counters.Of(Cpu).Add(DeviceCounter.RxMissedErrors);

        public bool TryBuild(ReadOnlySpan<byte> frame, long timestamp, uint origin, out PacketBuffer packet)
        {
            if (!Cpu.Packets.TryAllocate(Cpu.Frames, frame, out packet))
            {
                return false;
            }

            packet.Timestamp = timestamp;
            packet.Origin = origin;
            packet.TrueSize = FrameMemoryCost.Of(_device.FrameMemory, frame.Length);
            return true;
        }

        public bool TryProcess(PacketBuffer packet)
        {
            Enter(packet, Stage.DriverPoll);
            bool complete = packet.TryMakeLinear(NetworkDevice.EthernetHeaderLength);
            if (!Check(packet, "an Ethernet header is there", packet.Length, complete))
            {
                _device.Counters.Of(Cpu).Add(DeviceCounter.RxErrors);
                _device.Counters.Of(Cpu).Add(DeviceCounter.RxLengthErrors);
                Drop(packet, Stage.DriverPoll, DropReason.CardRunt);
                return false;
            }

            _device.Counters.Of(Cpu).Add(DeviceCounter.RxPackets);
            _device.Counters.Of(Cpu).Add(DeviceCounter.RxBytes, packet.Length);
            EthernetTypeOf.Frame(packet, _device);
            Note(packet, "packet type", packet.PacketType);
            return true;
        }
    }
}
