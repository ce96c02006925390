using System.Diagnostics;
using System.Text;
using Saker.Host.Snapshots;
using Saker.Kernel;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Kernel.Sockets;
using Saker.Kernel.Tracing;

namespace Saker.Host.Oracle;

/// <summary>
/// A throw-away host: a namespace whose devices are joined by veth pairs to a sender's namespace, so that nothing of it reaches the world outside.
/// </summary>
/// <remarks>
/// The sender's devices swallow whatever arrives by a tc program (TC_ACT_STOLEN), after a packet socket there has seen it. So replies are captured
/// without a tap on the target, where it would change verdicts (a frame for nobody is not dropped when a tap has taken it), and the sender's stack adds
/// no drop events of its own to the trace, which is the machine's. A frame is handled in the context of the thread that sends it, or by ksoftirqd
/// under load: the events from <c>netif_receive_skb</c> on, in that thread's context, are the frame's.
/// </remarks>
internal sealed class TargetHost : IDisposable
{
    /// <summary>Why fragments are dropped that waited before the frame came, which itself waits on.</summary>
    private const string OfEarlierFragments = "FRAG_TOO_FAR";

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
    private readonly List<string> _problems = [];
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

    /// <summary>What of the configuration could not be made, one line each; only where it is tolerant.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The target's snapshot, as JSON.</summary>
    public string TakeSnapshot() => Encoding.UTF8.GetString(CollectSnapshot());

    /// <summary>The same as bytes, in UTF-8.</summary>
    public byte[] CollectSnapshot()
    {
        using var stream = new MemoryStream();
        var collector = new SnapshotCollector();
        _target.Enter(() => collector.Collect(stream));
        return collector.Problems.Count == 0 || _configuration.IsTolerant
            ? stream.ToArray()
            : throw new InvalidOperationException(string.Join('\n', collector.Problems));
    }

    /// <summary>Sends frames one after the other and tells what the kernel did with each.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="times">Gets when each was sent, in nanoseconds since the first.</param>
    public List<Answer> Ask(IReadOnlyList<byte[]> frames, ICollection<long>? times = null)
    {
        List<Answer> answers = [];
        Ask(ask =>
        {
            foreach (var frame in frames)
            {
                answers.Add(ask(frame, out var time) ?? throw new InvalidOperationException($"a frame of {frame.Length} bytes was not received: the kernel shows no netif_receive_skb for it"));
                times?.Add(time);
            }
        });
        return answers;
    }

    /// <summary>Gives somebody the means to send frames, one after the other, on the thread inside of the target's namespace.</summary>
    public void Ask(Action<FrameAsker> questions)
        => _target.Enter(() =>
        {
            _trace.LimitToThreads([_target.ThreadId, .. SoftirqThreads.Ids]);
            _counters!.Read(_before);
            var start = Stopwatch.GetTimestamp();
            questions((ReadOnlySpan<byte> frame, out long time) =>
            {
                time = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
                return TryAskOne(frame);
            });
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

    private Answer? TryAskOne(ReadOnlySpan<byte> frame)
    {
        if (DrainTaps().Count > 0)
        {
            // What the host sends on its own account between two frames (group reports) is no answer to either, and its raw sockets get it, too.
            _counters!.Read(_before);
            _ = Received();
        }

        _events.Clear();
        _trace.Read(_events);
        _events.Clear();

        _wire!.Send(frame);
        if (!TryWaitUntilReceived(out var thread, out var packet))
        {
            return null;
        }

        var received = Received();
        var sent = DrainTaps();
        _trace.Read(_events);
        _counters!.Read(_after);
        var moved = CounterTable.Difference(_before, _after);
        (_before, _after) = (_after, _before);
        return Judge(moved, received, sent, Drops(thread, packet));
    }

    private List<string> Received() => _configuration.HasReaders ? ReadSockets() : GrownSockets();

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
            if (happened.Name == "netif_receive_skb" && seen && !IsUpper(happened.Field("dev")))
            {
                looped.Add(happened.Field("skbaddr").ToString());
            }

            seen |= IsArrival(happened) && happened.Field("skbaddr").SequenceEqual(packet);
            // A consumed packet's list of fragments shows up as dropped without a reason when its memory goes.
            if (seen && PacketDrop.TryParse(happened, out var drop) && !looped.Remove(drop.Packet) && drop.Location != "skb_release_data" && drop.Reason != OfEarlierFragments)
            {
                drops.Insert(drop.Packet == packet ? 0 : drops.Count, drop);
            }
        }

        return drops;
    }

    /// <summary>Whether a device stands upon another one, so that what it receives is a received packet still, and none that the host sent to itself.</summary>
    private bool IsUpper(ReadOnlySpan<char> device)
    {
        if (device.SequenceEqual(_configuration.Device) || device.SequenceEqual("lo"))
        {
            return false;
        }

        foreach (var other in _configuration.OtherDevices)
        {
            if (device.SequenceEqual(other))
            {
                return false;
            }
        }

        return true;
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

    private bool TryWaitUntilReceived(out int thread, out string packet)
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

                    (thread, packet) = (happened.ThreadId, happened.Field("skbaddr").ToString());
                    return true;
                }
            }
        }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < ReceiveTimeoutMilliseconds);

        (thread, packet) = (0, string.Empty);
        return false;
    }

    private bool IsArrival(in TraceEvent happened) => happened.Name == "netif_receive_skb" && happened.Field("dev").SequenceEqual(_configuration.Device);

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
        var device = _configuration.Device;
        RunInTarget(_configuration.Commands);
        _sender.Enter(() =>
        {
            foreach (var other in (string[])[device, .. _configuration.OtherDevices])
            {
                SwallowWhatArrives(other, other == device ? SenderAddress : null);
                var tap = PacketSocket.Open(other);
                tap.IgnoreOutgoing();
                _taps.Add((other == device ? "" : other + " ", tap));
            }

            _wire = PacketSocket.OpenForSending(device);
        });
        if (_configuration.Corrections is { } corrections)
        {
            RunInTarget(corrections(CollectSnapshot()));
        }

        _target.Enter(() =>
        {
            foreach (var description in _configuration.Sockets)
            {
                Open(description);
            }

            if (_configuration.SettleMilliseconds > 0)
            {
                Thread.Sleep(_configuration.SettleMilliseconds);
            }

            _counters = new CounterTable(device, ["lo", .. _configuration.OtherDevices]);
        });
    }

    private void RunInTarget(IEnumerable<string> commands)
        => _target.Enter(() =>
        {
            var problems = NamespaceCommands.TryRun(_target.Name, commands.Select(command => command.Replace("$SENDER", _sender.Name, StringComparison.Ordinal)));
            _problems.AddRange(problems);
            if (problems.Count > 0 && !_configuration.IsTolerant)
            {
                throw new InvalidOperationException(problems[0]);
            }
        });

    private void Open(SocketDescription description)
    {
        try
        {
            _sockets.Add(new DescribedSocket(description));
        }
        catch (KernelException exception) when (_configuration.IsTolerant)
        {
            _problems.Add($"socket {description}: {exception.Message}");
        }
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

/// <summary>Sends a frame to a host and tells what the kernel did with it.</summary>
/// <param name="frame">The frame.</param>
/// <param name="time">When it was sent, in nanoseconds since the first.</param>
/// <returns>Null: the kernel does not show that it has received the frame.</returns>
internal delegate Answer? FrameAsker(ReadOnlySpan<byte> frame, out long time);
