using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Programs;

/// <summary>
/// A network around programs, told twice: as a <see cref="TableHost"/>, and as the commands that make the same in a network namespace. Device N is <c>dN</c>, whose other end
/// <c>pN</c> has nothing of its own.
/// </summary>
internal sealed class ProgramNetwork
{
    private const uint LoopbackIndex = 1, LoopbackMtu = 65536, FirstPeer = 100, UsualMetricOfIPv6 = 1024, LeastIPv6Mtu = 1280;

    private readonly List<string> _commands = ["ip link set lo up"], _lastCommands = [];

    public ProgramNetwork(bool loopbackForwards = false)
    {
        AddForwarding("lo", loopbackForwards, loopbackForwards);
        Host.Add(LoopbackIndex, new BpfDevice(LoopbackMtu) { IsLoopback = true, ForwardsIPv4 = loopbackForwards, ForwardsIPv6 = loopbackForwards });
        Host.AddAddress(LoopbackIndex, IPAddress.Loopback, 8);
        Host.AddAddress(LoopbackIndex, IPAddress.IPv6Loopback, 128);
    }

    /// <summary>The network as tables.</summary>
    public TableHost Host { get; } = new();

    /// <summary>What makes it in an empty network namespace.</summary>
    public IEnumerable<string> Commands => _commands.Concat(_lastCommands);

    /// <summary>The link address of a device.</summary>
    public static byte[] LinkAddressOf(uint device) => [2, 0, 0, 0, 0, (byte)device];

    /// <summary>Adds a device.</summary>
    public ProgramNetwork AddDevice(uint index, uint mtu = 1500, bool forwards4 = true, bool forwards6 = true, uint mtu6 = 0, bool isUp = true)
    {
        _commands.Add($"ip link add d{index} index {index} address {Colons(LinkAddressOf(index))} mtu {mtu} type veth peer name p{index} index {FirstPeer + index} mtu {mtu}");
        bool hasIPv6 = mtu >= LeastIPv6Mtu;
        if (hasIPv6)
        {
            _commands.Add($"ip link set d{index} addrgenmode none");
            _commands.Add($"sysctl -w net.ipv6.conf.p{index}.disable_ipv6=1");
        }

        AddForwarding($"d{index}", forwards4, hasIPv6 ? forwards6 : null);
        if (isUp)
        {
            _commands.Add($"ip link set p{index} up");
            _commands.Add($"ip link set d{index} up");
        }

        if (mtu6 != 0)
        {
            // A device that has just come up says so a little later, and takes its own MTU for IPv6's then; who asks for it makes it say so at once.
            _lastCommands.Add($"ip link show dev d{index}");
            _lastCommands.Add($"sysctl -w net.ipv6.conf.d{index}.mtu={mtu6}");
        }

        Host.Add(index, new BpfDevice(mtu, IsUp: isUp)
        {
            LinkAddress = LinkAddressOf(index),
            ForwardsIPv4 = forwards4,
            ForwardsIPv6 = forwards6,
            MaximumTransmissionUnitOfIPv6 = mtu6,
        });
        return this;
    }

    /// <summary>Gives a device an address.</summary>
    public ProgramNetwork AddAddress(uint device, string address, int prefixLength)
    {
        IPAddress parsed = IPAddress.Parse(address);
        _commands.Add($"ip address add {address}/{prefixLength} dev d{device}{(IsIPv6(parsed) ? " nodad" : "")}");
        Host.AddAddress(device, parsed, prefixLength);
        return this;
    }

    /// <summary>Adds a neighbour.</summary>
    public ProgramNetwork AddNeighbor(uint device, string address, byte[] linkAddress)
    {
        _commands.Add($"ip neighbor add {address} lladdr {Colons(linkAddress)} dev d{device} nud permanent");
        Host.AddNeighbor(device, IPAddress.Parse(address), linkAddress);
        return this;
    }

    /// <summary>Adds a route. One of IPv6 without a metric gets the usual one.</summary>
    public ProgramNetwork Add(FibRoute route)
    {
        FibRoute added = IsIPv6(route.Destination.BaseAddress) && route.Metric == 0 ? route with { Metric = UsualMetricOfIPv6 } : route;
        Host.Add(added);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"ip route add {added.Type.ToString().ToLowerInvariant()} {added.Destination}");
        Append(text, "tos", added.TypeOfService);
        text.Append(added.HasTunnel ? " encap ip id 5 dst 192.0.2.99" : "");
        if (added.NextHop is { } hop)
        {
            text.Append(CultureInfo.InvariantCulture, $" via {(IsIPv6(hop) ? "inet6" : "inet")} {hop}");
        }

        text.Append(added.Device != 0 ? $" dev d{added.Device}" : "").Append(added.NextHop is not null ? " onlink" : "");
        Append(text, "table", added.Table);
        Append(text, "metric", added.Metric);
        text.Append(added.PreferredSource is { } source ? $" src {source}" : "");
        Append(text, "mtu lock", added.LockedMtu);
        _commands.Add(text.ToString());
        return this;
    }

    /// <summary>Adds a rule.</summary>
    public ProgramNetwork Add(FibRule rule)
    {
        Host.Add(rule);
        StringBuilder text = new(rule.Family == AddressFamily.InterNetworkV6 ? "env ip -6" : "ip");
        text.Append(CultureInfo.InvariantCulture, $" rule add pref {rule.Priority}{(rule.IsInverted ? " not" : "")} from {rule.Source?.ToString() ?? "all"}");
        text.Append(rule.Destination is { } destination ? $" to {destination}" : "");
        text.Append(rule.MarkMask != 0 ? $" fwmark {rule.Mark}/{rule.MarkMask}" : "");
        text.Append(rule.InputDevice != 0 ? $" iif {NameOf(rule.InputDevice)}" : "").Append(rule.OutputDevice != 0 ? $" oif {NameOf(rule.OutputDevice)}" : "");
        Append(text, "tos", rule.TypeOfService);
        Append(text, "ipproto", rule.Transport);
        text.Append(rule.SourcePorts != default ? $" sport {rule.SourcePorts.First}-{rule.SourcePorts.Last}" : "");
        text.Append(rule.DestinationPorts != default ? $" dport {rule.DestinationPorts.First}-{rule.DestinationPorts.Last}" : "");
        text.Append(rule.Action == FibRouteType.Unicast ? $" lookup {rule.Table}" : $" type {rule.Action.ToString().ToLowerInvariant()}");
        _commands.Add(text.ToString());
        return this;
    }

    private static string NameOf(uint device) => device == LoopbackIndex ? "lo" : $"d{device}";

    private static bool IsIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string Colons(byte[] address) => string.Join(':', address.Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));

    private static void Append(StringBuilder text, string name, uint value)
    {
        if (value != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" {name} {(name == "tos" ? $"0x{value:x}" : value)}");
        }
    }

    private void AddForwarding(string device, bool forwards4, bool? forwards6)
    {
        _commands.Add($"sysctl -w net.ipv4.conf.{device}.forwarding={(forwards4 ? 1 : 0)}");
        if (forwards6 is { } forwards)
        {
            _commands.Add($"sysctl -w net.ipv6.conf.{device}.forwarding={(forwards ? 1 : 0)}");
        }
    }
}
