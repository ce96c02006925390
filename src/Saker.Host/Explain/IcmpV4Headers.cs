using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>ICMP of IPv4, and the packets that its errors quote.</summary>
internal static class IcmpV4Headers
{
    public static void Read(FrameReader frame, int offset, int end, in PacketScope scope)
    {
        HeaderReader header = frame.Begin("ICMP", offset, end);
        ReadOnlySpan<byte> bytes = frame.Bytes(offset, end);
        if (!IcmpV4View.TryParse(bytes, out IcmpV4View icmp))
        {
            header.Short(IcmpV4View.FixedLength);
            return;
        }

        string? type = Text.Words(icmp.Type);
        if (type is not null)
        {
            header.Rename($"ICMP {type}");
        }

        header.Field(0, 1, "type", Text.Named((int)icmp.Type, type));
        header.Field(1, 1, "code", Text.Named(icmp.Code, DescribeCode(icmp.Type, icmp.Code)));
        header.Checksum(2, "checksum", scope.VerifyWithoutAddresses(icmp.Checksum, bytes));
        ReadRest(header, icmp);
        int payload = offset + IcmpV4View.FixedLength;
        if (icmp.IsError)
        {
            ReadOriginal(frame, icmp, payload, end);
        }
        else if (icmp.TryGetTimestamps(out IcmpV4Timestamps times) && icmp.Type is IcmpV4Type.TimestampRequest or IcmpV4Type.TimestampReply)
        {
            header.Field(8, 4, "originate", Describe(times.Originate));
            header.Field(12, 4, "receive", Describe(times.Receive));
            header.Field(16, 4, "transmit", Describe(times.Transmit));
            DataRows.Read(frame, "data", payload + IcmpV4Timestamps.Size, end);
        }
        else if (icmp.Type is IcmpV4Type.AddressMaskRequest or IcmpV4Type.AddressMaskReply && icmp.TryGetAddressMask(out IPv4Address mask))
        {
            header.Field(8, 4, "mask", $"{mask}");
        }
        else
        {
            DataRows.Read(frame, "data", payload, end);
        }
    }

    private static void ReadRest(HeaderReader header, IcmpV4View icmp)
    {
        switch (icmp.Type)
        {
            case IcmpV4Type.EchoRequest or IcmpV4Type.EchoReply or IcmpV4Type.TimestampRequest or IcmpV4Type.TimestampReply
                or IcmpV4Type.InformationRequest or IcmpV4Type.InformationReply or IcmpV4Type.AddressMaskRequest or IcmpV4Type.AddressMaskReply:
                header.Field(4, 2, "identifier", $"{icmp.Identifier}");
                header.Field(6, 2, "sequence", $"{icmp.Sequence}");
                break;
            case IcmpV4Type.Redirect:
                header.Field(4, 4, "better gateway", $"{icmp.Gateway}");
                break;
            case IcmpV4Type.ParameterProblem:
                header.Field(4, 1, "pointer", $"byte {icmp.Pointer} of the packet quoted");
                break;
            case IcmpV4Type.DestinationUnreachable when (IcmpV4UnreachableCode)icmp.Code == IcmpV4UnreachableCode.FragmentationNeeded:
                header.Field(6, 2, "next hop's MTU", $"{icmp.NextHopMtu}");
                break;
            case IcmpV4Type.RouterAdvertisement:
                header.Field(4, 1, "addresses", $"{icmp.GetRouters().ToldCount}");
                header.Field(6, 2, "lifetime", Text.Count(icmp.GetRouters().Lifetime, "second"));
                break;
            default:
                header.Field(4, 4, "rest of header", $"0x{icmp.RestOfHeader:x8}");
                break;
        }
    }

    private static void ReadOriginal(FrameReader frame, IcmpV4View icmp, int offset, int end)
    {
        frame.Depth++;
        IPv4Headers.Read(frame, offset, offset + icmp.Original.Length);
        frame.Depth--;
        if (!icmp.Extensions.IsEmpty)
        {
            DataRows.Read(frame, "ICMP extensions (RFC 4884)", end - icmp.Extensions.Length, end);
        }
    }

    /// <summary>A time of day since midnight, in milliseconds (RFC 792).</summary>
    private static string Describe(uint time) => time >> 31 != 0 ? $"{time & int.MaxValue} (not standard)" : $"{TimeSpan.FromMilliseconds(time):hh\\:mm\\:ss\\.fff} since midnight";

    public static string? DescribeCode(IcmpV4Type type, byte code) => type switch
    {
        IcmpV4Type.DestinationUnreachable => Text.Words((IcmpV4UnreachableCode)code),
        IcmpV4Type.Redirect => Text.Words((IcmpV4RedirectCode)code),
        IcmpV4Type.TimeExceeded => Text.Words((IcmpV4TimeExceededCode)code),
        IcmpV4Type.ParameterProblem => Text.Words((IcmpV4ParameterProblemCode)code),
        IcmpV4Type.ExtendedEchoReply => Text.Words((IcmpV4ExtendedEchoReplyCode)code),
        _ => null,
    };
}
