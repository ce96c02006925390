using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>IPv6 and its extension headers.</summary>
internal static class IPv6Headers
{
    public static void Read(FrameReader frame, int offset, int end)
    {
        if (!frame.HasRoom)
        {
            return;
        }

        HeaderReader header = frame.Begin("IPv6", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!IPv6View.TryParse(bytes, out IPv6View ip))
        {
            header.Short(IPv6View.FixedLength);
            return;
        }

        header.Field(0, 4, "version, class", $"{ip.Version}, {ServiceText.Describe(ip.TrafficClass)}, label 0x{ip.FlowLabel:x5}", ip.Version == 6 ? FieldMark.None : FieldMark.Wrong);
        header.Field(4, 2, "payload length", Text.Count(ip.PayloadLength, "byte"), ip.IsComplete || frame.Depth > 0 ? FieldMark.None : FieldMark.Wrong);
        header.Field(6, 1, "next header", Describe(ip.NextHeader));
        header.Field(7, 1, "hop limit", $"{ip.HopLimit}", ip.HopLimit == 0 ? FieldMark.Wrong : FieldMark.None);
        header.Field(8, IPv6Address.Size, "source", Describe(ip.Source), ip.Source.IsMulticast ? FieldMark.Wrong : FieldMark.None);
        header.Field(24, IPv6Address.Size, "destination", Describe(ip.Destination));
        if (!ip.IsComplete)
        {
            header.Problem($"{bytes.Length - IPv6View.FixedLength} of the payload's {ip.PayloadLength} bytes are there.");
        }

        int payload = offset + IPv6View.FixedLength;

        // A payload length of zero stands for a jumbogram (RFC 2675), or for what a card has merged: then the packet goes on to its end.
        int payloadEnd = ip.PayloadLength == 0 ? end : payload + ip.Payload.Length;
        ReadExtensions(frame, ip, payload, payloadEnd);
        if (frame.Depth == 0 && frame.HasRoom)
        {
            DataRows.Read(frame, "padding", payloadEnd, end);
        }
    }

    private static void ReadExtensions(FrameReader frame, IPv6View ip, int payload, int end)
    {
        IPv6ExtensionWalker walker = new(frame.Bytes(payload, end), ip.NextHeader);
        IPv6Address final = ip.Destination;
        while (frame.HasRoom && walker.MoveNext())
        {
            ReadExtension(frame, walker.Header, payload + walker.HeaderOffset, payload + walker.Offset, ref final);
        }

        int upper = payload + walker.Offset;
        switch (walker.End)
        {
            case IPv6WalkEnd.LaterFragment:
                DataRows.Read(frame, $"later fragment of {ProtocolNames.Of(walker.NextHeader)}", upper, end);
                break;
            case IPv6WalkEnd.Truncated:
                HeaderReader cut = frame.Begin(ProtocolNames.Of(walker.NextHeader), upper, end);
                cut.Problem($"the header says more than the {Text.Count(end - upper, "byte")} that are there.");
                break;
            case IPv6WalkEnd.Malformed:
                frame.Begin("hop-by-hop options", upper, end).Problem("hop-by-hop options must come first (RFC 8200 section 4.1).");
                break;
            case IPv6WalkEnd.NoNextHeader:
                DataRows.Read(frame, "behind the last header", upper, end);
                break;
            default:
                string? obstacle = walker.IsFragment ? "it covers the other fragments too" : ip.IsComplete ? null : "not all that it covers is here";
                PacketScope scope = new(obstacle, InternetChecksum.Add(InternetChecksum.Sum(ip.Source), InternetChecksum.Sum(final)), IsIPv6: true);
                FrameDecoder.ReadTransport(frame, walker.NextHeader, upper, end, scope);
                break;
        }
    }

    private static void ReadExtension(FrameReader frame, IPProtocol kind, int offset, int end, ref IPv6Address final)
    {
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        HeaderReader header = frame.Begin(ProtocolNames.Of(kind), offset, end);
        switch (kind)
        {
            case IPProtocol.Fragment when IPv6FragmentView.TryParse(bytes, out IPv6FragmentView fragment):
                header.Field(0, 1, "next header", Describe(fragment.NextHeader));
                header.Field(1, 1, "reserved", $"{fragment.Reserved}");
                header.Field(2, 2, "offset, flags", fragment.IsAtomic
                    ? "the whole packet (atomic fragment)"
                    : $"from byte {fragment.FragmentOffset}, {(fragment.MoreFragments ? "more fragments" : "the last fragment")}");
                header.Field(4, 4, "identification", $"0x{fragment.Identification:x8}");
                break;
            case IPProtocol.Routing when IPv6RoutingView.TryParse(bytes, out IPv6RoutingView routing):
                ReadRouting(header, routing, ref final);
                break;
            case IPProtocol.AuthenticationHeader when AuthenticationHeaderView.TryParse(bytes, out AuthenticationHeaderView authentication):
                SecurityHeaders.Describe(header, authentication);
                break;
            case IPProtocol.HopByHop or IPProtocol.DestinationOptions when IPv6OptionsView.TryParse(bytes, out IPv6OptionsView options):
                ReadOptions(header, options, ref final);
                break;
        }
    }

    private static void ReadOptions(HeaderReader header, IPv6OptionsView view, ref IPv6Address final)
    {
        header.Field(0, 1, "next header", Describe(view.NextHeader));
        header.Field(1, 1, "length", Text.Count(view.HeaderLength, "byte"));
        IPv6OptionEnumerator options = view.EnumerateOptions();
        while (options.MoveNext())
        {
            IPv6Option option = options.Current;
            int length = option.Type == IPv6OptionType.Pad1 ? 1 : 2 + option.Data.Length;
            string name = Text.Words(option.Type) ?? $"option 0x{(byte)option.Type:x2} ({Text.Words(option.ActionIfUnrecognized)} if not known)";
            string value = option.TryGetRouterAlert(out ushort alert) ? $" {alert}{(alert == 0 ? " (multicast listener discovery)" : string.Empty)}"
                : option.TryGetJumboPayload(out uint jumbo) ? $" {jumbo} bytes"
                : option.TryGetHomeAddress(out IPv6Address home) ? $" {home}"
                : string.Empty;
            header.Field(option.Position, length, "option", name + value);
        }

        if (options.IsMalformed)
        {
            header.Field(options.MalformedOffset, view.HeaderLength - options.MalformedOffset, "option", "its length cannot be", FieldMark.Wrong);
            header.Problem($"the options are malformed at byte {options.MalformedOffset} of the header.");
        }
    }

    private static void ReadRouting(HeaderReader header, IPv6RoutingView routing, ref IPv6Address final)
    {
        header.Field(0, 1, "next header", Describe(routing.NextHeader));
        header.Field(1, 1, "length", Text.Count(routing.HeaderLength, "byte"));
        header.Field(2, 1, "routing type", Text.Named((int)routing.Type, Text.Words(routing.Type)));
        header.Field(3, 1, "segments left", $"{routing.SegmentsLeft}");
        if (routing.Type == IPv6RoutingType.SegmentRouting)
        {
            header.Field(4, 1, "last entry", $"{routing.LastEntry}");
            header.Field(5, 1, "flags", $"0x{routing.Flags:x2}");
            header.Field(6, 2, "tag", $"0x{routing.Tag:x4}");
        }

        for (int i = 0; i < routing.AddressCount; i++)
        {
            if (routing.TryGetAddress(i, out IPv6Address address))
            {
                header.Field(8 + (i * IPv6Address.Size), IPv6Address.Size, $"address {i}", $"{address}");

                // The pseudo header has the final destination while segments are left (RFC 8200 section 8.1).
                bool isFinal = routing.Type == IPv6RoutingType.SegmentRouting ? i == 0 : i == routing.AddressCount - 1;
                if (isFinal && routing.SegmentsLeft > 0)
                {
                    final = address;
                }
            }
        }

        int shown = 8 + (routing.AddressCount * IPv6Address.Size);
        if (routing.HeaderLength > shown)
        {
            header.Field(shown, routing.HeaderLength - shown, "data", Text.Count(routing.HeaderLength - shown, "byte"));
        }
    }

    private static string Describe(IPProtocol next) => $"{(byte)next}, {ProtocolNames.Of(next)}";

    private static string Describe(IPv6Address address) => address switch
    {
        { IsSolicitedNodeMulticast: true } => $"{address}, solicited node",
        { IsMulticast: true } => $"{address}, group ({Text.Words(address.MulticastScope) ?? "unknown"} scope)",
        { IsLinkLocal: true } => $"{address}, link-local",
        { IsUnspecified: true } => $"{address}, none",
        { IsLoopback: true } => $"{address}, loopback",
        _ => $"{address}",
    };
}
