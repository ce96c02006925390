using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>ICMP of IPv6 with neighbour and listener discovery, and the packets that its errors quote.</summary>
internal static class IcmpV6Headers
{
    public static void Read(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("ICMPv6", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!IcmpV6View.TryParse(bytes, out IcmpV6View icmp))
        {
            header.Short(IcmpV6View.FixedLength);
            return;
        }

        string? type = Text.Words(icmp.Type);
        if (type is not null)
        {
            header.Rename($"ICMPv6 {type}");
        }

        header.Field(0, 1, "type", Text.Named((int)icmp.Type, type));
        header.Field(1, 1, "code", Text.Named(icmp.Code, DescribeCode(icmp.Type, icmp.Code)));
        header.Checksum(2, "checksum", scope.Verify(icmp.Checksum, bytes, IPProtocol.IcmpV6));
        if (icmp.IsError)
        {
            ReadError(frame, header, icmp, offset + IcmpV6View.FixedLength, end);
        }
        else if (!TryReadDiscovery(header, icmp.Type, bytes))
        {
            if (icmp.Type is IcmpV6Type.EchoRequest or IcmpV6Type.EchoReply)
            {
                header.Field(4, 2, "identifier", $"{icmp.Identifier}");
                header.Field(6, 2, "sequence", $"{icmp.Sequence}");
            }
            else
            {
                header.Field(4, 4, "rest of header", $"0x{icmp.RestOfHeader:x8}");
            }

            DataRows.Read(frame, "data", offset + IcmpV6View.FixedLength, end);
        }
    }

    public static string? DescribeCode(IcmpV6Type type, byte code) => type switch
    {
        IcmpV6Type.DestinationUnreachable => Text.Words((IcmpV6UnreachableCode)code),
        IcmpV6Type.TimeExceeded => Text.Words((IcmpV6TimeExceededCode)code),
        IcmpV6Type.ParameterProblem => Text.Words((IcmpV6ParameterProblemCode)code),
        _ => null,
    };

    private static void ReadError(FrameReader frame, HeaderReader header, IcmpV6View icmp, int offset, int end)
    {
        switch (icmp.Type)
        {
            case IcmpV6Type.PacketTooBig:
                header.Field(4, 4, "MTU", $"{icmp.Mtu}");
                break;
            case IcmpV6Type.ParameterProblem:
                header.Field(4, 4, "pointer", $"byte {icmp.Pointer} of the packet quoted");
                break;
            default:
                header.Field(4, 4, "rest of header", $"0x{icmp.RestOfHeader:x8}");
                break;
        }

        frame.Depth++;
        IPv6Headers.Read(frame, offset, offset + icmp.Original.Length);
        frame.Depth--;
        if (!icmp.Extensions.IsEmpty)
        {
            DataRows.Read(frame, "ICMP extensions (RFC 4884)", end - icmp.Extensions.Length, end);
        }
    }

    private static bool TryReadDiscovery(HeaderReader header, IcmpV6Type type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case IcmpV6Type.NeighborSolicitation when NeighborSolicitationView.TryParse(bytes, out NeighborSolicitationView solicitation):
                header.Field(8, IPv6Address.Size, "target", $"{solicitation.Target}");
                NeighborOptions.Read(header, solicitation.EnumerateOptions(), bytes.Length);
                return true;
            case IcmpV6Type.NeighborAdvertisement when NeighborAdvertisementView.TryParse(bytes, out NeighborAdvertisementView advertisement):
                header.Field(4, 1, "flags", advertisement.Flags == NeighborAdvertisementFlags.None ? "none" : $"{advertisement.Flags}".ToLowerInvariant());
                header.Field(8, IPv6Address.Size, "target", $"{advertisement.Target}");
                NeighborOptions.Read(header, advertisement.EnumerateOptions(), bytes.Length);
                return true;
            case IcmpV6Type.Redirect when NeighborRedirectView.TryParse(bytes, out NeighborRedirectView redirect):
                header.Field(8, IPv6Address.Size, "better hop", $"{redirect.Target}");
                header.Field(24, IPv6Address.Size, "for destination", $"{redirect.Destination}");
                NeighborOptions.Read(header, redirect.EnumerateOptions(), bytes.Length);
                return true;
            case IcmpV6Type.RouterSolicitation when RouterSolicitationView.TryParse(bytes, out RouterSolicitationView solicitation):
                NeighborOptions.Read(header, solicitation.EnumerateOptions(), bytes.Length);
                return true;
            case IcmpV6Type.RouterAdvertisement when RouterAdvertisementView.TryParse(bytes, out RouterAdvertisementView advertisement):
                header.Field(4, 1, "hop limit", $"{advertisement.HopLimit}");
                header.Field(5, 1, "flags", $"0x{advertisement.Flags:x2}{(advertisement.IsManaged ? ", managed" : string.Empty)}{(advertisement.HasOtherConfiguration ? ", other configuration" : string.Empty)}");
                header.Field(6, 2, "router lifetime", Text.Count(advertisement.RouterLifetime, "second"));
                header.Field(8, 4, "reachable time", $"{advertisement.ReachableTime} ms");
                header.Field(12, 4, "retransmit timer", $"{advertisement.RetransmitTimer} ms");
                NeighborOptions.Read(header, advertisement.EnumerateOptions(), bytes.Length);
                return true;
            default:
                return TryReadListener(header, type, bytes);
        }
    }

    private static bool TryReadListener(HeaderReader header, IcmpV6Type type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case IcmpV6Type.MulticastListenerQuery or IcmpV6Type.MulticastListenerReport or IcmpV6Type.MulticastListenerDone
                when MldView.TryParse(bytes, out MldView mld):
                header.Field(4, 2, "maximum response", $"{mld.MaximumResponseDelay} ms");
                header.Field(8, IPv6Address.Size, "group", mld.Group.IsUnspecified ? "any" : $"{mld.Group}");
                if (mld.IsVersion2Query && MldV2QueryView.TryParse(bytes, out MldV2QueryView query))
                {
                    header.Field(24, 1, "robustness", $"{query.Robustness}");
                    header.Field(25, 1, "query interval", Text.Count(query.QueryInterval, "second"));
                    header.Field(26, 2, "sources", $"{query.SourceCount}", query.IsComplete ? FieldMark.None : FieldMark.Wrong);
                }

                return true;
            case IcmpV6Type.MulticastListenerReportV2 when MldV2ReportView.TryParse(bytes, out MldV2ReportView report):
                GroupRecords.Read(header, MldV2ReportView.FixedLength, report.RecordCount, report.EnumerateRecords());
                return true;
            default:
                return false;
        }
    }
}
