using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Devices;

/// <summary>Hands finished frames to their device (<c>dev_queue_xmit</c>).</summary>
internal sealed class DeviceOutput<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    public DeviceOutput(Cpu cpu)
        : base(cpu)
    {
    }

    /// <summary>Sends a frame, complete with its link header.</summary>
    public void Transmit(PacketBuffer frame, NetworkDevice device)
    {
        device.Counters.Add(DeviceCounter.TxPackets);
        device.Counters.Add(DeviceCounter.TxBytes, frame.Length);
        if (TTrace.Stages)
        {
            Cpu.Observer.Transmitted(frame, device);
        }

        if (device.Transmitter is { } transmitter)
        {
            transmitter.Transmit(frame);
        }
        else
        {
            frame.Free();
        }
    }
}
