using System.Diagnostics;
using System.Text.Json;
using Saker.Host.AfXdp;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.Benchmarks.Comparing;

/// <summary>What a peer or Saker made of its turn with an AF_XDP socket.</summary>
/// <param name="Between">Nanoseconds from one packet to the next.</param>
/// <param name="Own">Nanoseconds spent on a packet in its batch, without calls where there are none in between: the median of the packets.</param>
/// <param name="Processor">Nanoseconds of a processor for a packet, in the process and in the kernel for it.</param>
/// <param name="Batch">Packets a batch.</param>
/// <param name="Allocated">Bytes allocated for a packet.</param>
internal sealed record SocketTurn(double Between, double Own, double Processor, double Batch, double Allocated)
{
    private const int Chunks = 4096, Ring = 2048, PacketLength = 64;
    private static readonly TimeSpan Beginning = TimeSpan.FromMilliseconds(200), Measured = TimeSpan.FromSeconds(1);

    /// <summary>Lets the C program have its turn.</summary>
    public static SocketTurn OfPeer(string program, SocketWire wire, SocketWork work)
    {
        string[] switches = [.. work.Sleeps ? (string[])["--poll"] : [], .. work.Touches ? (string[])["--touch"] : []];
        string said = SocketWire.Execute(
            ["nsenter", $"--net=/run/netns/{wire.Near.Name}", "taskset", "-c", $"{SocketWire.NearProcessor}", program, "-i", SocketWire.NearDevice, "-d", $"{Measured.TotalSeconds}",
            "-f", $"{Chunks}", "-r", $"{Ring}", "-s", $"{PacketLength}", "--native", "--copy", .. switches, work.Name]);
        using JsonDocument document = JsonDocument.Parse(said);
        double Number(string name) => document.RootElement.GetProperty(name).GetDouble();
        double packets = Math.Max(1, Number("packets"));
        return new SocketTurn(
            1e9 / Math.Max(1, Number("packetsPerSecond")), Number("medianNanosecondsPerPacket"), Number("processorSeconds") * 1e9 / packets, packets / Math.Max(1, Number("batches")), 0);
    }

    /// <summary>Lets Saker have its turn, of so many seconds.</summary>
    public static SocketTurn OfSaker(SocketWire wire, SocketWork work, int seconds = 1)
    {
        XdpTrafficOptions options = new()
        {
            Kind = work.Kind,
            Umem = new UmemOptions { Layout = new UmemLayout { ChunkCount = Chunks }, TracksFrames = false },
            Socket = new XdpSocketOptions
            {
                Device = SocketWire.NearDevice,
                ReceiveRingSize = Ring,
                TransmitRingSize = Ring,
                FillRingSize = 2 * Ring,
                CompletionRingSize = Ring,
                Copy = XdpCopyMode.Copy,
            },
            Program = new XdpSocketProgramOptions { Mode = XdpMode.Native },
            Packet = [.. TrafficPacket.Make(PacketLength, new(255, 255, 255, 255, 255, 255), TrafficPacket.UsualSource)],
            Processors = [SocketWire.NearProcessor],
            Sleeps = work.Sleeps,
            Touches = work.Touches,
            MeasuresTime = true,
        };
        using XdpTraffic traffic = wire.Near.Enter(() => XdpTraffic.TryOpen(options, out XdpTraffic? opened, out KernelRefusal? refusal) ? opened : throw new InvalidOperationException(refusal.ToString()));
        long Count() => work.Kind == TrafficKind.ReceiveDrop ? traffic.Ports[0].Received : traffic.Ports[0].Sent;
        using CancellationTokenSource stop = new();
        Task running = Task.Run(() => traffic.Run(stop.Token));
        Thread.Sleep(Beginning);
        long before = Count(), began = Stopwatch.GetTimestamp();
        Thread.Sleep(seconds * Measured);
        double packets = Math.Max(1, Count() - before), time = Stopwatch.GetElapsedTime(began).TotalNanoseconds;
        stop.Cancel();
        running.GetAwaiter().GetResult();
        TrafficCost cost = traffic.Cost;
        double all = Math.Max(1, Count());
        return new SocketTurn(
            time / packets, cost.MedianNanoseconds, cost.Processor.TotalNanoseconds / all, all / Math.Max(1, cost.Batches), cost.Allocated / all);
    }
}

/// <summary>What is done with a socket.</summary>
/// <param name="Kind">Receive, send, or send back.</param>
/// <param name="Sleeps">Whether it sleeps while there is nothing to do.</param>
/// <param name="Touches">Whether it reads a byte of each packet.</param>
internal sealed record SocketWork(TrafficKind Kind, bool Sleeps, bool Touches = false)
{
    /// <summary>What the programs call it.</summary>
    public string Name => Kind switch
    {
        TrafficKind.ReceiveDrop => "rxdrop",
        TrafficKind.TransmitOnly => "txonly",
        _ => "l2fwd",
    };
}
