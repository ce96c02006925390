using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>Makes the headers of a packet of several segments say what it is now (<c>inet_gro_complete</c>, <c>ipv6_gro_complete</c>).</summary>
internal static class GroCompletion
{
    /// <summary>Writes lengths and checksums, and notes on the packet how it can be cut again.</summary>
    public static void WriteHeaders(PacketBuffer packet, in GroControl control)
    {
        int length = packet.Length - control.NetworkOffset;
        Span<byte> network = packet.Linear[control.NetworkOffset..];
        if (control.IsIPv6)
        {
            if (IPv6Editor.TryParse(network, out IPv6Editor ipv6))
            {
                ipv6.PayloadLength = (ushort)(length - IPv6View.FixedLength);
            }
        }
        else if (IPv4Editor.TryParse(network, out IPv4Editor ipv4))
        {
            ipv4.HeaderChecksum = InternetChecksum.Update(ipv4.HeaderChecksum, ipv4.TotalLength, (ushort)length);
            ipv4.TotalLength = (ushort)length;
        }

        if (control.Protocol == IPProtocol.Tcp)
        {
            TcpMerging.Complete(packet, control);
        }
        else
        {
            UdpMerging.Complete(packet, control);
        }
    }
}
