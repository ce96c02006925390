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
    /// <remarks>A packet that is not <see cref="PacketType.Outgoing"/> was received and goes on to another host.</remarks>
    public void Transmit(PacketBuffer frame, NetworkDevice device)
    {
        device.Counters.Add(DeviceCounter.TxPackets);
        device.Counters.Add(DeviceCounter.TxBytes, frame.Length);
        if (TTrace.Stages)
        {
            if (frame.PacketType != PacketType.Outgoing)
            {
                Cpu.Observer.Forwarded(frame, Stage.NeighborOutput);
            }

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
