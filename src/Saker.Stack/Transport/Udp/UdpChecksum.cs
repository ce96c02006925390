using System.Runtime.CompilerServices;
using Saker.Packets;

namespace Saker.Stack.Transport.Udp;

/// <summary>What a datagram's checksum covers, so that it can be verified later. The default value is that of a datagram without one.</summary>
/// <param name="Covered">How many bytes from the UDP header on; 0: there is no checksum.</param>
/// <param name="PseudoHeader">Sum of the pseudo header.</param>
internal readonly record struct UdpChecksum(int Covered, uint PseudoHeader)
{
    /// <summary>Whether it is verified when the datagram is read: that of a long one, and where UDP-Lite covers a part only. That of a short one is verified now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsForLater(PacketBuffer packet) => packet.Length > TransportChecksum.ImmediateLength || (Covered != 0 && Covered < packet.Length);

    /// <summary>Verifies the checksum of a packet whose data begins at the UDP header; notes on the packet that it was right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Verify(PacketBuffer packet) => Covered == 0 || TransportChecksum.Verify(packet, Covered, PseudoHeader);
}
