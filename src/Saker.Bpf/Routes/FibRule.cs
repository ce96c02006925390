using System.Net;
using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>
/// A rule that says which table is asked for which packets (<c>ip rule</c>). It is for one family. The kernel's own rules are always there: 0 for the local table, 32766 for the
/// main one, 32767 for the default one of IPv4. What is not told holds for any packet.
/// </summary>
/// <param name="Priority">Its place: lower ones are asked first, of those with the same number the first that was added.</param>
public sealed record FibRule(uint Priority)
{
    /// <summary>For which family it is.</summary>
    public AddressFamily Family { get; init; } = AddressFamily.InterNetwork;

    /// <summary>What becomes of packets that it is for: <see cref="FibRouteType.Unicast"/>: the table is asked; or blackhole, unreachable, prohibit.</summary>
    public FibRouteType Action { get; init; } = FibRouteType.Unicast;

    /// <summary>The table that is asked.</summary>
    public uint Table { get; init; } = FibRoute.MainTable;

    /// <summary>Where packets come from.</summary>
    public IPNetwork? Source { get; init; }

    /// <summary>Where packets go to.</summary>
    public IPNetwork? Destination { get; init; }

    /// <summary>The mark, in the bits of <see cref="MarkMask"/>.</summary>
    public uint Mark { get; init; }

    /// <summary>Bits of the mark that are compared; 0: none.</summary>
    public uint MarkMask { get; init; }

    /// <summary>The index of the device that they come by; 1, the loopback's, for those that the host sends. 0: any.</summary>
    public uint InputDevice { get; init; }

    /// <summary>The index of the device that they are bound to; 0: any.</summary>
    public uint OutputDevice { get; init; }

    /// <summary>The type of service, bits 0x1c of IPv4, 0xfc of IPv6; 0: any.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>The transport protocol; 0: any.</summary>
    public byte Transport { get; init; }

    /// <summary>The source ports, ends included; both 0: any.</summary>
    public (ushort First, ushort Last) SourcePorts { get; init; }

    /// <summary>The destination ports, ends included; both 0: any.</summary>
    public (ushort First, ushort Last) DestinationPorts { get; init; }

    /// <summary>Whether it is for all packets but those (<c>not</c>).</summary>
    public bool IsInverted { get; init; }

    internal bool IsFor(in FibFlow flow) => Holds(flow) != IsInverted;

    private static bool IsWithin(ushort port, (ushort First, ushort Last) range) => range == default || (port >= range.First && port <= range.Last);

    private bool Holds(in FibFlow flow) =>
        (InputDevice == 0 || InputDevice == flow.InputDevice)
        && (OutputDevice == 0 || OutputDevice == flow.OutputDevice)
        && ((Mark ^ flow.Mark) & MarkMask) == 0
        && (Destination is not { } destination || FibPrefix.Of(destination).Holds(flow.Destination))
        && (Source is not { PrefixLength: > 0 } source || (flow.HasSource && FibPrefix.Of(source).Holds(flow.Source)))
        && (TypeOfService == 0 || TypeOfService == flow.TypeOfService)
        && (Transport == 0 || Transport == flow.Transport)
        && IsWithin(flow.SourcePort, SourcePorts)
        && IsWithin(flow.DestinationPort, DestinationPorts);
}
