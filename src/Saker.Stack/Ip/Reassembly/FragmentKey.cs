using Saker.Wire;

namespace Saker.Stack.Ip.Reassembly;

/// <summary>What the fragments of one IPv4 datagram have in common (RFC 791 section 3.2).</summary>
internal readonly record struct FragmentKey(IPv4Address Source, IPv4Address Destination, ushort Identification, IPProtocol Protocol);
