using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>Ethernet, VLAN tags, LLC with SNAP, and PPP over Ethernet.</summary>
internal static class LinkHeaders
{
    public static void ReadEthernet(FrameReader frame, int offset, int end)
    {
        HeaderReader header = frame.Begin("Ethernet", offset, end);
        if (!EthernetView.TryParse(frame.Bytes(offset, end), out EthernetView ethernet))
        {
            header.Short(EthernetView.FixedLength);
            return;
        }

        header.Field(0, MacAddress.Size, "destination", Describe(ethernet.Destination));
        header.Field(6, MacAddress.Size, "source", Describe(ethernet.Source), ethernet.Source.IsMulticast ? FieldMark.Wrong : FieldMark.None);
        ReadTypeAndPayload(frame, header, 12, ethernet.Type, offset + EthernetView.FixedLength, end);
    }

    public static void ReadVlan(FrameReader frame, int offset, int end)
    {
        HeaderReader header = frame.Begin("VLAN tag", offset, end);
        if (!VlanView.TryParse(frame.Bytes(offset, end), out VlanView vlan))
        {
            header.Short(VlanView.FixedLength);
            return;
        }

        VlanTag tag = vlan.Tag;
        string identifier = tag.Identifier switch
        {
            0 => "VLAN 0 (priority only)",
            VlanTag.MaximumIdentifier => "VLAN 4095 (reserved)",
            _ => $"VLAN {tag.Identifier}",
        };
        header.Field(0, 2, "tag", $"{identifier}, priority {tag.Priority}{(tag.IsDropEligible ? ", drop eligible" : string.Empty)}");
        ReadTypeAndPayload(frame, header, 2, vlan.Type, offset + VlanView.FixedLength, end);
    }

    public static void ReadPppoe(FrameReader frame, int offset, int end)
    {
        HeaderReader header = frame.Begin("PPPoE session", offset, end);
        if (!PppoeSessionView.TryParse(frame.Bytes(offset, end), out PppoeSessionView session))
        {
            header.Short(PppoeSessionView.FixedLength);
            return;
        }

        header.Field(0, 1, "version, type", $"{frame.Frame[offset] >> 4}, {frame.Frame[offset] & 0xf}");
        header.Field(1, 1, "code", $"{frame.Frame[offset + 1]}");
        header.Field(2, 2, "session", $"0x{session.SessionIdentifier:x4}");
        header.Field(4, 2, "payload length", Text.Count(session.PayloadLength, "byte"));
        header.Field(6, session.HeaderLength - 6, "PPP protocol", $"0x{session.PppProtocol:x4}");
        int payload = Math.Min(offset + session.HeaderLength, end);
        int payloadEnd = payload + session.Payload.Length;
        if (session.InnerType == EtherType.None)
        {
            DataRows.Read(frame, "PPP (not taken apart)", payload, payloadEnd);
        }
        else
        {
            FrameDecoder.ReadNetwork(frame, session.InnerType, payload, payloadEnd);
        }
    }

    private static void ReadTypeAndPayload(FrameReader frame, HeaderReader header, int typeOffset, EtherType type, int payload, int end)
    {
        if (!type.IsLength)
        {
            header.Field(typeOffset, 2, "type", $"0x{(ushort)type:x4}, {ProtocolNames.Of(type)}");
            FrameDecoder.ReadNetwork(frame, type, payload, end);
            return;
        }

        int length = (int)type;
        bool isWhole = length <= end - payload;
        header.Field(typeOffset, 2, "length", $"{Text.Count(length, "byte")} (802.3)", isWhole ? FieldMark.None : FieldMark.Wrong);
        if (!isWhole)
        {
            header.Problem($"the length says {length}, and {Text.Count(end - payload, "byte")} follow.");
        }

        int payloadEnd = Math.Min(payload + length, end);
        ReadLlc(frame, payload, payloadEnd);
        if (frame.Depth == 0)
        {
            DataRows.Read(frame, "padding", payloadEnd, end);
        }
    }

    private static void ReadLlc(FrameReader frame, int offset, int end)
    {
        if (!frame.HasRoom || offset >= end)
        {
            return;
        }

        HeaderReader header = frame.Begin("LLC (802.2)", offset, end);
        if (!LlcView.TryParse(frame.Bytes(offset, end), out LlcView llc))
        {
            header.Short(LlcView.FixedLength);
            return;
        }

        header.Field(0, 1, "destination SAP", Describe(llc.Destination));
        header.Field(1, 1, "source SAP", Describe(llc.Source));
        header.Field(2, llc.HeaderLength - 2, "control", $"0x{llc.Control:x2}{(llc.Control == LlcHeader.UnnumberedInformation && llc.IsUnnumbered ? ", unnumbered information" : string.Empty)}");
        int payload = Math.Min(offset + llc.HeaderLength, end);
        if (!llc.IsSnap)
        {
            DataRows.Read(frame, llc.Destination == LlcServiceAccessPoint.SpanningTree ? "spanning tree (not taken apart)" : "data", payload, end);
            return;
        }

        HeaderReader snapHeader = frame.Begin("SNAP", payload, end);
        if (!SnapView.TryParse(frame.Bytes(payload, end), out SnapView snap))
        {
            snapHeader.Short(SnapView.FixedLength);
            return;
        }

        snapHeader.Field(0, 3, "organization", snap.Organization == 0 ? "0 (Ethernet types)" : $"{snap.Organization:x6}");
        payload += SnapView.FixedLength;
        if (snap.Organization == 0)
        {
            snapHeader.Field(3, 2, "type", $"0x{(ushort)snap.Type:x4}, {ProtocolNames.Of(snap.Type)}");
            FrameDecoder.ReadNetwork(frame, snap.Type, payload, end);
        }
        else
        {
            snapHeader.Field(3, 2, "protocol", $"0x{(ushort)snap.Type:x4}");
            DataRows.Read(frame, "data", payload, end);
        }
    }

    private static string Describe(MacAddress address) =>
        address == MacAddress.Broadcast ? $"{address}, broadcast"
        : address.IsMulticast ? $"{address}, group"
        : address.IsZero ? $"{address}, none"
        : $"{address}";

    private static string Describe(LlcServiceAccessPoint point) => Enum.IsDefined(point) ? $"0x{(byte)point:x2}, {Text.Words(point)}" : $"0x{(byte)point:x2}";
}
