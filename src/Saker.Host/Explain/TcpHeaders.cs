using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>TCP and its options.</summary>
internal static class TcpHeaders
{
    private static readonly (TcpFlags Flag, string Name)[] Flags =
    [
        (TcpFlags.Syn, "SYN"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"), (TcpFlags.Ack, "ACK"),
        (TcpFlags.Urg, "URG"), (TcpFlags.Ece, "ECE"), (TcpFlags.Cwr, "CWR"), (TcpFlags.Ae, "AE"),
    ];

    public static void Read(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("TCP", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!TcpView.TryParse(bytes, out TcpView tcp))
        {
            ReadStart(header, bytes);
            header.Short(TcpView.FixedLength);
            return;
        }

        header.Rename($"TCP {Describe(tcp.Flags)}");
        header.Field(0, 2, "source port", ProtocolNames.Port(tcp.SourcePort));
        header.Field(2, 2, "destination port", ProtocolNames.Port(tcp.DestinationPort));
        header.Field(4, 4, "sequence", $"{tcp.SequenceNumber}");
        header.Field(8, 4, "acknowledgment", tcp.Flags.HasFlag(TcpFlags.Ack) ? $"{tcp.AcknowledgmentNumber}" : $"{tcp.AcknowledgmentNumber} (means nothing without ACK)");
        header.Field(12, 2, "header, flags", $"{Text.Count(tcp.HeaderLength, "byte")}, {Describe(tcp.Flags)}", tcp.IsHeaderComplete ? FieldMark.None : FieldMark.Wrong);
        header.Field(14, 2, "window", tcp.Flags.HasFlag(TcpFlags.Syn) ? $"{tcp.Window}" : $"{tcp.Window}, to be scaled as agreed");
        header.Checksum(16, "checksum", scope.Verify(tcp.Checksum, bytes, IPProtocol.Tcp));
        header.Field(18, 2, "urgent pointer", $"{tcp.UrgentPointer}");
        if (!tcp.IsHeaderComplete)
        {
            header.Problem(tcp.HeaderLength < TcpView.FixedLength
                ? $"a header of {tcp.HeaderLength} bytes cannot be: {TcpView.FixedLength} are the least."
                : $"the header says {tcp.HeaderLength} bytes, and {bytes.Length} are there.");
            return;
        }

        ReadOptions(header, tcp);
        DataRows.Read(frame, "data", offset + tcp.HeaderLength, end);
    }

    /// <summary>The flags as people write them.</summary>
    public static string Describe(TcpFlags flags) =>
        flags == TcpFlags.None ? "no flags" : string.Join(' ', Flags.Where(flag => flags.HasFlag(flag.Flag)).Select(flag => flag.Name));

    /// <summary>ICMP quotes no more than eight bytes at the least, and they have the ports and the sequence number.</summary>
    private static void ReadStart(HeaderReader header, ReadOnlySpan<byte> bytes)
    {
        if (UdpView.TryParse(bytes, out UdpView start))
        {
            header.Field(0, 2, "source port", ProtocolNames.Port(start.SourcePort));
            header.Field(2, 2, "destination port", ProtocolNames.Port(start.DestinationPort));
            header.Field(4, 4, "sequence", $"{((uint)start.DatagramLength << 16) | start.Checksum}");
        }
    }

    private static void ReadOptions(HeaderReader header, TcpView tcp)
    {
        TcpOptionEnumerator options = tcp.EnumerateOptions();
        while (options.MoveNext())
        {
            TcpOption option = options.Current;
            header.Field(TcpView.FixedLength + option.Offset, option.Bytes.Length, "option", Describe(option));
        }

        if (options.IsMalformed)
        {
            int at = TcpView.FixedLength + options.MalformedOffset;
            header.Field(at, tcp.HeaderLength - at, "option", "its length cannot be", FieldMark.Wrong);
            header.Problem($"the options are malformed at byte {at} of the header.");
        }
    }

    private static string Describe(TcpOption option)
    {
        if (option.TryGetMaximumSegmentSize(out ushort size))
        {
            return $"maximum segment size {size}";
        }

        if (option.TryGetWindowScale(out byte shift))
        {
            return $"window scale {shift} (× {1L << Math.Min((int)shift, 14)})";
        }

        if (option.TryGetTimestamps(out TcpTimestamps timestamps))
        {
            return $"timestamp {timestamps.Value}, echo reply {timestamps.EchoReply}";
        }

        if (option.SackBlockCount > 0)
        {
            List<string> blocks = [];
            for (int i = 0; i < option.SackBlockCount; i++)
            {
                SackBlock block = option.GetSackBlock(i);
                blocks.Add($"{block.Left}–{block.Right}");
            }

            return $"selective acknowledgment {string.Join(' ', blocks)}";
        }

        string name = Text.Words(option.Kind) ?? $"kind {(byte)option.Kind}";
        return option.Data.IsEmpty ? name : $"{name}, {Text.Count(option.Data.Length, "byte")} of data";
    }
}
