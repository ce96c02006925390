using System.CommandLine;
using Saker.Host.AfXdp;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.Cli.Commands;

/// <summary>The options by which AF_XDP sockets are made, common to all commands that open some.</summary>
internal sealed class XskSocketOptions
{
    private const int MostFrames = 1 << 24;

    private readonly Argument<string> _device = new("DEV") { Description = "The device, in this network namespace." };

    private readonly Option<int[]> _queues = NumberList.Create("--queue", "queues", "Which of the device's queues, such as 0 or 0-3; a socket for each. Default: 0.", [0], "-q");

    private readonly Option<int> _sockets = NumberOption.Create("--sockets", "N", "sockets", usual: 1, most: 64, "How many sockets each queue has, which share its memory and take turns.");

    private readonly Option<int> _workers = NumberOption.Create("--workers", "N", "threads", usual: 1, most: 64, "How many threads; queues are dealt out to them.");

    private readonly Option<int[]> _processors = NumberList.Create("--cpus", "processors", "Which processors the threads are bound to, such as 0,2-3.", []);

    private readonly Option<XdpMode> _mode = WordOption.Create(
        "--mode", "Where the program runs: in the driver (native), or in front of the stack (generic). Default: native where the driver can.", ("native", XdpMode.Native), ("generic", XdpMode.Generic));

    private readonly Option<XdpCopyMode> _copy = WordOption.Create(
        "--copy", "Whether packets are copied between device and memory. Default: only where the driver must.", ("best", XdpCopyMode.BestAvailable), ("copy", XdpCopyMode.Copy), ("zero-copy", XdpCopyMode.ZeroCopy));

    private readonly Option<bool> _noWakeup = new("--no-need-wakeup") { Description = "Do not let the kernel say when it wants to be woken: wake it every time." };

    private readonly Option<int?> _busyPoll = NumberOption.CreateOptional("--busy-poll", "microseconds", 1_000_000, "Poll the device in the sockets' threads, so long each time, rather than by interrupts.");

    private readonly Option<int> _busyBudget = NumberOption.Create("--busy-budget", "N", "packets", usual: 64, most: 65535, "With --busy-poll: how many packets one look takes at most.");

    private readonly Option<int?> _transmitBudget = NumberOption.CreateOptional("--tx-budget", "packets", 1 << 20, "How many packets one call sends at most in copy mode (Linux 6.17). Default: the kernel's, 32.");

    private readonly Option<int> _frameSize = NumberOption.Create("--frame-size", "BYTES", "bytes", usual: UmemLayout.LargestChunk, most: UmemLayout.LargestChunk, "Bytes of a frame in memory.");

    private readonly Option<int> _frames = NumberOption.Create("--frames", "N", "numbers", usual: 16384, most: MostFrames, "How many frames the memory has.");

    private readonly Option<int> _headroom = NumberOption.Create("--headroom", "BYTES", "bytes", usual: 0, most: UmemLayout.LargestChunk, "Bytes that are kept free in front of received packets, beside the kernel's 256.");

    private readonly Option<bool> _unaligned = new("--unaligned") { Description = "Let frames begin anywhere in memory." };

    private readonly Option<UmemPages> _pages = WordOption.Create(
        "--pages", "What pages the memory is made of. Default: huge ones where enough are free.", ("best", UmemPages.BestAvailable), ("usual", UmemPages.Usual), ("huge", UmemPages.Huge));

    private readonly Option<int> _ring = NumberOption.Create("--ring-size", "N", "numbers", usual: 2048, most: RingMemory.MostEntries / 2, "Entries of the RX and TX rings, a power of two; FILL and COMPLETION have twice as many.");

    private readonly Option<bool> _multiBuffer = new("--multi-buffer") { Description = "Take packets that are longer than a frame, in several frames." };

    /// <summary>The device.</summary>
    public string DeviceOf(ParseResult parsed) => parsed.GetRequiredValue(_device);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_device);
        foreach (Option option in (ReadOnlySpan<Option>)
            [_queues, _sockets, _workers, _processors, _mode, _copy, _noWakeup, _busyPoll, _busyBudget, _transmitBudget, _frameSize, _frames, _headroom, _unaligned, _pages, _ring, _multiBuffer])
        {
            command.Add(option);
        }
    }

    /// <summary>What the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="kind">What is done with packets.</param>
    public XdpTrafficOptions Read(ParseResult parsed, TrafficKind kind)
    {
        int ring = parsed.GetValue(_ring);
        return new XdpTrafficOptions
        {
            Kind = kind,
            Queues = [.. parsed.GetRequiredValue(_queues)],
            SocketsPerQueue = parsed.GetValue(_sockets),
            Workers = parsed.GetValue(_workers),
            Processors = [.. parsed.GetRequiredValue(_processors)],
            Program = new XdpSocketProgramOptions { Mode = parsed.GetValue(_mode) },
            Umem = new UmemOptions
            {
                Layout = new UmemLayout
                {
                    ChunkSize = parsed.GetValue(_frameSize),
                    ChunkCount = parsed.GetValue(_frames),
                    Headroom = parsed.GetValue(_headroom),
                    IsUnaligned = parsed.GetValue(_unaligned),
                },
                Pages = parsed.GetValue(_pages),
            },
            Socket = new XdpSocketOptions
            {
                Device = DeviceOf(parsed),
                ReceiveRingSize = ring,
                TransmitRingSize = ring,
                FillRingSize = 2 * ring,
                CompletionRingSize = 2 * ring,
                Copy = parsed.GetValue(_copy),
                UsesNeedWakeup = !parsed.GetValue(_noWakeup),
                IsMultiBuffer = parsed.GetValue(_multiBuffer),
                TransmitBudget = parsed.GetValue(_transmitBudget),
                BusyPolling = parsed.GetValue(_busyPoll) is { } microseconds ? new XdpBusyPolling(microseconds, parsed.GetValue(_busyBudget)) : null,
            },
        };
    }
}
