using System.Diagnostics;
using System.Globalization;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Netlink;
using Saker.Kernel.Packets;
using Saker.Kernel.Tracing;

namespace Saker.KernelTests.Bridge;

/// <summary>
/// A bridge of the running kernel with ports that are veth pairs: <c>br0</c> (02:00:00:00:00:b0) and <c>p1</c> to <c>p4</c> (02:00:00:00:00:01 and so on) in one namespace,
/// the other ends in another, where frames are sent and those that leave are seen and then swallowed.
/// </summary>
internal sealed class KernelBridge : IDisposable
{
    public const int Ports = 4;

    /// <summary>The MTU of the last port.</summary>
    public const int SmallMtu = 1000;

    /// <summary>The bridge's own address.</summary>
    public const string Address = "02:00:00:00:00:b0";

    private const int TimeoutMilliseconds = 500;

    private readonly NetworkNamespace _target = NetworkNamespace.Create(Leftovers.NewName("bridge"));
    private readonly NetworkNamespace _sender = NetworkNamespace.Create(Leftovers.NewName("stations"));
    private readonly TraceInstance _trace = TraceInstance.Create(Leftovers.NewName("trace"));
    private readonly List<PacketSocket> _wires = [];
    private readonly List<PacketSocket> _taps = [];
    private readonly List<TraceEvent> _events = [];
    private readonly byte[] _buffer = new byte[4096];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ulong[] _values = new ulong[LinkStatisticsReader.Names.Count];
    private PacketSocket? _own;
    private LinkStatisticsReader? _links;
    private Dictionary<string, long> _before = new(StringComparer.Ordinal);

    private readonly bool _snoops;

    /// <param name="snoops">Whether the bridge listens to who wants which group, as it does by default.</param>
    public KernelBridge(bool snoops = false)
    {
        _snoops = snoops;
        try
        {
            _target.Enter(SetUpTarget);
            _sender.Enter(SetUpSender);
            _target.Enter(WaitUntilPortsForward);
            _target.Enter(() =>
            {
                _own = PacketSocket.OpenForSending("br0");
                _links = new LinkStatisticsReader();
                _before = ReadCounters();
            });
            // What is IP comes from others on this machine: no frame of a sequence is.
            _trace.Filter("skb", "kfree_skb", "protocol != 0x0800 && protocol != 0x86dd");
            _trace.Enable("skb", "kfree_skb");
            _trace.Enable("net", "netif_receive_skb");
            _trace.LimitToThreads([_target.ThreadId, .. SoftirqThreads.Ids]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Nanoseconds since the beginning.</summary>
    public long Now => (long)Stopwatch.GetElapsedTime(_start).TotalNanoseconds;

    /// <summary>Lets steps happen, on a thread within the bridge's namespace.</summary>
    /// <returns>For each step when it began, and what became of its frame; null where it is none.</returns>
    public List<(long Time, BridgeOutcome? Outcome)> Do(IReadOnlyList<BridgeStep> steps)
    {
        List<(long, BridgeOutcome?)> outcomes = [];
        _target.Enter(() =>
        {
            foreach (BridgeStep step in steps)
            {
                outcomes.Add((Now, Do(step)));
            }
        });
        return outcomes;
    }

    /// <summary>Does something on a thread within the bridge's namespace.</summary>
    public T Enter<T>(Func<T> function) => _target.Enter(function);

    /// <summary>Runs commands in the bridge's namespace.</summary>
    public void Run(params string[] commands) => _target.Enter(() => NamespaceCommands.Run(_target.Name, commands));

    public void Dispose()
    {
        _own?.Dispose();
        _links?.Dispose();
        _wires.ForEach(wire => wire.Dispose());
        _taps.ForEach(tap => tap.Dispose());
        _trace.Dispose();
        _target.Dispose();
        _sender.Dispose();
    }

    private BridgeOutcome? Do(BridgeStep step)
    {
        switch (step)
        {
            case BridgeStep.Receive receive:
                return Watch(() => _wires[receive.Port - 1].Send(receive.Frame), $"p{receive.Port}");
            case BridgeStep.Send send:
                return Watch(() => _own!.Send(send.Frame), null);
            case BridgeStep.SetPort set:
                // By ip the bridge hears of a change of the device as well, and enables a disabled port again.
                Run(set.Setting == BridgeStep.PortMask
                    ? $"ip link set p{set.Port} type bridge_slave {set.Setting} {set.Value}"
                    : $"bridge link set dev p{set.Port} {set.Setting} {set.Value}");
                return null;
            case BridgeStep.SetBridge set:
                Run($"ip link set br0 type bridge {set.Setting} {set.Value}");
                return null;
            case BridgeStep.SetAgeing set:
                // In hundredths of a second.
                Run($"ip link set br0 type bridge ageing_time {set.Milliseconds / 10}");
                return null;
            case BridgeStep.Station station:
                Run($"bridge fdb {station.Verb} {station.Address} dev p{station.Port} master {station.Kind}");
                return null;
            case BridgeStep.Wait wait:
                Thread.Sleep(wait.Milliseconds);
                return null;
            default:
                throw new ArgumentException($"{step} is no step", nameof(step));
        }
    }

    private BridgeOutcome Watch(Action send, string? device)
    {
        _trace.Read(_events);
        _events.Clear();
        send();
        WaitUntilReceived(device);
        List<string> sent = Drain();
        _trace.Read(_events);
        Dictionary<string, long> after = ReadCounters();
        SortedDictionary<string, long> moved = CounterTable.Difference(_before, after);
        _before = after;
        List<string> drops = [];
        int up = 0;
        foreach (TraceEvent happened in _events)
        {
            if (PacketDrop.TryParse(happened, out PacketDrop drop))
            {
                drops.Add(drop.Reason);
            }
            else if (happened.Name == "netif_receive_skb" && happened.Field("dev").SequenceEqual("br0"))
            {
                up++;
            }
        }

        drops.Sort(StringComparer.Ordinal);
        return new BridgeOutcome(sent, drops, moved, up);
    }

    private void WaitUntilReceived(string? device)
    {
        long start = Stopwatch.GetTimestamp();
        while (device is not null && Stopwatch.GetElapsedTime(start).TotalMilliseconds < TimeoutMilliseconds)
        {
            _trace.Read(_events);
            TraceEvent arrival = _events.Find(happened => happened.Name == "netif_receive_skb" && happened.Field("dev").SequenceEqual(device));
            if (arrival.Name is not null)
            {
                if (arrival.ThreadId != _target.ThreadId)
                {
                    // ksoftirqd has it: it ends its round before long.
                    Thread.Sleep(2);
                }

                return;
            }
        }

        if (device is not null)
        {
            throw new InvalidOperationException($"the kernel shows no netif_receive_skb by {device}");
        }
    }

    private List<string> Drain()
    {
        List<string> sent = [];
        for (int port = 1; port <= Ports; port++)
        {
            while (_taps[port - 1].TryReceive(_buffer, out int length, out _))
            {
                sent.Add(string.Create(CultureInfo.InvariantCulture, $"p{port} {Convert.ToHexStringLower(_buffer.AsSpan(0, length))}"));
            }
        }

        return sent;
    }

    private Dictionary<string, long> ReadCounters()
    {
        Dictionary<string, long> values = new(StringComparer.Ordinal);
        foreach (string device in DeviceNames)
        {
            _links!.Read(DeviceName.IndexOf(device), _values);
            for (int i = 0; i < _values.Length; i++)
            {
                values[$"{device}.{LinkStatisticsReader.Names[i]}"] = (long)_values[i];
            }
        }

        return values;
    }

    public static IEnumerable<string> DeviceNames => Enumerable.Range(1, Ports).Select(port => string.Create(CultureInfo.InvariantCulture, $"p{port}")).Append("br0");

    private void SetUpTarget() => Run(
        [
            "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
            "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
            // With a forward delay a port's timer, set as it comes up, would take it from listening to learning and on fifteen seconds later.
            $"ip link add br0 address {Address} type bridge forward_delay 0 mcast_snooping {(_snoops ? 1 : 0)}",
            // The bridge joins a group of its own.
            "sysctl -w net.ipv4.igmp_link_local_mcast_reports=0",
            "sysctl -w net.bridge.bridge-nf-call-iptables=0",
            "sysctl -w net.bridge.bridge-nf-call-ip6tables=0",
            "sysctl -w net.bridge.bridge-nf-call-arptables=0",
            .. Enumerable.Range(1, Ports).SelectMany(port => (string[])
            [
                $"ip link add p{port} address 02:00:00:00:00:0{port} type veth peer name q{port} netns {_sender.Name}",
                $"ip link set p{port} mtu {(port == Ports ? SmallMtu : 1500)} master br0 arp off up",
            ]),
            "ip link set br0 mtu 1500 arp off up",
        ]);

    /// <summary>The bridge hears some time later that a device has its link: before, the port's state cannot be set.</summary>
    private void WaitUntilPortsForward()
    {
        long start = Stopwatch.GetTimestamp();
        for (int port = 1; port <= Ports; port++)
        {
            while (NamespaceCommands.TryRun(_target.Name, [$"bridge link set dev p{port} state 3"]) is [var problem, ..])
            {
                if (Stopwatch.GetElapsedTime(start).TotalSeconds > 10)
                {
                    throw new InvalidOperationException(problem);
                }

                Thread.Sleep(10);
            }
        }
    }

    private void SetUpSender()
    {
        for (int port = 1; port <= Ports; port++)
        {
            NamespaceCommands.Run(
                _sender.Name,
                [
                    $"sysctl -w net.ipv6.conf.q{port}.disable_ipv6=1",
                    $"ip link set q{port} arp off up",
                    $"ethtool -K q{port} tx off",
                    $"tc qdisc add dev q{port} clsact",
                    // One classic BPF instruction: return 4, TC_ACT_STOLEN.
                    $"tc filter add dev q{port} ingress bpf da bytecode 1,6\u00a00\u00a00\u00a04",
                ]);
            PacketSocket tap = PacketSocket.Open($"q{port}");
            _taps.Add(tap);
            tap.IgnoreOutgoing();
            _wires.Add(PacketSocket.OpenForSending($"q{port}"));
        }
    }

}
