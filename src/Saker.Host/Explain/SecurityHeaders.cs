using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>IPsec's headers; what they protect stays closed.</summary>
internal static class SecurityHeaders
{
    public static void ReadEsp(FrameReader frame, int offset, int end)
    {
        HeaderReader header = frame.Begin("ESP", offset, end);
        if (!EspView.TryParse(frame.Bytes(offset, end), out EspView esp))
        {
            header.Short(EspView.FixedLength);
            return;
        }

        header.Field(0, 4, "security index", $"0x{esp.SecurityParametersIndex:x8}");
        header.Field(4, 4, "sequence", $"{esp.Sequence}");
        DataRows.Read(frame, "encrypted", offset + EspView.FixedLength, end);
    }

    public static void ReadAuthentication(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("AH", offset, end);
        if (!AuthenticationHeaderView.TryParse(frame.Bytes(offset, end), out AuthenticationHeaderView authentication))
        {
            header.Short(AuthenticationHeaderView.FixedLength);
            return;
        }

        Describe(header, authentication);
        if (authentication.IsComplete)
        {
            FrameDecoder.ReadTransport(frame, authentication.NextHeader, offset + authentication.HeaderLength, end, scope);
        }
        else
        {
            header.Problem($"a header of {authentication.HeaderLength} bytes cannot be, or is not whole.");
        }
    }

    public static void Describe(HeaderReader header, AuthenticationHeaderView authentication)
    {
        header.Field(0, 1, "next header", $"{(byte)authentication.NextHeader}, {ProtocolNames.Of(authentication.NextHeader)}");
        header.Field(1, 1, "length", Text.Count(authentication.HeaderLength, "byte"));
        header.Field(4, 4, "security index", $"0x{authentication.SecurityParametersIndex:x8}");
        header.Field(8, 4, "sequence", $"{authentication.Sequence}");
        header.Field(12, authentication.IntegrityCheckValue.Length, "integrity check", Text.Count(authentication.IntegrityCheckValue.Length, "byte"));
    }
}
