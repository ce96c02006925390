using Saker.Wire;

namespace Saker.Tests.Wire.Ip;

public class IPv4OptionTests
{
    [Fact]
    public void Record_route_and_router_alert_are_read()
    {
        Assert.True(IPv4View.TryParse(SampleFrames.IcmpTimestampWithOptions.AsSpan(14), out IPv4View ip));
        IPv4OptionEnumerator options = ip.EnumerateOptions();
        Assert.True(options.MoveNext());
        Assert.Equal((IPv4OptionType.RecordRoute, false, 8, 0), (options.Current.Type, options.Current.IsCopied, options.Current.Pointer, options.Current.Offset));
        Assert.Equal(["192.0.2.9", "0.0.0.0"], options.Current.Route.ToArray().Select(address => address.ToString()));
        Assert.True(options.MoveNext());
        Assert.Equal((IPv4OptionType.RouterAlert, true, 0, 11), (options.Current.Type, options.Current.IsCopied, options.Current.RouterAlert, options.Current.Offset));
        Assert.True(options.MoveNext());
        Assert.Equal(IPv4OptionType.NoOperation, options.Current.Type);
        Assert.True(options.Current.Data.IsEmpty);
        Assert.False(options.MoveNext());
        Assert.False(options.IsMalformed);
    }

    [Theory]
    [InlineData("830b 04 c0000201 c0000202", IPv4OptionType.LooseSourceRoute, 4, "192.0.2.1 192.0.2.2")]
    [InlineData("8907 08 c0000201", IPv4OptionType.StrictSourceRoute, 8, "192.0.2.1")]
    [InlineData("0706 04 c00002", IPv4OptionType.RecordRoute, 4, "")]
    [InlineData("8302", IPv4OptionType.LooseSourceRoute, 0, "")]
    public void Routes_have_a_pointer_and_addresses(string hexadecimal, IPv4OptionType type, int pointer, string route)
    {
        IPv4OptionEnumerator options = new(SampleFrames.Bytes(hexadecimal));
        Assert.True(options.MoveNext());
        Assert.Equal((type, pointer), (options.Current.Type, options.Current.Pointer));
        Assert.Equal(route, string.Join(' ', options.Current.Route.ToArray()));
    }

    [Theory]
    [InlineData("440c 05 20 00000001 00000000", 5, 2, IPv4TimestampFlag.TimesOnly, 8)]
    [InlineData("440c 0d f1 c0000201 00000001", 13, 15, IPv4TimestampFlag.AddressesAndTimes, 8)]
    [InlineData("4404 05 03", 5, 0, IPv4TimestampFlag.Prespecified, 0)]
    [InlineData("4403 05", 5, 0, IPv4TimestampFlag.TimesOnly, 0)]
    [InlineData("4402", 0, 0, IPv4TimestampFlag.TimesOnly, 0)]
    public void Timestamps_have_pointer_overflow_and_flag(string hexadecimal, int pointer, int overflow, IPv4TimestampFlag flag, int length)
    {
        IPv4OptionEnumerator options = new(SampleFrames.Bytes(hexadecimal));
        Assert.True(options.MoveNext());
        IPv4Option option = options.Current;
        Assert.Equal((pointer, overflow, flag, length), (option.Pointer, option.Overflow, option.TimestampFlag, option.Timestamps.Length));
    }

    [Theory]
    [InlineData("00 07 03", "0", -1)]
    [InlineData("01 01 07", "1 1", 2)]
    [InlineData("01 0701", "1", 1)]
    [InlineData("940400000704", "148", 4)]
    [InlineData("8606 00000001", "134", -1)]
    public void Malformed_options_end_the_walk_and_tell_where(string hexadecimal, string types, int malformed)
    {
        IPv4OptionEnumerator options = new(SampleFrames.Bytes(hexadecimal));
        List<int> shown = [];
        while (options.MoveNext())
        {
            shown.Add((int)options.Current.Type);
        }

        Assert.Equal(types, string.Join(' ', shown));
        Assert.Equal((malformed >= 0, malformed), (options.IsMalformed, options.MalformedOffset));
    }
}
