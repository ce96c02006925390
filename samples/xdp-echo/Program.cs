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
        counts[TurnRound(socket.Memory.BytesOf(received[i]))]++;
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

foreach ((int port, long count) in counts.Index().Where(entry => entry.Item != 0))
{
    Console.WriteLine($"port {port}: {count} packets");
}

// Lets a packet go back to where it came from; sums stay as they are when two addresses change places. Returns the port that it was for; 0: it is no UDP over IPv4, and goes back as it is.
static int TurnRound(Span<byte> packet)
{
    if (!EthernetEditor.TryParse(packet, out EthernetEditor ethernet) || ethernet.Type != EtherType.IPv4 || !IPv4Editor.TryParse(packet[14..], out IPv4Editor ip)
        || !IPv4View.TryParse(packet[14..], out IPv4View header) || !header.IsComplete || !UdpEditor.TryParse(packet[(14 + header.HeaderLength)..], out UdpEditor udp))
    {
        return 0;
    }

    (ethernet.Source, ethernet.Destination) = (ethernet.Destination, ethernet.Source);
    (ip.Source, ip.Destination) = (ip.Destination, ip.Source);
    (udp.SourcePort, udp.DestinationPort) = (udp.DestinationPort, udp.SourcePort);
    return udp.SourcePort;
}
