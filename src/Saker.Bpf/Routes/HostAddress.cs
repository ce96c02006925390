using System.Net;
using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>An address that a device of <see cref="TableHost"/> has.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Bits of it that are the network's.</param>
/// <param name="Device">The index of the device.</param>
internal sealed record HostAddress(IPAddress Address, int PrefixLength, uint Device)
{
    private const uint ConnectedMetric = 256;
    private const int LongestWithBroadcast = 30;
    private const int LongestWithAnycast = 126;

    private readonly UInt128 _key = FibPrefix.KeyOf(Address);

    public AddressFamily Family => Address.AddressFamily;

    /// <summary>The address, which begins at the highest bit.</summary>
    public UInt128 Key => _key;

    /// <summary>Whether the device had an address of this network before: it is used for nothing by itself then.</summary>
    public bool IsSecondary { get; init; }

    private int Bits => FibPrefix.BitsOf(Family);

    private UInt128 Network => FibPrefix.First(_key, PrefixLength);

    /// <summary>Whether another address is in the same network.</summary>
    public bool IsBeside(UInt128 other) => FibPrefix.First(other, PrefixLength) == Network;

    /// <summary>The routes that the kernel makes for it: to itself, to its network, to all in it (<c>fib_add_ifaddr</c>, <c>inet6_addr_add</c>).</summary>
    /// <param name="device">The device.</param>
    public IEnumerable<FibRoute> Routes(BpfDevice device)
    {
        bool isIPv6 = Family == AddressFamily.InterNetworkV6;
        yield return Own(_key, Bits, FibRouteType.Local);
        if (PrefixLength < Bits && !IsSecondary)
        {
            yield return device.IsLoopback && !isIPv6
                ? Own(Network, PrefixLength, FibRouteType.Local)
                : new FibRoute(NetworkOf(Network, PrefixLength), Device) { Metric = isIPv6 ? ConnectedMetric : 0, PreferredSource = isIPv6 ? null : Address };
        }

        if (!isIPv6 && PrefixLength <= LongestWithBroadcast)
        {
            yield return Own(Network | (UInt128.MaxValue >> PrefixLength), Bits, FibRouteType.Broadcast);
        }

        if (isIPv6 && device.ForwardsIPv6 && PrefixLength <= LongestWithAnycast)
        {
            yield return Own(Network, Bits, FibRouteType.Anycast);
        }
    }

    private FibRoute Own(UInt128 key, int length, FibRouteType type) => new(NetworkOf(key, length), Device) { Type = type, Table = FibRoute.LocalTable };

    private IPNetwork NetworkOf(UInt128 key, int length)
    {
        byte[] bytes = new byte[Bits / 8];
        FibPrefix.Write(FibPrefix.First(key, length), bytes);
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
