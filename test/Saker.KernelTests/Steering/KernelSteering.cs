using System.Globalization;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Netlink;
using Saker.Kernel.Packets;
using Saker.Kernel.Scheduling;
using Saker.Kernel.Tracing;

namespace Saker.KernelTests.Steering;

/// <summary>
/// Lets the running kernel steer frames: a veth pair of several queues, whose sender is bound to the first CPU. It chooses a ring by the flow's hash, so that the
/// hash is known on the receiving end before RPS asks for it, and the trace shows it.
/// </summary>
/// <remarks>
/// Polled, frames come by NAPI (GRO is on), whose polls are put off by a timer, so that all frames of a ring are polled together and nothing works on the
/// backlogs before the poll is over. Not polled, each frame comes by <c>netif_rx</c>.
/// What others receive meanwhile takes part in the backlogs: a row that must be alone is sent until it was.
/// </remarks>
internal sealed class KernelSteering : IDisposable
{
    public const int Queues = 5;
    private const int TimeoutMilliseconds = 10;
    private const int MostAttempts = 200;

    private static readonly int Dropped = LinkStatisticsReader.Names.ToList().IndexOf("rx_dropped");

    private readonly NetworkNamespace _target = NetworkNamespace.Create(Leftovers.NewName("rps-target"));
    private readonly NetworkNamespace _sender = NetworkNamespace.Create(Leftovers.NewName("rps-sender"));
    private readonly string _device = string.Create(CultureInfo.InvariantCulture, $"rps{Environment.ProcessId}");
    private readonly bool _polls;
    private readonly Dictionary<int, int> _ringOfPort = [];
    private readonly TraceInstance? _trace;
    private PacketSocket? _wire;
    private LinkStatisticsReader? _links;
    private readonly int _index;

    /// <param name="polls">Whether frames come by polls.</param>
    /// <param name="masks">For each queue the CPUs that it is spread over.</param>
    public KernelSteering(bool polls, params ulong[] masks)
    {
        _polls = polls;
        string queues = string.Create(CultureInfo.InvariantCulture, $"numtxqueues {Queues} numrxqueues {Queues}");
        try
        {
            _target.Enter(() =>
            {
                NamespaceCommands.Run(
                    _target.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
                        "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
                        $"ip link add {_device} {queues} address 02:00:00:00:00:01 type veth peer name eth0 netns {_sender.Name} {queues}",
                        $"ip link set {_device} up",
                        .. polls
                            ? (string[])
                            [
                                $"ethtool -K {_device} gro on",
                                Write("napi_defer_hard_irqs", "2"),
                                Write("gro_flush_timeout", $"{TimeoutMilliseconds}000000"),
                            ]
                            : [],
                        .. masks.Select((mask, queue) => Write(RpsFile(queue), mask.ToString("x", CultureInfo.InvariantCulture))),
                    ]);
                _links = new LinkStatisticsReader();
            });
            _index = _target.Enter(() => DeviceName.IndexOf(_device));
            _sender.Enter(() =>
            {
                NamespaceCommands.Run(
                    _sender.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
                        "ip link set eth0 address 02:00:00:00:00:02 arp off up",
                        "ethtool -K eth0 tx off",
                    ]);
                ThreadAffinity.Bind(0);
                _wire = PacketSocket.OpenForSending("eth0");
            });
            _trace = TraceInstance.Create(Leftovers.NewName("rps-trace"));
            Watch("net", polls ? "napi_gro_receive_entry" : "netif_rx_entry", $"name == \"{_device}\"");
            Watch("net", "netif_receive_skb", null);
            Watch("skb", "kfree_skb", null);
            Watch("napi", "napi_poll", $"dev_name == \"{SteeringTrace.NoDevice}\" || dev_name == \"{_device}\"");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The CPUs that a queue is spread over, as sysfs shows them.</summary>
    public string ReadMask(int queue) => _target.Enter(() =>
    {
        string file = Path.Combine(Path.GetTempPath(), _target.Name);
        NamespaceCommands.Run(_target.Name, [Shell($"cat /sys/class/net/{_device}/{RpsFile(queue)} > {file}")]);
        string mask = File.ReadAllText(file).Trim();
        File.Delete(file);
        return mask;
    });

    /// <summary>Sets the CPUs that a queue is spread over.</summary>
    /// <returns>Whether the kernel took them.</returns>
    public bool TrySetMask(int queue, string mask) => _target.Enter(() => NamespaceCommands.TryRun(_target.Name, [Write(RpsFile(queue), mask)]).Count == 0);

    /// <summary>Source ports whose flows, to port 9, come by a ring: so many.</summary>
    public IReadOnlyList<int> PortsOf(int ring, int count)
    {
        for (int port = 5000; _ringOfPort.Values.Count(value => value == ring) < count; port += 30)
        {
            int first = port;
            int[] ports = [.. Enumerable.Range(first, 30)];
            foreach (SteeredFrame frame in Send([.. ports.Select((source, i) => MakeFrame(source, i))]).Given)
            {
                _ringOfPort[first + frame.Length - LengthOf(0)] = frame.Ring;
            }
        }

        return [.. _ringOfPort.Where(pair => pair.Value == ring).Select(pair => pair.Key).Order().Take(count)];
    }

    /// <summary>A datagram; its number makes its length.</summary>
    public static byte[] MakeFrame(int sourcePort, int number) =>
        Oracle.Frame.Ethernet(Oracle.Frame.IPv4(Oracle.Frame.Udp(9, (ushort)sourcePort, LengthOf(number) - 28), 17).AsSpan(14));

    /// <summary>The length of the datagram with a number, from its network header on.</summary>
    public static int LengthOf(int number) => 60 + number;

    /// <summary>Sends frames of different lengths, and tells what became of them.</summary>
    /// <param name="frames">The frames.</param>
    public KernelSteered Send(IReadOnlyList<byte[]> frames) => Repeat(frames, () => SteeringTrace.Read(SendOnce(frames, null, null), _device, _polls));

    /// <summary>Sends frames of one ring so that one poll takes all of them, while nothing of others gets between.</summary>
    /// <param name="sourcePort">A flow of the ring.</param>
    /// <param name="frames">The frames, fewer than a poll takes.</param>
    /// <param name="before">What is done before, as late as can be.</param>
    /// <param name="after">What is done afterwards, in any case and as soon as can be.</param>
    /// <param name="mostOthers">How many packets of others may be received before and after.</param>
    public KernelSteered SendTogether(
        int sourcePort, IReadOnlyList<byte[]> frames, Action? before = null, Action? after = null, int mostOthers = int.MaxValue) => Repeat(frames, () =>
    {
        // The first frame is polled at once; from then on the timer polls.
        _sender.Enter(() => _wire!.Send(MakeFrame(sourcePort, SteeringTrace.FirstPrimer)));
        Thread.Sleep(1);
        KernelSteered steered = SteeringTrace.Read(SendOnce(frames, before, after), _device, _polls);
        return steered is { IsTogether: true, IsAlone: true } && steered.Others.Sum() <= mostOthers ? steered : null;
    });

    public void Dispose()
    {
        _trace?.Dispose();
        _wire?.Dispose();
        _links?.Dispose();
        _target.Dispose();
        _sender.Dispose();
    }

    private static KernelSteered Repeat(IReadOnlyList<byte[]> frames, Func<KernelSteered?> send)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (send() is { } steered && steered.Given.Count == frames.Count)
            {
                return steered;
            }

            Thread.Sleep(attempt % 20);
        }

        throw new InvalidOperationException($"the machine is too busy: {frames.Count} frames were not received as they should in {MostAttempts} attempts");
    }

    private SteeringEvents SendOnce(IReadOnlyList<byte[]> frames, Action? before, Action? after)
    {
        List<TraceEvent> events = [];
        _trace!.Read(events);
        events.Clear();
        ulong drops = ReadDrops();
        SoftnetRow[] rows = ReadSoftnet();
        try
        {
            before?.Invoke();
            _sender.Enter(() =>
            {
                foreach (byte[] frame in frames)
                {
                    _wire!.Send(frame);
                }
            });
            Thread.Sleep(_polls ? TimeoutMilliseconds + 4 : 2);
        }
        finally
        {
            after?.Invoke();
        }

        rows = [.. ReadSoftnet().Zip(rows, (now, then) => now.Since(then))];
        drops = ReadDrops() - drops;

        // When it has come three times in vain, the timer rests.
        Thread.Sleep(_polls ? TimeoutMilliseconds * 4 : 0);
        _trace.Read(events);
        return new SteeringEvents(events, rows, (long)drops);
    }

    private static SoftnetRow[] ReadSoftnet() =>
    [
        .. File.ReadLines("/proc/net/softnet_stat").Take(SakerSteering.Cpus).Select(line =>
        {
            long[] columns = [.. line.Split(' ').Select(column => long.Parse(column, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
            return new SoftnetRow(columns[0], columns[1], columns[2], columns[9]);
        }),
    ];

    private ulong ReadDrops()
    {
        Span<ulong> counters = stackalloc ulong[LinkStatisticsReader.Names.Count];
        _links!.Read(_index, counters);
        return counters[Dropped];
    }

    private void Watch(string system, string name, string? filter)
    {
        if (filter is not null)
        {
            _trace!.Filter(system, name, filter);
        }

        _trace!.Enable(system, name);
    }

    private static string RpsFile(int queue) => string.Create(CultureInfo.InvariantCulture, $"queues/rx-{queue}/rps_cpus");

    private string Write(string file, string value) => Shell($"echo {value} > /sys/class/net/{_device}/{file}");

    // Such a command has /sys as the namespace sees it.
    private string Shell(string command) => $"/usr/bin/env ip netns exec {_target.Name} sh -c {command.Replace(' ', '\u00a0')}";
}
