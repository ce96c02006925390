using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>GRE and VXLAN.</summary>
internal static class TunnelHeaders
{
    public static void ReadGre(FrameReader frame, int offset, int end)
    {
        HeaderReader header = frame.Begin("GRE", offset, end);
        if (!GreView.TryParse(frame.Bytes(offset, end), out GreView gre))
        {
            header.Short(GreView.FixedLength);
            return;
        }

        header.Field(0, 2, "flags, version", $"{(gre.Flags == GreFlags.None ? "none" : $"{gre.Flags}".ToLowerInvariant())}, {gre.Version}");
        header.Field(2, 2, "protocol", $"0x{(ushort)gre.Protocol:x4}, {ProtocolNames.Of(gre.Protocol)}");
        if (!gre.IsHeaderComplete)
        {
            header.Problem($"the flags ask for {gre.HeaderLength} bytes, and {end - offset} are there.");
            return;
        }

        int at = GreView.FixedLength;
        if ((gre.Flags & (GreFlags.Checksum | GreFlags.Routing)) != GreFlags.None && gre.Version == 0)
        {
            header.Field(at, 4, "checksum, reserved", $"0x{gre.Checksum:x4}");
            at += 4;
        }

        if (gre.Flags.HasFlag(GreFlags.Key))
        {
            header.Field(at, 4, "key", $"0x{gre.Key:x8} ({gre.Key})");
            at += 4;
        }

        if (gre.Flags.HasFlag(GreFlags.Sequence))
        {
            header.Field(at, 4, "sequence", $"{gre.Sequence}");
        }

        FrameDecoder.ReadNetwork(frame, gre.Protocol, offset + gre.HeaderLength, end);
    }

    public static void ReadVxlan(FrameReader frame, int offset, int end)
    {
        if (!frame.HasRoom || offset >= end)
        {
            return;
        }

        HeaderReader header = frame.Begin("VXLAN", offset, end);
        if (!VxlanView.TryParse(frame.Bytes(offset, end), out VxlanView vxlan))
        {
            header.Short(VxlanView.FixedLength);
            return;
        }

        header.Field(0, 1, "flags", $"0x{vxlan.Flags:x2}{(vxlan.HasIdentifier ? ", identifier valid" : ", no identifier")}", vxlan.HasIdentifier ? FieldMark.None : FieldMark.Wrong);
        header.Field(4, 3, "identifier", $"{vxlan.NetworkIdentifier}");
        LinkHeaders.ReadEthernet(frame, offset + VxlanView.FixedLength, end);
    }
}
