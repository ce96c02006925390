using System.Diagnostics;
using System.Globalization;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Netlink;
using Saker.Kernel.Packets;
using Saker.Kernel.Tracing;

namespace Saker.KernelTests.Core;

/// <summary>The running kernel with taps: a veth pair, and packet sockets on its receiving end, which is <c>eth0</c> (02:00:00:00:00:01, 10.0.0.1/24).</summary>
internal sealed class KernelCore : IDisposable
{
    public const string UpperAddress = "02:00:00:00:00:0a";

    private const int TimeoutMilliseconds = 500;
    private const int SmallestBuffer = 1;
    private const ushort FillingProtocol = 0x88ff;

    private readonly NetworkNamespace _target = NetworkNamespace.Create(Leftovers.NewName("core-target"));
    private readonly NetworkNamespace _sender = NetworkNamespace.Create(Leftovers.NewName("core-sender"));
    private readonly List<(TapSetting Setting, PacketSocket Socket)> _taps = [];
    private readonly Dictionary<int, string> _devices = [];
    private readonly List<TraceEvent> _events = [];
    private readonly byte[] _buffer = new byte[4096];
    private readonly ulong[] _link = new ulong[LinkStatisticsReader.Names.Count];
    private readonly string _ethernet = NameOf("core");
    private readonly string _upper = NameOf("upper");
    private readonly TraceInstance? _trace;
    private PacketSocket? _wire;
    private LinkStatisticsReader? _links;

    /// <param name="taps">The taps, in the order in which they are opened.</param>
    /// <param name="upper">The device upon eth0, whose address is <see cref="UpperAddress"/>; null: there is none.</param>
    /// <param name="commands">What makes it.</param>
    public KernelCore(IReadOnlyList<TapSetting> taps, string? upper, params string[] commands)
    {
        try
        {
            _target.Enter(() =>
            {
                NamespaceCommands.Run(
                    _target.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
                        "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
                        $"ip link add {_ethernet} address 02:00:00:00:00:01 type veth peer name eth0 netns {_sender.Name}",
                        $"ip link set {_ethernet} up",
                        .. upper is null ? (string[])[$"ip address add 10.0.0.1/24 dev {_ethernet}"] : commands.Select(Renamed),
                    ]);
                _devices.Add(DeviceName.IndexOf(_ethernet), "eth0");
                if (upper is not null)
                {
                    _devices.Add(DeviceName.IndexOf(_upper), upper);
                }

                _links = new LinkStatisticsReader();
            });
            _sender.Enter(() =>
            {
                NamespaceCommands.Run(
                    _sender.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
                        "ip link set eth0 address 02:00:00:00:00:02 arp off up",
                        "ethtool -K eth0 tx off",
                        "tc qdisc add dev eth0 clsact",

                        // Answers end here, before they are the sender's drops: return 4, TC_ACT_STOLEN.
                        "tc filter add dev eth0 ingress bpf da bytecode 1,6\u00a00\u00a00\u00a04",
                    ]);
                _wire = PacketSocket.OpenForSending("eth0");
            });
            NamespaceCommands.Run(_target.Name, [$"ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev {_ethernet}"]);
            _trace = TraceInstance.Create(Leftovers.NewName("core-trace"));
            _trace.Enable("skb", "kfree_skb");
            _trace.Enable("net", "netif_receive_skb");
            _target.Enter(() => Open(taps));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends a frame, and tells what became of it.</summary>
    public CoreAnswer Ask(byte[] frame)
    {
        Drain();
        Dictionary<string, long> before = ReadCounters();
        _trace!.Read(_events);
        _events.Clear();
        _wire!.Send(frame);
        List<string> drops = WaitForDrops();
        List<string> seen = Drain();
        Dictionary<string, long> after = ReadCounters();
        return new CoreAnswer(
            seen, drops, [.. after.Where(counter => counter.Value != before[counter.Key]).Select(counter => $"{counter.Key} {counter.Value - before[counter.Key]}")]);
    }

    public void Dispose()
    {
        _taps.ForEach(tap => tap.Socket.Dispose());
        _wire?.Dispose();
        _links?.Dispose();
        _trace?.Dispose();
        _target.Dispose();
        _sender.Dispose();
    }

    /// <summary>A name of this run's own, since the trace shows everybody's devices.</summary>
    private static string NameOf(string purpose) => string.Create(CultureInfo.InvariantCulture, $"{purpose}{Environment.ProcessId}");

    /// <summary>With the names that the devices really have.</summary>
    private string Renamed(string text) =>
        string.Join(' ', text.Split(' ').Select(word => word == "eth0" ? _ethernet : word is "mv0" or "br0" ? _upper : word));

    private void Open(IReadOnlyList<TapSetting> taps)
    {
        foreach (TapSetting tap in taps)
        {
            PacketSocket socket = PacketSocket.Open(new PacketSocketOptions
            {
                Device = tap.Device is { } device ? Renamed(device) : null,
                Protocol = tap.Protocol,
                ReceiveBuffer = tap.IsFull ? SmallestBuffer : 0,
            });
            _taps.Add((tap, socket));
            socket.ShowArrivals();
            if (tap.TellsOriginal)
            {
                socket.ShowOriginalDevice();
            }
        }

        foreach ((TapSetting setting, PacketSocket socket) in _taps.Where(tap => tap.Setting.IsFull))
        {
            byte[] filling = Oracle.Frame.Ethernet(
                new byte[46],
                setting.Protocol == TapSetting.All ? FillingProtocol : setting.Protocol,
                setting.Device is null or "eth0" ? Oracle.Frame.Target : UpperAddress);
            for (int attempt = 0; socket.TakeStatistics().Drops == 0; attempt++)
            {
                Assert.True(attempt < 1000, $"{setting.Name} does not get full");
                _wire!.Send(filling);
                WaitForDrops();
            }
        }
    }

    /// <summary>Waits until the frame was received, and tells why its packets were dropped.</summary>
    private List<string> WaitForDrops()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            _trace!.Read(_events);
            int arrival = _events.FindIndex(happened => happened.Name == "netif_receive_skb" && happened.Field("dev").SequenceEqual(_ethernet));
            if (arrival >= 0)
            {
                // Whoever sends receives, but for ksoftirqd, which ends its round before long.
                Thread.Sleep(1);
                _trace.Read(_events);
                int thread = _events[arrival].ThreadId;
                List<string> drops = [];
                HashSet<string> others = [];
                foreach (TraceEvent happened in _events.Skip(arrival).Where(happened => happened.ThreadId == thread))
                {
                    if (happened.Name == "netif_receive_skb" && !happened.Field("dev").SequenceEqual(_ethernet) && !happened.Field("dev").SequenceEqual(_upper))
                    {
                        others.Add(happened.Field("skbaddr").ToString());
                    }
                    else if (PacketDrop.TryParse(happened, out PacketDrop drop) && !others.Contains(drop.Packet))
                    {
                        drops.Add(drop.Reason);
                    }
                }

                _events.Clear();
                return drops;
            }

            Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < TimeoutMilliseconds, "the kernel does not show that it received the frame");
        }
    }

    private List<string> Drain()
    {
        List<string> seen = [];
        foreach ((TapSetting setting, PacketSocket socket) in _taps.Where(tap => !tap.Setting.IsFull))
        {
            while (socket.TryReceive(_buffer, out PacketArrival arrival))
            {
                string tag = arrival.HasVlanTag ? $" tag {arrival.VlanProtocol:x4}:{arrival.VlanTag:x4}" : string.Empty;
                string bytes = Convert.ToHexStringLower(_buffer.AsSpan(0, arrival.Length));
                seen.Add($"{setting.Name}: {_devices[arrival.Device]} {arrival.Direction} {arrival.Protocol:x4}{tag} {bytes}");
            }
        }

        return seen;
    }

    private Dictionary<string, long> ReadCounters()
    {
        Dictionary<string, long> values = new(StringComparer.Ordinal);
        foreach ((int index, string device) in _devices)
        {
            _links!.Read(index, _link);
            foreach (string name in CoreAnswer.CounterNames)
            {
                values[$"{device}.{name}"] = (long)_link[LinkStatisticsReader.Names.ToList().IndexOf(name)];
            }
        }

        return values;
    }
}
