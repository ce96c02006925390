using Saker.Wire;

namespace Saker.Tests.Wire.Ip;

public class IgmpTests
{
    // RFC 3376 section 7.1: the version of a query is told by its length and its code.
    [Theory]
    [InlineData("11 00 0000 00000000", 1)]
    [InlineData("11 64 0000 00000000", 2)]
    [InlineData("11 64 0000 00000000 02 7d 0000", 3)]
    [InlineData("11 00 0000 00000000 02 7d 0000", 3)]
    [InlineData("11 64 0000 00000000 02", 0)]
    [InlineData("11 64 0000 00000000 02 7d 00", 0)]
    [InlineData("16 00 0000 efff0001", 0)]
    public void Query_has_a_version(string hexadecimal, int version)
    {
        Assert.True(IgmpView.TryParse(SampleFrames.Bytes(hexadecimal), out IgmpView igmp));
        Assert.Equal(version, igmp.QueryVersion);
    }

    [Fact]
    public void Report_of_version_2_has_its_fields()
    {
        Assert.True(IgmpView.TryParse(SampleFrames.Bytes("16 00 fafd efff0001"), out IgmpView igmp));
        Assert.Equal((IgmpType.V2MembershipReport, 0, 0xfafd, "239.255.0.1"), (igmp.Type, igmp.MaximumResponseCode, igmp.Checksum, igmp.Group.ToString()));
        Assert.False(IgmpView.TryParse(SampleFrames.Bytes("16 00 fafd efff00"), out _));
    }

    [Fact]
    public void Query_of_version_3_has_its_fields()
    {
        Assert.True(IPv4View.TryParse(SampleFrames.IgmpV3Query.AsSpan(14), out IPv4View ip));
        Assert.True(IgmpV3QueryView.TryParse(ip.Payload, out IgmpV3QueryView query));
        Assert.Equal((IgmpType.MembershipQuery, "239.255.0.1", true, 2), (query.Type, query.Group.ToString(), query.SuppressRouterProcessing, query.Robustness));
        Assert.Equal((496, 125, 1, true), (query.MaximumResponseTime, query.QueryInterval, query.SourceCount, query.IsComplete));
        Assert.Equal(["192.0.2.7"], query.Sources.ToArray().Select(address => address.ToString()));
    }

    // RFC 3376 section 4.1.1.
    [Theory]
    [InlineData(0x00, 0)]
    [InlineData(0x7f, 127)]
    [InlineData(0x80, 128)]
    [InlineData(0x8f, 248)]
    [InlineData(0x90, 256)]
    [InlineData(0xff, 31744)]
    public void Codes_from_128_on_are_floating_point(byte code, int value)
    {
        byte[] bytes = EveryParser.Emit(new IgmpV3QueryHeader { MaximumResponseCode = code, QueryIntervalCode = code });
        Assert.True(IgmpV3QueryView.TryParse(bytes, out IgmpV3QueryView query));
        Assert.Equal((value, value), (query.MaximumResponseTime, query.QueryInterval));
    }

    [Fact]
    public void Sources_that_are_not_there_are_not_shown()
    {
        Assert.True(IgmpV3QueryView.TryParse(SampleFrames.Bytes("11 64 0000 efff0001 02 7d 0003 c0000201 c00002"), out IgmpV3QueryView query));
        Assert.Equal((3, 1, false), (query.SourceCount, query.Sources.Count, query.IsComplete));
    }

    [Fact]
    public void Report_of_version_3_has_its_records()
    {
        Assert.True(IPv4View.TryParse(SampleFrames.IgmpV3Report.AsSpan(14), out IPv4View ip));
        Assert.True(IgmpV3ReportView.TryParse(ip.Payload, out IgmpV3ReportView report));
        Assert.Equal((IgmpType.V3MembershipReport, 2), (report.Type, report.RecordCount));
        GroupRecordEnumerator<IPv4Address> records = report.EnumerateRecords();
        Assert.True(records.MoveNext());
        Assert.Equal((GroupRecordType.ChangeToExclude, "239.255.0.1", 0), (records.Current.Type, records.Current.Group.ToString(), records.Current.Sources.Count));
        Assert.True(records.MoveNext());
        Assert.Equal((GroupRecordType.ChangeToInclude, "232.1.2.3"), (records.Current.Type, records.Current.Group.ToString()));
        Assert.Equal(["192.0.2.7", "192.0.2.8"], records.Current.Sources.ToArray().Select(address => address.ToString()));
        Assert.False(records.MoveNext());
        Assert.Equal((false, -1), (records.IsMalformed, records.MalformedOffset));
    }

    // Records behind the count; then records shown and offset of the malformed one or −1.
    [Theory]
    [InlineData("0000 0400 0000 efff0001", 0, -1)]
    [InlineData("0001", 0, 8)]
    [InlineData("0002 0400 0000 efff0001", 1, 16)]
    [InlineData("0001 0400 0001 efff0001", 0, 8)]
    [InlineData("0001 0401 0000 efff0001 aabbccdd", 1, -1)]
    [InlineData("0002 0401 0001 efff0001 c0000201 aabbccdd 0400 0000 efff0002", 2, -1)]
    [InlineData("0002 04ff 0000 efff0001 0400 0000 efff0002", 0, 8)]
    public void Records_that_are_cut_off_end_the_walk_and_tell_where(string records, int shown, int malformed)
    {
        Assert.True(IgmpV3ReportView.TryParse(SampleFrames.Bytes($"22 00 0000 0000 {records}"), out IgmpV3ReportView report));
        GroupRecordEnumerator<IPv4Address> all = report.EnumerateRecords();
        int count = 0;
        while (all.MoveNext())
        {
            count++;
        }

        Assert.False(all.MoveNext());
        Assert.Equal((shown, malformed), (count, all.MalformedOffset));
    }
}
