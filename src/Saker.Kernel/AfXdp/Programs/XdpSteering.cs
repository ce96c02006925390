using System.Collections.Immutable;

namespace Saker.Kernel.AfXdp;

/// <summary>
/// Which frames of a queue go to its AF_XDP socket. All others go on to the kernel's stack, so that a device in use stays usable.
/// </summary>
/// <remarks>
/// <para>
/// A frame is chosen where one of the lists has a number that its headers bear. An EtherType counts where it is the frame's own or stands behind one or two VLAN tags in the
/// frame. A protocol counts where it is the IPv4 header's, or stands anywhere in the chain of IPv6 extension headers, of which eight are followed. Ports are those of the destination.
/// </para>
/// <para>
/// Fragments have no ports, the first one neither, so that all pieces of a datagram go the same way: they are chosen by protocol, or EtherType. An IPv6 fragment's chain ends with its
/// fragment header. Where a header is cut short or does not fit its own lengths, what stands behind it is not read.
/// </para>
/// </remarks>
public sealed record XdpSteering
{
    /// <summary>Every frame goes to the socket.</summary>
    public static XdpSteering All { get; } = new() { IsReversed = true };

    /// <summary>Destination ports of UDP.</summary>
    public ImmutableArray<PortRange> UdpPorts { get; init; } = [];

    /// <summary>Destination ports of TCP.</summary>
    public ImmutableArray<PortRange> TcpPorts { get; init; } = [];

    /// <summary>Protocols in an IPv4 header or in a chain of IPv6 headers.</summary>
    public ImmutableArray<byte> Protocols { get; init; } = [];

    /// <summary>EtherTypes, in host order; from 0x0600.</summary>
    public ImmutableArray<ushort> EtherTypes { get; init; } = [];

    /// <summary>Whether it is the other way round: what is listed goes to the kernel, and all else to the socket, with what cannot be read.</summary>
    public bool IsReversed { get; init; }

    /// <summary>Whether nothing is listed: then no frame is looked at.</summary>
    public bool IsEmpty => UdpPorts.IsEmpty && TcpPorts.IsEmpty && Protocols.IsEmpty && EtherTypes.IsEmpty;

    /// <summary>Whether something is to be known of what IP headers say.</summary>
    internal bool ReadsNetworkHeaders => ReadsPorts || !Protocols.IsEmpty;

    /// <summary>Whether something is to be known of what transport headers say.</summary>
    internal bool ReadsPorts => !UdpPorts.IsEmpty || !TcpPorts.IsEmpty;

    /// <summary>Reads a list such as <c>udp:53,tcp:4000-4100,icmp,protocol:89,arp,ethertype:0x88b5</c>; behind <c>!</c> it is what goes to the kernel (<see cref="IsReversed"/>).</summary>
    /// <param name="text">The list; <c>all</c>: every frame goes to the socket.</param>
    /// <param name="steering">What it says; null where something is wrong.</param>
    /// <param name="fault">What is wrong, and what is wanted; null where nothing is.</param>
    public static bool TryParse(
        string text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out XdpSteering? steering,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? fault) => SteeringText.TryParse(text, out steering, out fault);

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => SteeringText.Of(this);

    /// <inheritdoc/>
    public bool Equals(XdpSteering? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);
}
