namespace Saker.Bpf;

/// <summary>
/// A host whose clock, chance and network are tables: for tests of programs, and to run them over captures. Nothing moves by itself, so a run gives the same result every
/// time. It is filled before programs run; what they trace is kept, so one CPU at a time may use it.
/// </summary>
public sealed class TableHost : BpfHost
{
    private readonly Dictionary<uint, BpfDevice> _devices = [];
    private readonly List<(FibRoute Route, FibResult Result)> _routes = [];
    private readonly List<string> _traced = [];
    private readonly List<SentPacket> _sent = [];
    private ulong _random = 1;

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

    /// <summary>Adds a route. Of those that hold for a destination the longest prefix counts.</summary>
    /// <param name="route">The route.</param>
    /// <param name="result">What a look-up comes to.</param>
    public void Add(FibRoute route, FibResult result = FibResult.Success) => _routes.Add((route, result));

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

    /// <inheritdoc/>
    public override int Send(BpfCpu cpu, SkbContext packet, uint device, bool isIngress)
    {
        byte[] bytes = new byte[packet.Length];
        packet.CopyTo(bytes);
        _sent.Add(new SentPacket(device, isIngress, bytes));
        return 0;
    }

    /// <inheritdoc/>
    public override FibResult LookupRoute(BpfCpu cpu, FibLookup lookup)
    {
        if (!_devices.ContainsKey(lookup.Device))
        {
            return (FibResult)(-(int)BpfError.NoDevice);
        }

        int best = -1;
        for (int i = 0; i < _routes.Count; i++)
        {
            if (_routes[i].Route.Holds(lookup.Destination) && (best < 0 || _routes[i].Route.PrefixLength > _routes[best].Route.PrefixLength))
            {
                best = i;
            }
        }

        if (best < 0)
        {
            return FibResult.NotForwarded;
        }

        (FibRoute route, FibResult result) = _routes[best];
        if (result != FibResult.Success || !_devices.TryGetValue(route.Device, out BpfDevice device))
        {
            return result == FibResult.Success ? FibResult.NotForwarded : result;
        }

        if (lookup.Length > device.MaximumTransmissionUnit)
        {
            lookup.Length = (ushort)device.MaximumTransmissionUnit;
            return FibResult.FragmentationNeeded;
        }

        lookup.Device = route.Device;
        lookup.SetMetric(route.Metric);
        lookup.ClearVlan();
        if (!route.NextHop.IsEmpty)
        {
            lookup.SetNextHop(route.NextHop.Span);
        }

        if ((lookup.Flags & FibFlags.SkipNeighbor) != FibFlags.None)
        {
            return FibResult.Success;
        }

        if (route.DestinationLinkAddress.IsEmpty)
        {
            return FibResult.NoNeighbor;
        }

        route.SourceLinkAddress.Span.CopyTo(lookup.SourceLinkAddress);
        route.DestinationLinkAddress.Span.CopyTo(lookup.DestinationLinkAddress);
        return FibResult.Success;
    }
}

/// <summary>A route of <see cref="TableHost"/>.</summary>
/// <param name="Destination">The prefix, 4 or 16 bytes.</param>
/// <param name="PrefixLength">Bits of it that count.</param>
/// <param name="Device">The index of the device that it goes by.</param>
public sealed record FibRoute(ReadOnlyMemory<byte> Destination, int PrefixLength, uint Device)
{
    /// <summary>The next hop, 4 or 16 bytes; empty: the destination itself.</summary>
    public ReadOnlyMemory<byte> NextHop { get; init; }

    /// <summary>The device's link address, 6 bytes.</summary>
    public ReadOnlyMemory<byte> SourceLinkAddress { get; init; } = new byte[6];

    /// <summary>The next hop's link address, 6 bytes; empty: it is not known.</summary>
    public ReadOnlyMemory<byte> DestinationLinkAddress { get; init; }

    /// <summary>The metric.</summary>
    public uint Metric { get; init; }

    internal bool Holds(ReadOnlySpan<byte> address)
    {
        ReadOnlySpan<byte> prefix = Destination.Span;
        if (prefix.Length != address.Length)
        {
            return false;
        }

        for (int bit = 0; bit < PrefixLength; bit++)
        {
            if (((prefix[bit / 8] ^ address[bit / 8]) & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A packet that a program has sent a copy of.</summary>
/// <param name="Device">The index of the device.</param>
/// <param name="IsIngress">Whether it entered the device as if received there.</param>
/// <param name="Bytes">The packet.</param>
public sealed record SentPacket(uint Device, bool IsIngress, ReadOnlyMemory<byte> Bytes);
