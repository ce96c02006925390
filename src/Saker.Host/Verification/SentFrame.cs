using System.Buffers.Binary;

namespace Saker.Host.Verification;

/// <summary>
/// Makes frames that a host sent comparable: what it draws at random or takes from its clock is blanked, with the checksums over it.
/// These are the IPv4 identification, time stamps in IPv4's timestamp option (in the header and in the one that an ICMP error quotes) and in an ICMP
/// timestamp reply, and for TCP the initial sequence number of a SYN-ACK and the time stamp option's value; of IPv6 the flow label, where there is one.
/// </summary>
internal static class SentFrame
{
    private const int EthernetLength = 14;

    /// <summary>The frame with everything blanked that differs from run to run. A frame that is no IP packet is returned as it is.</summary>
    public static byte[] Normalize(ReadOnlySpan<byte> frame)
    {
        var normal = frame.ToArray();
        if (normal.Length >= EthernetLength + 40 && BinaryPrimitives.ReadUInt16BigEndian(normal.AsSpan(12)) == 0x86dd)
        {
            BlankFlowLabel(normal.AsSpan(EthernetLength));
            return normal;
        }

        if (normal.Length < EthernetLength + 20 || BinaryPrimitives.ReadUInt16BigEndian(normal.AsSpan(12)) != 0x0800)
        {
            return normal;
        }

        var packet = normal.AsSpan(EthernetLength);
        var headerLength = (packet[0] & 15) * 4;
        packet[4..6].Clear();
        packet[10..12].Clear();
        BlankTimestamps(packet);
        if (packet.Length < headerLength + 8)
        {
            return normal;
        }

        var payload = packet[headerLength..];
        switch (packet[9])
        {
            case 1 when payload[0] == 14 && payload.Length >= 20:
                payload[2..4].Clear();
                payload[12..20].Clear();
                break;
            case 1 when payload[0] is 3 or 5 or 11 or 12 && payload.Length >= 28 && BlankTimestamps(payload[8..]):
                payload[2..4].Clear();
                payload[18..20].Clear(); // the quoted header's own checksum
                break;
            case 6 when payload.Length >= 20:
                NormalizeTcp(payload);
                break;
        }

        return normal;
    }

    /// <summary>A label is the host's own choice, but for whether it makes one.</summary>
    private static void BlankFlowLabel(Span<byte> packet)
    {
        const uint Label = 0xf_ffff;
        var first = BinaryPrimitives.ReadUInt32BigEndian(packet);
        BinaryPrimitives.WriteUInt32BigEndian(packet, (first & Label) == 0 ? first : first | Label);
    }

    /// <summary>The same for a frame in hexadecimal digits, perhaps after a device's name.</summary>
    public static string Normalize(string sent)
    {
        var digits = sent.LastIndexOf(' ') + 1;
        return sent[..digits] + Convert.ToHexStringLower(Normalize(Convert.FromHexString(sent.AsSpan(digits))));
    }

    /// <summary>Blanks the stamps of a header's timestamp options; says whether there was one.</summary>
    private static bool BlankTimestamps(Span<byte> header)
    {
        const byte Timestamp = 0x44;
        var found = false;
        var options = header[20..Math.Clamp((header[0] & 15) * 4, 20, header.Length)];
        while (options.Length >= 2 && options[0] != 0)
        {
            var length = options[0] == 1 ? 1 : Math.Clamp((int)options[1], 2, options.Length);
            if (options[0] == Timestamp && length >= 4)
            {
                found = true;
                var withAddresses = (options[3] & 15) != 0;
                for (var stamp = withAddresses ? 8 : 4; stamp + 4 <= length; stamp += withAddresses ? 8 : 4)
                {
                    options.Slice(stamp, 4).Clear();
                }
            }

            options = options[length..];
        }

        return found;
    }

    private static void NormalizeTcp(Span<byte> segment)
    {
        const byte Syn = 2, TimestampKind = 8;
        segment[16..18].Clear();
        if ((segment[13] & Syn) != 0)
        {
            segment[4..8].Clear();
        }

        var options = segment[20..Math.Clamp((segment[12] >> 4) * 4, 20, segment.Length)];
        while (options.Length >= 2 && options[0] != 0)
        {
            var length = options[0] == 1 ? 1 : Math.Max((int)options[1], 2);
            if (options[0] == TimestampKind && options.Length >= 6)
            {
                options[2..6].Clear();
            }

            options = options[Math.Min(length, options.Length)..];
        }
    }
}
