using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>IPv4 and its options.</summary>
internal static class IPv4Headers
{
    private const int UnitsOfOffset = 8;

    public static void Read(FrameReader frame, int offset, int end)
    {
        if (!frame.HasRoom)
        {
            return;
        }

        HeaderReader header = frame.Begin("IPv4", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!IPv4View.TryParse(bytes, out IPv4View ip))
        {
            header.Short(IPv4View.FixedLength);
            return;
        }

        bool isLengthSound = ip.TotalLength >= ip.HeaderLength && ip.TotalLength <= bytes.Length;
        header.Field(0, 1, "version, header", $"{ip.Version}, {Text.Count(ip.HeaderLength, "byte")}", ip.Version == 4 && ip.IsHeaderComplete ? FieldMark.None : FieldMark.Wrong);
        header.Field(1, 1, "type of service", ServiceText.Describe(ip.TypeOfService));
        header.Field(2, 2, "total length", Text.Count(ip.TotalLength, "byte"), isLengthSound || frame.Depth > 0 ? FieldMark.None : FieldMark.Wrong);
        header.Field(4, 2, "identification", $"0x{ip.Identification:x4} ({ip.Identification})");
        header.Field(6, 2, "flags, offset", DescribeFragment(ip), ip.Flags.HasFlag(IPv4Flags.Reserved) ? FieldMark.Wrong : FieldMark.None);
        header.Field(8, 1, "time to live", $"{ip.TimeToLive}", ip.TimeToLive == 0 ? FieldMark.Wrong : FieldMark.None);
        header.Field(9, 1, "protocol", $"{(byte)ip.Protocol}, {ProtocolNames.Of(ip.Protocol)}");
        header.Checksum(10, "checksum", ip.IsHeaderComplete ? ChecksumFinding.Of(ip.HeaderChecksum, ip.Header) : ChecksumFinding.Unverified(ip.HeaderChecksum, "the header is not whole"));
        header.Field(12, 4, "source", Describe(ip.Source));
        header.Field(16, 4, "destination", Describe(ip.Destination));
        if (!ip.IsHeaderComplete)
        {
            header.Problem(ip.HeaderLength < IPv4View.FixedLength
                ? $"a header of {ip.HeaderLength} bytes cannot be: {IPv4View.FixedLength} are the least."
                : $"the header says {ip.HeaderLength} bytes, and {bytes.Length} are there.");
            return;
        }

        ReadOptions(header, ip);
        if (ip.TotalLength < ip.HeaderLength)
        {
            header.Problem("the total length is less than the header's.");
        }
        else if (ip.TotalLength > bytes.Length)
        {
            header.Problem(frame.Depth > 0 || frame.IsCut
                ? $"{bytes.Length} of {ip.TotalLength} bytes are here."
                : $"the total length says {ip.TotalLength} bytes, and {bytes.Length} are there.");
        }

        int payload = offset + ip.HeaderLength;
        int payloadEnd = ip.TotalLength >= ip.HeaderLength ? Math.Min(offset + ip.TotalLength, end) : end;
        ReadPayload(frame, ip, payload, payloadEnd, isLengthSound);
        if (frame.Depth == 0 && frame.HasRoom)
        {
            DataRows.Read(frame, "padding", payloadEnd, end);
        }
    }

    private static void ReadPayload(FrameReader frame, IPv4View ip, int payload, int end, bool isWhole)
    {
        if (ip.FragmentOffset != 0)
        {
            DataRows.Read(frame, $"later fragment of {ProtocolNames.Of(ip.Protocol)}", payload, end);
            return;
        }

        string? obstacle = ip.IsFragment ? "it covers the other fragments too" : isWhole ? null : "not all that it covers is here";
        PacketScope scope = new(obstacle, InternetChecksum.Add(InternetChecksum.Sum(ip.Source), InternetChecksum.Sum(ip.Destination)), IsIPv6: false);
        FrameDecoder.ReadTransport(frame, ip.Protocol, payload, end, scope);
    }

    private static string DescribeFragment(IPv4View ip)
    {
        List<string> words = [];
        if (ip.Flags.HasFlag(IPv4Flags.Reserved))
        {
            words.Add("reserved bit set");
        }

        if (ip.Flags.HasFlag(IPv4Flags.DontFragment))
        {
            words.Add("don't fragment");
        }

        if (ip.Flags.HasFlag(IPv4Flags.MoreFragments))
        {
            words.Add("more fragments");
        }

        if (ip.IsFragment)
        {
            words.Add($"from byte {ip.FragmentOffset} ({UnitsOfOffset} × {ip.FragmentOffset / UnitsOfOffset})");
        }

        return words.Count == 0 ? "none" : string.Join(", ", words);
    }

    private static void ReadOptions(HeaderReader header, IPv4View ip)
    {
        IPv4OptionEnumerator options = ip.EnumerateOptions();
        while (options.MoveNext())
        {
            IPv4Option option = options.Current;
            string name = Text.Words(option.Type) ?? $"option {(byte)option.Type}";
            header.Field(IPv4View.FixedLength + option.Offset, option.Bytes.Length, "option", $"{name}{Describe(option)}");
        }

        if (options.IsMalformed)
        {
            int at = IPv4View.FixedLength + options.MalformedOffset;
            header.Field(at, ip.HeaderLength - at, "option", "its length cannot be", FieldMark.Wrong);
            header.Problem($"the options are malformed at byte {at} of the header.");
        }
    }

    private static string Describe(IPv4Option option) => option.Type switch
    {
        IPv4OptionType.RecordRoute or IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute =>
            $", next entry at {option.Pointer}: {string.Join(' ', option.Route.ToArray())}",
        IPv4OptionType.Timestamp => DescribeTimestamps(option),
        IPv4OptionType.RouterAlert => $" {option.RouterAlert}",
        IPv4OptionType.EndOfOptions or IPv4OptionType.NoOperation => string.Empty,
        _ => $", {Text.Count(option.Data.Length, "byte")} of data",
    };

    private static string DescribeTimestamps(IPv4Option option)
    {
        List<string> entries = [];
        bool hasAddresses = option.TimestampFlag != IPv4TimestampFlag.TimesOnly;
        ReadOnlySpan<byte> rest = option.Timestamps;
        while (rest.Length >= (hasAddresses ? 8 : 4))
        {
            if (hasAddresses)
            {
                entries.Add($"{IPv4Address.ReadFrom(rest)}@{BinaryPrimitives.ReadUInt32BigEndian(rest[4..])}");
                rest = rest[8..];
            }
            else
            {
                entries.Add($"{BinaryPrimitives.ReadUInt32BigEndian(rest)}");
                rest = rest[4..];
            }
        }

        string overflow = option.Overflow == 0 ? string.Empty : $", {option.Overflow} found no room";
        return $", next entry at {option.Pointer}{overflow}: {string.Join(' ', entries)}";
    }

    private static string Describe(IPv4Address address) => address switch
    {
        { IsLimitedBroadcast: true } => $"{address}, broadcast",
        { IsMulticast: true } => $"{address}, group",
        { IsLoopback: true } => $"{address}, loopback",
        { IsAny: true } => $"{address}, none",
        _ => $"{address}",
    };
}
