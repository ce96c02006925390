using System.Diagnostics;
using Saker.Host.Snapshots;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Kernel.Sockets;
using Saker.Kernel.Tracing;

namespace Saker.Host.Oracle;

/// <summary>
/// A host made for one case: a namespace with <c>eth0</c> (02:00:00:00:00:01) joined by a veth pair to a sender's namespace (02:00:00:00:00:02).
/// </summary>
/// <remarks>
/// The sender's devices swallow whatever arrives by a tc program (TC_ACT_STOLEN), after a packet socket there has seen it. So replies are captured
/// without a tap on the target, where it would change verdicts (a frame for nobody is not dropped when a tap has taken it), and the sender's stack adds
/// no drop events of its own to the trace, which is the machine's. A frame is handled in the context of the thread that sends it, or by ksoftirqd
/// under load: the events from <c>netif_receive_skb</c> on, in that thread's context, are the frame's.
/// </remarks>
internal sealed class TargetHost : IDisposable
{
    private const string Device = "eth0";
    private const string SenderAddress = "02:00:00:00:00:02";
    private const int ReceiveTimeoutMilliseconds = 500;

    private readonly NetworkNamespace _target = NetworkNamespace.Create(Leftovers.NewName("target"));
    private readonly NetworkNamespace _sender = NetworkNamespace.Create(Leftovers.NewName("sender"));
    private readonly TargetConfiguration _configuration;
    private readonly TraceInstance _trace;
    private readonly List<DescribedSocket> _sockets = [];
    private readonly List<(string Prefix, PacketSocket Tap)> _taps = [];
    private readonly List<TraceEvent> _events = [];
    private readonly Dictionary<DescribedSocket, uint> _queued = [];
    private readonly byte[] _buffer = new byte[70_000];
    private Dictionary<string, long> _before = new(StringComparer.Ordinal);
    private Dictionary<string, long> _after = new(StringComparer.Ordinal);
    private PacketSocket? _wire;
    private CounterTable? _counters;

    public TargetHost(TargetConfiguration configuration, TraceInstance trace)
    {
        _configuration = configuration;
        _trace = trace;
        try
        {
            SetUp();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The thread whose trace events matter.</summary>
    public int ThreadId => _target.ThreadId;

    /// <summary>The target's snapshot, as JSON.</summary>
    public string TakeSnapshot()
    {
        using var stream = new MemoryStream();
        var collector = new SnapshotCollector();
        _target.Enter(() => collector.Collect(stream));
        if (collector.Problems.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', collector.Problems));
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Sends frames one after the other and tells what the kernel did with each.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="times">Gets when each was sent, in nanoseconds since the first.</param>
    public List<Answer> Ask(IReadOnlyList<byte[]> frames, ICollection<long>? times = null)
        => _target.Enter(() =>
        {
            _trace.LimitToThreads([_target.ThreadId, .. SoftirqThreads.Ids]);
            _counters!.Read(_before);
            var start = Stopwatch.GetTimestamp();
            List<Answer> answers = [];
            foreach (var frame in frames)
            {
                times?.Add((long)Stopwatch.GetElapsedTime(start).TotalNanoseconds);
                answers.Add(AskOne(frame));
            }

            return answers;
        });

    public void Dispose()
    {
        _counters?.Dispose();
        _wire?.Dispose();
        foreach (var (_, tap) in _taps)
        {
            tap.Dispose();
        }

        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        _target.Dispose();
        _sender.Dispose();
    }

    private Answer AskOne(byte[] frame)
    {
        if (DrainTaps().Count > 0)
        {
            // What the host sends on its own account between two frames (group reports) is no answer to either.
            _counters!.Read(_before);
        }

        _events.Clear();
        _trace.Read(_events);
        _events.Clear();

        _wire!.Send(frame);
        var (thread, packet) = WaitUntilReceived(frame.Length);
        var received = _configuration.HasReaders ? ReadSockets() : GrownSockets();
        var sent = DrainTaps();
        _trace.Read(_events);
        _counters!.Read(_after);
        var moved = CounterTable.Difference(_before, _after);
        (_before, _after) = (_after, _before);
        return Judge(moved, received, sent, Drops(thread, packet));
    }

    private List<string> ReadSockets()
    {
        List<string> received = [];
        foreach (var socket in _sockets)
        {
            for (var count = socket.Drain(_buffer); count > 0; count--)
            {
                received.Add(socket.Description.ToString());
            }
        }

        return received;
    }

    /// <summary>Without readers, who got a frame is seen by its receive queue.</summary>
    private List<string> GrownSockets()
    {
        List<string> received = [];
        foreach (var socket in _sockets.Where(socket => socket.Description.Protocol != "tcp"))
        {
            var queued = socket.QueuedBytes();
            if (queued > _queued.GetValueOrDefault(socket))
            {
                received.Add(socket.Description.ToString());
            }

            _queued[socket] = queued;
        }

        return received;
    }

    /// <summary>The drops in the frame's context, the frame's own first; without those of packets that the host sent to itself because of it.</summary>
    private List<PacketDrop> Drops(int thread, string packet)
    {
        var drops = new List<PacketDrop>();
        var looped = new HashSet<string>(StringComparer.Ordinal);
        var seen = false;
        foreach (var happened in _events.Where(happened => happened.ThreadId == thread))
        {
            if (happened.Name == "netif_receive_skb" && seen)
            {
                looped.Add(happened.Field("skbaddr").ToString());
            }

            seen |= IsArrival(happened) && happened.Field("skbaddr").SequenceEqual(packet);
            // A consumed packet's list of fragments shows up as dropped without a reason when its memory goes.
            if (seen && PacketDrop.TryParse(happened, out var drop) && !looped.Remove(drop.Packet) && drop.Location != "skb_release_data")
            {
                drops.Insert(drop.Packet == packet ? 0 : drops.Count, drop);
            }
        }

        return drops;
    }

    private static Answer Judge(SortedDictionary<string, long> moved, List<string> received, List<string> sent, List<PacketDrop> drops)
    {
        var verdict = received.Count > 0 ? "delivered"
            : moved.ContainsKey("Ip.ForwDatagrams") && drops.Count == 0 ? "forwarded"
            : drops.Count > 0 ? "dropped"
            : moved.ContainsKey("Ip.ReasmReqds") && !moved.ContainsKey("Ip.ReasmOKs") ? "held"
            : "consumed";
        var dropped = verdict == "dropped";
        return new Answer(verdict, dropped ? drops[0].Reason : null, dropped ? drops[0].Location : null, moved, received, sent);
    }

    private (int Thread, string Packet) WaitUntilReceived(int frameLength)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            _trace.Read(_events);
            foreach (var happened in _events)
            {
                if (IsArrival(happened))
                {
                    if (happened.ThreadId != _target.ThreadId)
                    {
                        // ksoftirqd has it: it ends its round before long.
                        Thread.Sleep(2);
                    }

                    return (happened.ThreadId, happened.Field("skbaddr").ToString());
                }
            }
        }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < ReceiveTimeoutMilliseconds);

        throw new InvalidOperationException($"a frame of {frameLength} bytes was not received: the kernel shows no netif_receive_skb for it");
    }

    private static bool IsArrival(in TraceEvent happened) => happened.Name == "netif_receive_skb" && happened.Field("dev").SequenceEqual(Device);

    private List<string> DrainTaps()
    {
        List<string> frames = [];
        foreach (var (prefix, tap) in _taps)
        {
            while (tap.TryReceive(_buffer, out var length, out _))
            {
                frames.Add(prefix + Convert.ToHexStringLower(_buffer.AsSpan(0, length)));
            }
        }

        return frames;
    }

    private void SetUp()
    {
        _target.Enter(() => NamespaceCommands.Run(_target.Name, _configuration.Commands.Select(command => command.Replace("$SENDER", _sender.Name, StringComparison.Ordinal))));
        _sender.Enter(() =>
        {
            foreach (var device in (string[])[Device, .. _configuration.OtherDevices])
            {
                SwallowWhatArrives(device, device == Device ? SenderAddress : null);
                var tap = PacketSocket.Open(device);
                tap.IgnoreOutgoing();
                _taps.Add((device == Device ? "" : device + " ", tap));
            }

            _wire = PacketSocket.OpenForSending(Device);
        });
        _target.Enter(() =>
        {
            foreach (var description in _configuration.Sockets)
            {
                _sockets.Add(new DescribedSocket(description));
            }

            if (_configuration.SettleMilliseconds > 0)
            {
                Thread.Sleep(_configuration.SettleMilliseconds);
            }

            _counters = new CounterTable(Device, ["lo", .. _configuration.OtherDevices]);
        });
    }

    private void SwallowWhatArrives(string device, string? address)
        => NamespaceCommands.Run(
            _sender.Name,
            [
                $"sysctl -w net.ipv6.conf.{device}.disable_ipv6=1",
                $"ip link set {device} {(address is null ? "" : "address " + address)} arp off up",
                $"tc qdisc add dev {device} clsact",
                // One classic BPF instruction: return 4, TC_ACT_STOLEN.
                $"tc filter add dev {device} ingress bpf da bytecode 1,6\u00a00\u00a00\u00a04",
            ]);
}
