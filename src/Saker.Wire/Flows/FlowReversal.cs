namespace Saker.Wire;

/// <summary>Turns frames round, so that they go back to where they came from. Checksums stay right: the same numbers are summed up in another order.</summary>
public static class FlowReversal
{
    /// <summary>
    /// Exchanges source and destination of a frame: the stations, the addresses of the outermost IP header, and the ports of TCP, UDP, UDP-Lite, DCCP and SCTP. Fragments keep their
    /// ports, since only the first one has them. What is missing or not understood stays as it is.
    /// </summary>
    /// <param name="frame">The frame, from its Ethernet header on, whatever its octets are.</param>
    /// <returns>The flow that it was of.</returns>
    public static FlowKey Reverse(Span<byte> frame)
    {
        FlowDissection found = FlowDissector.Dissect(frame, FlowDissectorOptions.StopBeforeEncapsulation);
        if (EthernetEditor.TryParse(frame, out EthernetEditor ethernet))
        {
            (ethernet.Source, ethernet.Destination) = (ethernet.Destination, ethernet.Source);
        }

        switch (found.Key.Family)
        {
            case FlowAddressFamily.IPv4 when IPv4Editor.TryParse(frame[found.NetworkOffset..], out IPv4Editor packet):
                (packet.Source, packet.Destination) = (packet.Destination, packet.Source);
                break;
            case FlowAddressFamily.IPv6 when IPv6Editor.TryParse(frame[found.NetworkOffset..], out IPv6Editor packet):
                (packet.Source, packet.Destination) = (packet.Destination, packet.Source);
                break;
            default:
                return found.Key;
        }

        if (found.IsComplete && HasPorts(found.Key) && frame.Length - found.TransportOffset >= 2 * sizeof(ushort))
        {
            Span<byte> ports = frame.Slice(found.TransportOffset, 2 * sizeof(ushort));
            ushort source = Field.UInt16(ports, 0);
            Field.SetUInt16(ports, 0, Field.UInt16(ports, sizeof(ushort)));
            Field.SetUInt16(ports, sizeof(ushort), source);
        }

        return found.Key;
    }

    private static bool HasPorts(in FlowKey flow) =>
        (flow.Traits & FlowTraits.Fragment) == FlowTraits.None
        && flow.Protocol is IPProtocol.Tcp or IPProtocol.Udp or IPProtocol.UdpLite or IPProtocol.Dccp or IPProtocol.Sctp;
}
