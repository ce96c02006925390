using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>IGMP of all three versions.</summary>
internal static class IgmpHeaders
{
    public static void Read(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("IGMP", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!IgmpView.TryParse(bytes, out IgmpView igmp))
        {
            header.Short(IgmpView.FixedLength);
            return;
        }

        string? type = igmp.Type switch
        {
            IgmpType.MembershipQuery => igmp.QueryVersion == 0 ? "membership query" : $"membership query, version {igmp.QueryVersion}",
            IgmpType.V1MembershipReport => "membership report, version 1",
            IgmpType.V2MembershipReport => "membership report, version 2",
            IgmpType.V3MembershipReport => "membership report, version 3",
            IgmpType.V2LeaveGroup => "leave group",
            _ => Text.Words(igmp.Type),
        };
        if (type is not null)
        {
            header.Rename($"IGMP {type}");
        }

        header.Field(0, 1, "type", $"0x{(byte)igmp.Type:x2}{(type is null ? string.Empty : $", {type}")}");
        if (igmp.Type == IgmpType.V3MembershipReport && IgmpV3ReportView.TryParse(bytes, out IgmpV3ReportView report))
        {
            header.Checksum(2, "checksum", scope.VerifyWithoutAddresses(igmp.Checksum, bytes));
            GroupRecords.Read(header, IgmpV3ReportView.FixedLength, report.RecordCount, report.EnumerateRecords());
            return;
        }

        bool isVersion3 = igmp.QueryVersion == 3;
        header.Field(1, 1, "maximum response", $"{(isVersion3 && IgmpV3QueryView.TryParse(bytes, out IgmpV3QueryView timed) ? timed.MaximumResponseTime : igmp.MaximumResponseCode) / 10.0:0.0} s");
        header.Checksum(2, "checksum", scope.VerifyWithoutAddresses(igmp.Checksum, bytes));
        header.Field(4, 4, "group", igmp.Group.IsAny ? "any" : $"{igmp.Group}");
        if (isVersion3 && IgmpV3QueryView.TryParse(bytes, out IgmpV3QueryView query))
        {
            header.Field(8, 1, "robustness", $"{query.Robustness}{(query.SuppressRouterProcessing ? ", routers are not to react" : string.Empty)}");
            header.Field(9, 1, "query interval", Text.Count(query.QueryInterval, "second"));
            header.Field(10, 2, "sources", $"{query.SourceCount}", query.IsComplete ? FieldMark.None : FieldMark.Wrong);
            for (int i = 0; i < query.Sources.Count; i++)
            {
                header.Field(IgmpV3QueryView.FixedLength + (i * IPv4Address.Size), IPv4Address.Size, "source", $"{query.Sources[i]}");
            }

            return;
        }

        DataRows.Read(frame, "data", offset + IgmpView.FixedLength, end);
    }
}
