using System.Net;
using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>
/// A host whose clock, chance and network are tables: for tests of programs, and to run them over captures. Nothing moves by itself, so a run gives the same result every
/// time. It is filled before programs run; what they trace is kept, so one CPU at a time may use it.
/// </summary>
/// <remarks>
/// Routes are looked up as the kernel forwards packets, with its rules, tables and neighbours. What is not there: routes with several next hops, next hops that are objects, routes
/// by source (<c>from</c>), and what the kernel has learnt of the MTU of ways. Own rules are of the kinds that <see cref="FibRule"/> has.
/// </remarks>
public sealed class TableHost : BpfHost
{
    private readonly Dictionary<uint, BpfDevice> _devices = [];
    private readonly Dictionary<(uint Device, bool IsIPv6, UInt128 Address), ReadOnlyMemory<byte>> _neighbors = [];
    private readonly List<HostAddress> _addresses = [];
    private readonly FibTables4 _tables4;
    private readonly FibTables6 _tables6;
    private readonly List<string> _traced = [];
    private readonly List<SentPacket> _sent = [];
    private ulong _random = 1;

    /// <summary>Makes a host without anything.</summary>
    public TableHost()
    {
        _tables4 = new FibTables4(IsUp);
        _tables6 = new FibTables6(IsUp);
    }

    /// <summary>What all clocks say, in nanoseconds.</summary>
    public ulong Time { get; set; }

    /// <inheritdoc/>
    public override ulong MonotonicTime => Time;

    /// <inheritdoc/>
    public override ulong AtomicTime => Time;

    /// <summary>The lines that programs have traced.</summary>
    public IReadOnlyList<string> Traced => _traced;

    /// <summary>The packets that programs have sent copies of.</summary>
    public IReadOnlyList<SentPacket> Sent => _sent;

    /// <summary>Adds or replaces a device.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="device">What it is.</param>
    public void Add(uint index, BpfDevice device) => _devices[index] = device;

    /// <summary>Gives a device an address, with the routes that the kernel makes for it: to the host itself, to its network, to all in it.</summary>
    /// <param name="device">The index of the device, which has been added.</param>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">Bits of it that are the network's.</param>
    /// <exception cref="ArgumentException">There is no such device, or an address of its family has fewer bits.</exception>
    public void AddAddress(uint device, IPAddress address, int prefixLength)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!_devices.TryGetValue(device, out BpfDevice owner))
        {
            throw new ArgumentException($"There is no device {device}; add it first.", nameof(device));
        }

        if (prefixLength < 0 || prefixLength > FibPrefix.BitsOf(address.AddressFamily))
        {
            throw new ArgumentException($"{address} has no prefix of {prefixLength} bits.", nameof(prefixLength));
        }

        HostAddress added = new(address, prefixLength, device);
        added = added with { IsSecondary = _addresses.Exists(other => other.Device == device && other.Family == added.Family && other.PrefixLength == prefixLength && other.IsBeside(added.Key)) };
        _addresses.Add(added);
        foreach (FibRoute route in added.Routes(owner))
        {
            Add(route);
        }
    }

    /// <summary>Adds a route.</summary>
    /// <param name="route">The route.</param>
    public void Add(FibRoute route)
    {
        ArgumentNullException.ThrowIfNull(route);
        TablesOf(route.Destination.BaseAddress.AddressFamily).Add(route);
    }

    /// <summary>Adds a rule.</summary>
    /// <param name="rule">The rule.</param>
    public void Add(FibRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        TablesOf(rule.Family).Add(rule);
    }

    /// <summary>Adds or replaces a neighbour whose link address is known.</summary>
    /// <param name="device">The index of the device by which it is reached.</param>
    /// <param name="address">Its address.</param>
    /// <param name="linkAddress">Its link address, 6 bytes.</param>
    public void AddNeighbor(uint device, IPAddress address, ReadOnlyMemory<byte> linkAddress)
    {
        ArgumentNullException.ThrowIfNull(address);
        _neighbors[(device, address.AddressFamily == AddressFamily.InterNetworkV6, FibPrefix.KeyOf(address))] = linkAddress;
    }

    /// <inheritdoc/>
    public override uint NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (uint)_random;
    }

    /// <inheritdoc/>
    public override void Trace(BpfCpu cpu, ReadOnlySpan<byte> text) => _traced.Add(System.Text.Encoding.UTF8.GetString(text));

    /// <inheritdoc/>
    public override bool TryGetDevice(uint index, out BpfDevice device) => _devices.TryGetValue(index, out device);

    /// <summary>Keeps the copy among <see cref="Sent"/>, if the device takes it.</summary>
    /// <inheritdoc/>
    /// <returns>
    /// 0; or, as the kernel has it with devices of type veth, 1: a copy that is sent is longer than the device takes, one that enters finds it down (<c>NET_XMIT_DROP</c>,
    /// <c>NET_RX_DROP</c>); 2: a copy that is sent finds it down (<c>NET_XMIT_CN</c>, said by the queue of devices that are down).
    /// </returns>
    public override int Send(BpfCpu cpu, SkbContext packet, uint device, bool isIngress)
    {
        const int Dropped = 1, NotQueued = 2;
        if (_devices.TryGetValue(device, out BpfDevice target) && !(isIngress ? target.IsUp : target.Takes(packet)))
        {
            return target.IsUp || isIngress ? Dropped : NotQueued;
        }

        byte[] bytes = new byte[packet.Length];
        packet.CopyTo(bytes);
        _sent.Add(new SentPacket(device, isIngress, bytes));
        return 0;
    }

    /// <inheritdoc/>
    public override FibResult LookupRoute(BpfCpu cpu, FibLookup lookup) => new FibAnswer(lookup, this).Give();

    /// <summary>The tables of a family.</summary>
    internal FibTables TablesOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? _tables6 : _tables4;

    /// <summary>The link address of a neighbour, if it is known.</summary>
    /// <param name="device">The index of the device by which it is reached.</param>
    /// <param name="address">Its address, 4 or 16 bytes.</param>
    /// <param name="linkAddress">Its link address.</param>
    internal bool TryGetNeighbor(uint device, ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> linkAddress) =>
        _neighbors.TryGetValue((device, address.Length != sizeof(uint), FibPrefix.KeyOf(address)), out linkAddress);

    /// <summary>The address that the host has packets sent from by a route; null: it has none.</summary>
    internal HostAddress? SourceFor(FibRoute route, UInt128 destination) => route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6
        ? SourceAddressChoice.OfIPv6(_addresses, route.Device, destination)
        : SourceAddressChoice.OfIPv4(_addresses, route.Device, route.NextHop is { AddressFamily: AddressFamily.InterNetwork } hop ? FibPrefix.KeyOf(hop) : 0);

    private bool IsUp(uint device) => _devices.TryGetValue(device, out BpfDevice known) && known.IsUp;
}
