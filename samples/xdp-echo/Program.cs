using Saker.Kernel.AfXdp;
using Saker.Packets.AfXdp;
using Saker.Wire;

using Umem umem = Umem.Create();
using XdpSocket socket = XdpSocket.Open(umem, new() { Device = args[0] });
using XdpSocketProgram program = XdpSocketProgram.Attach(socket.Device, new() { Steering = new() { UdpPorts = [new(4000, 4999)] } });
program.Add(queue: 0, socket.Descriptor);
FrameAllocator frames = umem.AllocateFrames();
long[] counts = new long[1 << 16];
bool isOver = false;
Console.CancelKeyPress += (_, pressed) => pressed.Cancel = isOver = true;
while (!isOver)
{
    frames.Collect(socket.Completion);
    frames.Supply(socket.Fill);
    using ConsumerBatch<XdpDescriptor> received = socket.Receive!.Peek(64);
    using ProducerBatch<XdpDescriptor> transmit = socket.Transmit!.Reserve(received.Length);
    for (int i = 0; i < transmit.Length; i++)
    {
        counts[FlowReversal.Reverse(socket.Memory.BytesOf(received[i])).DestinationPort]++;
        transmit[i] = received[i];
    }

    transmit.Submit();
    received.Release(transmit.Length);
    if (socket.WakeTransmit() != TransmitKick.Again && received.Length == 0)
    {
        socket.WakeReceive();
        socket.Wait(TimeSpan.FromMilliseconds(100));
    }
}

Console.WriteLine(string.Join('\n', counts.Index().Where(entry => entry.Item != 0).Select(entry => $"port {entry.Index}: {entry.Item} packets")));
