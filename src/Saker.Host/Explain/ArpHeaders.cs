using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>ARP and RARP.</summary>
internal static class ArpHeaders
{
    public static void Read(FrameReader frame, int offset, int end)
    {
        HeaderReader header = frame.Begin("ARP", offset, end);
        if (!ArpView.TryParse(frame.Bytes(offset, end), out ArpView arp))
        {
            header.Short(ArpView.FixedLength);
            return;
        }

        if (Text.Words(arp.Operation) is { } operation)
        {
            header.Rename($"ARP {operation}");
        }

        header.Field(0, 2, "hardware type", Text.Named((int)arp.HardwareType, Text.Words(arp.HardwareType)));
        header.Field(2, 2, "protocol type", $"0x{(ushort)arp.ProtocolType:x4}, {ProtocolNames.Of(arp.ProtocolType)}");
        header.Field(4, 1, "hardware length", $"{arp.HardwareLength}");
        header.Field(5, 1, "protocol length", $"{arp.ProtocolLength}");
        header.Field(6, 2, "operation", Text.Named((int)arp.Operation, Text.Words(arp.Operation)));
        if (arp.IsEthernetIPv4)
        {
            header.Field(8, 6, "sender MAC", $"{arp.SenderMac}");
            header.Field(14, 4, "sender IP", $"{arp.SenderAddress}");
            header.Field(18, 6, "target MAC", $"{arp.TargetMac}");
            header.Field(24, 4, "target IP", $"{arp.TargetAddress}{(arp.SenderAddress == arp.TargetAddress ? " (gratuitous)" : string.Empty)}");
        }
        else
        {
            ReadOther(header, arp);
        }

        if (!arp.IsComplete)
        {
            header.Problem($"the lengths ask for {arp.PacketLength} bytes, and {end - offset} are there.");
            return;
        }

        if (frame.Depth == 0)
        {
            DataRows.Read(frame, "padding", offset + arp.PacketLength, end);
        }
    }

    private static void ReadOther(HeaderReader header, ArpView arp)
    {
        int offset = ArpView.FixedLength;
        header.Field(offset, arp.HardwareLength, "sender hardware", Convert.ToHexStringLower(arp.SenderHardware));
        offset += arp.HardwareLength;
        header.Field(offset, arp.ProtocolLength, "sender protocol", Convert.ToHexStringLower(arp.SenderProtocol));
        offset += arp.ProtocolLength;
        header.Field(offset, arp.HardwareLength, "target hardware", Convert.ToHexStringLower(arp.TargetHardware));
        offset += arp.HardwareLength;
        header.Field(offset, arp.ProtocolLength, "target protocol", Convert.ToHexStringLower(arp.TargetProtocol));
    }
}
