using System.Diagnostics;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Packets.AfXdp;
using XdpSock;

try
{
    return Run(Settings.Read(args));
}
catch (FormatException fault)
{
    Console.Error.WriteLine($"xdpsock: {fault.Message}.");
    Console.Error.WriteLine(Settings.Usage);
    return 2;
}
catch (KernelException refusal)
{
    Console.Error.WriteLine($"xdpsock: {refusal.Message}.");
    return 1;
}

static int Run(Settings settings)
{
    using Umem umem = Umem.Create(new() { Layout = settings.Layout });
    List<XdpSocket> sockets = [];
    try
    {
        // The first socket of a queue registers the memory; those that follow share it, and the rings of the queue.
        XdpSocketOptions options = settings.Work == 't' ? settings.Socket with { ReceiveRingSize = 0 } : settings.Work == 'r' ? settings.Socket with { TransmitRingSize = 0 } : settings.Socket;
        for (int i = 0; i < settings.Sockets; i++)
        {
            sockets.Add(XdpSocket.Open(umem, options));
        }

        // Frames are there before the first packet is.
        FrameAllocator frames = umem.AllocateFrames();
        Loops[] loops = [.. sockets.Select(socket => new Loops(socket, frames, settings.Batch))];
        Prepare(settings, loops[0]);
        using XdpSocketProgram? program = settings.Work == 't' ? null : XdpSocketProgram.Attach(sockets[0].Device, new() { Mode = settings.Mode, SocketsPerQueue = settings.Sockets });
        for (int i = 0; i < sockets.Count; i++)
        {
            program?.Add(options.Queue, sockets[i].Descriptor, i);
        }

        Console.WriteLine($"{sockets.Count} on {settings.Device} queue {options.Queue}, {(sockets[0].IsZeroCopy ? "zero-copy" : "copy")}; {program?.ToString() ?? "no program"}");
        Work(settings, sockets, loops);
        return 0;
    }
    finally
    {
        sockets.ForEach(socket => socket.Dispose());
    }
}

static void Prepare(Settings settings, Loops loop)
{
    if (settings.Work == 't')
    {
        // With an EtherType that is for trials.
        ReadOnlySpan<byte> header = [.. settings.Stations.Destination.GetAddressBytes(), .. settings.Stations.Source.GetAddressBytes(), 0x88, 0xb5];
        byte[] packet = new byte[settings.PacketLength];
        header.CopyTo(packet);
        loop.Write(packet);
    }
    else
    {
        loop.Supply();
    }
}

static void Work(Settings settings, List<XdpSocket> sockets, Loops[] loops)
{
    bool isOver = false;
    Console.CancelKeyPress += (_, pressed) => pressed.Cancel = isOver = true;
    long began = Stopwatch.GetTimestamp();
    TimeSpan told = TimeSpan.Zero, now;
    (long received, long sent) = (0, 0);
    while ((now = Stopwatch.GetElapsedTime(began)) < settings.Duration && !isOver && Math.Max(loops.Sum(loop => loop.Received), loops.Sum(loop => loop.Sent)) < settings.Count)
    {
        // The clock, the sums and what is told come once in a thousand batches.
        for (int i = 0; i < 1000; i++)
        {
            bool isBusy = false;
            foreach (Loops loop in loops)
            {
                isBusy |= settings.Work switch { 'r' => loop.ReceiveAndDrop(), 't' => loop.Transmit(settings.PacketLength), _ => loop.Forward() };
            }

            if (!isBusy)
            {
                if (settings.Sleeps)
                {
                    XdpSocket.WaitAny([.. sockets], TimeSpan.FromMilliseconds(100), forTransmit: settings.Work == 't');
                }

                break;
            }
        }

        if (now - told >= settings.Interval)
        {
            Tell(now - told, loops, ref received, ref sent);
            told = now;
        }
    }

    Console.WriteLine($"{loops.Sum(loop => loop.Received):N0} received, {loops.Sum(loop => loop.Sent):N0} sent in {now.TotalSeconds:F1} s");
    sockets.ForEach(socket => Console.WriteLine(socket.Statistics));
}

static void Tell(TimeSpan time, Loops[] loops, ref long received, ref long sent)
{
    (long receivedNow, long sentNow) = (loops.Sum(loop => loop.Received), loops.Sum(loop => loop.Sent));
    Console.WriteLine($"rx {(receivedNow - received) / time.TotalSeconds,12:N0} packets/s   tx {(sentNow - sent) / time.TotalSeconds,12:N0} packets/s");
    (received, sent) = (receivedNow, sentNow);
}
