using Saker.Packets;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>Hop-by-hop and destination options (<c>ipv6_parse_hopopts</c>, <c>ipv6_destopt_rcv</c>, <c>ip6_parse_tlv</c>; RFC 8200 section 4.2).</summary>
internal sealed class IPv6OptionHeaders<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int Unit = 8;

    /// <summary>More padding than aligns what follows is taken for a hidden channel (RFC 4942 section 2.1.9.5).</summary>
    private const int MostPadding = 7;

    private readonly IPv6Settings _settings;
    private readonly IcmpV6Errors<TTrace> _errors;

    public IPv6OptionHeaders(Cpu cpu, IPv6Settings settings, IcmpV6Errors<TTrace> errors)
        : base(cpu)
    {
        _settings = settings;
        _errors = errors;
    }

    /// <summary>Reads the hop-by-hop options behind the fixed header, at which the packet's data begins.</summary>
    /// <returns>False if the packet has been dropped.</returns>
    public bool ReceiveHopByHop(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6HopByHop);
        return Receive(packet, Stage.IPv6HopByHop, _settings.MostHopByHopOptions, _settings.LongestHopByHopOptions);
    }

    /// <summary>Reads destination options, at which the packet's data begins.</summary>
    /// <returns>False if the packet has been dropped.</returns>
    public bool ReceiveDestination(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6DestinationOptions);
        return Receive(packet, Stage.IPv6DestinationOptions, _settings.MostDestinationOptions, _settings.LongestDestinationOptions);
    }

    private bool Receive(PacketBuffer packet, Stage stage, int most, int longest)
    {
        int start = packet.TransportHeaderOffset;
        if (!Check(packet, "8 bytes of options are there", packet.Length, packet.TryMakeLinear(start + Unit))
            || !IPv6OptionsView.TryParse(packet.Linear[start..], out IPv6OptionsView header))
        {
            return Fail(packet, stage, DropReason.NotSpecified);
        }

        int length = header.HeaderLength;
        if (!Check(packet, "the whole options header is there", length, packet.Length, start + length <= packet.Length))
        {
            return Fail(packet, stage, DropReason.NotSpecified);
        }

        if (!Check(packet, "the options header is not too long", length, longest, length <= longest) || !packet.TryMakeLinear(start + length))
        {
            // The kernel counts destination options that are too long nowhere.
            Counters.Add(Counter.Ip6InHdrErrors, stage == Stage.IPv6HopByHop ? 1 : 0);
            Drop(packet, stage, DropReason.NotSpecified);
            return false;
        }

        DropReason reason = Read(packet, stage, packet.Linear.Slice(start, length), most);
        if (reason != DropReason.None)
        {
            return Fail(packet, stage, reason);
        }

        int position = start - packet.NetworkHeaderOffset;
        packet.Control<IPv6Control>().NextHeaderOffset = position;
        packet.MarkTransportHeader(position + length);
        return true;
    }

    /// <summary>Goes along the options as <c>ip6_parse_tlv</c> does.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    private DropReason Read(PacketBuffer packet, Stage stage, ReadOnlySpan<byte> header, int most)
    {
        bool mayBeUnknown = most >= 0;
        int left = Math.Abs(most);
        int padding = 0;
        for (int at = IPv6OptionsView.FixedLength; at < header.Length;)
        {
            IPv6OptionType type = (IPv6OptionType)header[at];
            int length = type == IPv6OptionType.Pad1 ? 1 : at + 1 < header.Length ? header[at + 1] + IPv6OptionsView.FixedLength : int.MaxValue;
            if (!Check(packet, "the option ends within its header", type, length <= header.Length - at))
            {
                return DropReason.IPInHeader;
            }

            ReadOnlySpan<byte> option = header.Slice(at, length);
            if (type is IPv6OptionType.Pad1 or IPv6OptionType.PadN)
            {
                padding += length;
                bool isPlain = type == IPv6OptionType.Pad1 || option[IPv6OptionsView.FixedLength..].IndexOfAnyExcept((byte)0) < 0;
                if (!Check(packet, "padding is short, and zero", padding, padding <= MostPadding && isPlain))
                {
                    return DropReason.IPInHeader;
                }
            }
            else
            {
                padding = 0;
                DropReason reason = --left < 0 ? DropReason.IPInHeader : ReadOption(packet, stage, type, option, at, mayBeUnknown);
                if (reason != DropReason.None)
                {
                    return reason;
                }
            }

            at += length;
        }

        return DropReason.None;
    }

    private DropReason ReadOption(PacketBuffer packet, Stage stage, IPv6OptionType type, ReadOnlySpan<byte> option, int at, bool mayBeUnknown)
    {
        int position = packet.TransportHeaderOffset - packet.NetworkHeaderOffset + at;
        switch (stage == Stage.IPv6HopByHop ? type : IPv6OptionType.Pad1)
        {
            case IPv6OptionType.RouterAlert:
                return Check(packet, "a router alert has two bytes", option.Length, option.Length == 4) ? DropReason.None : DropReason.IPInHeader;
            case IPv6OptionType.JumboPayload:
                return ReadJumbo(packet, option, position);
            case IPv6OptionType.MutableIoam:
                // With ioam6_enabled off, as it is by default, nothing is noted in it.
                return Check(packet, "in-situ operations data is aligned", position, position % 4 == 0) ? DropReason.None : DropReason.IPInHeader;
            case IPv6OptionType.Calipso:
                // Who has no security labels takes none.
                return DropReason.IPInHeader;
        }

        return Check(packet, "an unknown option may be skipped", type, mayBeUnknown && (byte)type >> 6 == (int)UnrecognizedOptionAction.Skip)
            ? DropReason.None
            : Refuse(packet, type, position, mayBeUnknown);
    }

    /// <summary>An option that nobody knows, and that says itself what is to be done then.</summary>
    private DropReason Refuse(PacketBuffer packet, IPv6OptionType type, int position, bool mayBeUnknown)
    {
        UnrecognizedOptionAction action = (UnrecognizedOptionAction)((byte)type >> 6);
        bool isToGroup = IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip) && ip.Destination.IsMulticast;
        if (mayBeUnknown
            && (action == UnrecognizedOptionAction.DiscardAndReport || (action == UnrecognizedOptionAction.DiscardAndReportUnlessMulticast && !isToGroup)))
        {
            _errors.Send(packet, IcmpV6Type.ParameterProblem, (byte)IcmpV6ParameterProblemCode.UnrecognizedOption, (uint)position);
        }

        return DropReason.UnhandledProtocol;
    }

    /// <summary>A length of more than 65,535 bytes (RFC 2675), which no frame here has.</summary>
    private DropReason ReadJumbo(PacketBuffer packet, ReadOnlySpan<byte> option, int position)
    {
        const int Length = 6, Place = 2, LengthPosition = 2;
        bool isAligned = option.Length == Length && position % 4 == Place;
        if (!Check(packet, "a jumbo payload option has four bytes, at their place", option.Length, isAligned))
        {
            return DropReason.IPInHeader;
        }

        uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(option[LengthPosition..]);
        if (!Check(packet, "a jumbo payload has more than 65,535 bytes", length, length > ushort.MaxValue))
        {
            _errors.Send(packet, IcmpV6Type.ParameterProblem, (byte)IcmpV6ParameterProblemCode.ErroneousHeader, (uint)position + LengthPosition);
            return DropReason.IPInHeader;
        }

        bool saysLengthTwice = IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip) && ip.PayloadLength != 0;
        if (!Check(packet, "the header says no length beside it", ip.PayloadLength, !saysLengthTwice))
        {
            _errors.Send(packet, IcmpV6Type.ParameterProblem, (byte)IcmpV6ParameterProblemCode.ErroneousHeader, (uint)position);
            return DropReason.IPInHeader;
        }

        Check(packet, "the payload is within the packet", length, false);
        return DropReason.PacketTooSmall;
    }

    private bool Fail(PacketBuffer packet, Stage stage, DropReason reason)
    {
        Counters.Add(Counter.Ip6InHdrErrors);
        Drop(packet, stage, reason);
        return false;
    }
}
