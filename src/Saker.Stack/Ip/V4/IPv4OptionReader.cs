using System.Buffers.Binary;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>A fault in the options of a header. The default value: there is none.</summary>
/// <param name="Pointer">The offending octet, counted from the header's first, as an ICMP parameter problem points at it.</param>
/// <param name="MustHold">What does not hold.</param>
internal readonly record struct IPv4OptionFault(int Pointer, string? MustHold);

/// <summary>What options ask of the station that reads them.</summary>
/// <param name="Tables">Which addresses are whose.</param>
/// <param name="Address">The address to record.</param>
/// <param name="Time">The time to record, in milliseconds since midnight, universal time.</param>
internal readonly record struct OptionStation(ForwardingInformation Tables, IPv4Address Address, uint Time);

/// <summary>
/// Reads the options of a header that was received, and writes the station's address and time into those that ask for it
/// (<c>ip_options_compile</c>, RFC 791 section 3.1). The header checksum is left as it was: whoever forwards the packet computes it anew.
/// </summary>
internal ref struct IPv4OptionReader
{
    private const int LengthOffset = 1;
    private const int PointerOffset = 2;
    private const int OverflowAndFlagOffset = 3;
    private const int FirstRoutePointer = 4;
    private const int FirstTimestampPointer = 5;
    private const int LongestOverflow = 15;
    private const int TimeSize = 4;

    private readonly Span<byte> _header;
    private readonly OptionStation _station;
    private readonly ref IPv4Control _control;

    public IPv4OptionReader(Span<byte> header, ref IPv4Control control, in OptionStation station)
    {
        _header = header;
        _control = ref control;
        _station = station;
    }

    /// <summary>Reads all options. After a fault, what came before it has been noted and written.</summary>
    public readonly IPv4OptionFault Read()
    {
        _control.OptionLength = (byte)(_header.Length - IPv4View.FixedLength);
        int offset = IPv4View.FixedLength;
        while (offset < _header.Length)
        {
            switch ((IPv4OptionType)_header[offset])
            {
                case IPv4OptionType.EndOfOptions:
                    ClearFrom(offset + 1);
                    return default;
                case IPv4OptionType.NoOperation:
                    offset++;
                    continue;
            }

            int available = _header.Length - offset;
            int length = available > LengthOffset ? _header[offset + LengthOffset] : 0;
            if (length < 2 || length > available)
            {
                return new IPv4OptionFault(offset, "an option has a length, which is within the header");
            }

            IPv4OptionFault fault = ReadOption(_header.Slice(offset, length), offset);
            if (fault.MustHold is not null)
            {
                return fault;
            }

            offset += length;
        }

        return default;
    }

    private readonly IPv4OptionFault ReadOption(Span<byte> option, int offset)
    {
        switch ((IPv4OptionType)option[0])
        {
            case IPv4OptionType.StrictSourceRoute:
            case IPv4OptionType.LooseSourceRoute:
                return ReadSourceRoute(option, offset);
            case IPv4OptionType.RecordRoute:
                return ReadRecordRoute(option, offset);
            case IPv4OptionType.Timestamp:
                return ReadTimestamp(option, offset);
            case IPv4OptionType.RouterAlert:
                return ReadRouterAlert(option, offset);
            case IPv4OptionType.CommercialSecurity:
                return ReadCommercialSecurity(option, offset);
            default:
                return default;
        }
    }

    private readonly IPv4OptionFault ReadSourceRoute(ReadOnlySpan<byte> option, int offset)
    {
        if (option.Length <= PointerOffset)
        {
            return new IPv4OptionFault(offset + LengthOffset, "a source route has a pointer");
        }

        if (option[PointerOffset] < FirstRoutePointer)
        {
            return new IPv4OptionFault(offset + PointerOffset, "a source route's pointer is at least 4");
        }

        if (_control.SourceRoute != 0)
        {
            return new IPv4OptionFault(offset, "there is one source route at most");
        }

        _control.SourceRoute = (byte)offset;
        if ((IPv4OptionType)option[0] == IPv4OptionType.StrictSourceRoute)
        {
            _control.Options |= IPv4OptionFlags.StrictRoute;
        }

        return default;
    }

    private readonly IPv4OptionFault ReadRecordRoute(Span<byte> option, int offset)
    {
        if (_control.RecordRoute != 0)
        {
            return new IPv4OptionFault(offset, "there is one record route at most");
        }

        if (option.Length <= PointerOffset)
        {
            return new IPv4OptionFault(offset + LengthOffset, "a record route has a pointer");
        }

        int pointer = option[PointerOffset];
        if (pointer < FirstRoutePointer)
        {
            return new IPv4OptionFault(offset + PointerOffset, "a record route's pointer is at least 4");
        }

        if (pointer <= option.Length)
        {
            if (pointer + IPv4Address.Size - 1 > option.Length)
            {
                return new IPv4OptionFault(offset + PointerOffset, "a record route has room for an address, or is full");
            }

            _station.Address.WriteTo(option[(pointer - 1)..]);
            option[PointerOffset] += IPv4Address.Size;
            _control.Options |= IPv4OptionFlags.RecordRouteNeedsAddress | IPv4OptionFlags.Changed;
        }

        _control.RecordRoute = (byte)offset;
        return default;
    }

    private readonly IPv4OptionFault ReadTimestamp(Span<byte> option, int offset)
    {
        if (_control.Timestamp != 0)
        {
            return new IPv4OptionFault(offset, "there is one timestamp option at most");
        }

        if (option.Length <= OverflowAndFlagOffset)
        {
            return new IPv4OptionFault(offset + LengthOffset, "a timestamp option has a pointer and flags");
        }

        int pointer = option[PointerOffset];
        if (pointer < FirstTimestampPointer)
        {
            return new IPv4OptionFault(offset + PointerOffset, "a timestamp option's pointer is at least 5");
        }

        IPv4OptionFault fault = pointer <= option.Length ? WriteTimestamp(option, offset, pointer) : CountOverflow(option, offset);
        if (fault.MustHold is null)
        {
            _control.Timestamp = (byte)offset;
        }

        return fault;
    }

    private readonly IPv4OptionFault WriteTimestamp(Span<byte> option, int offset, int pointer)
    {
        const int EntrySize = IPv4Address.Size + TimeSize;
        IPv4OptionFault noRoom = new(offset + PointerOffset, "a timestamp option has room for an entry, or is full");
        Span<byte> entry = option[(pointer - 1)..];
        if (entry.Length < TimeSize)
        {
            return noRoom;
        }

        switch ((IPv4TimestampFlag)(option[OverflowAndFlagOffset] & 0xf))
        {
            case IPv4TimestampFlag.TimesOnly:
                option[PointerOffset] += TimeSize;
                WriteTime(entry);
                return default;

            case IPv4TimestampFlag.AddressesAndTimes when entry.Length < EntrySize:
            case IPv4TimestampFlag.Prespecified when entry.Length < EntrySize:
                return noRoom;

            case IPv4TimestampFlag.AddressesAndTimes:
                _station.Address.WriteTo(entry);
                _control.Options |= IPv4OptionFlags.TimestampNeedsAddress;
                option[PointerOffset] += EntrySize;
                WriteTime(entry[IPv4Address.Size..]);
                return default;

            // An address of another host is left for that host to find; everything else counts as one of ours.
            case IPv4TimestampFlag.Prespecified when _station.Tables.TypeOf(IPv4Address.ReadFrom(entry)) != RouteType.Unicast:
                option[PointerOffset] += EntrySize;
                WriteTime(entry[IPv4Address.Size..]);
                return default;

            default:
                return default;
        }
    }

    private readonly IPv4OptionFault CountOverflow(Span<byte> option, int offset)
    {
        int flags = option[OverflowAndFlagOffset];
        if ((IPv4TimestampFlag)(flags & 0xf) == IPv4TimestampFlag.Prespecified)
        {
            return default;
        }

        if (flags >> 4 == LongestOverflow)
        {
            return new IPv4OptionFault(offset + OverflowAndFlagOffset, "fewer than 15 stations found no room for their timestamp");
        }

        option[OverflowAndFlagOffset] += 1 << 4;
        _control.Options |= IPv4OptionFlags.Changed;
        return default;
    }

    private readonly IPv4OptionFault ReadRouterAlert(ReadOnlySpan<byte> option, int offset)
    {
        const int Length = 4;
        if (option.Length < Length)
        {
            return new IPv4OptionFault(offset + LengthOffset, "a router alert has 4 octets");
        }

        if (option[2] == 0 && option[3] == 0)
        {
            _control.Options |= IPv4OptionFlags.RouterAlert;
        }

        return default;
    }

    /// <summary>
    /// A security label always has a fault here: no domain of interpretation is configured in which it could mean something
    /// (<c>cipso_v4_validate</c>).
    /// </summary>
    private readonly IPv4OptionFault ReadCommercialSecurity(ReadOnlySpan<byte> option, int offset)
    {
        const int ShortestLength = 8;
        const int DomainOffset = 2;
        _control.Cipso = (byte)offset;
        return option.Length < ShortestLength
            ? new IPv4OptionFault(offset + LengthOffset, "a security label has at least 8 octets")
            : new IPv4OptionFault(offset + DomainOffset, "the security label's domain of interpretation is known");
    }

    private readonly void WriteTime(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, _station.Time);
        _control.Options |= IPv4OptionFlags.TimestampNeedsTime | IPv4OptionFlags.Changed;
    }

    private readonly void ClearFrom(int offset)
    {
        Span<byte> rest = _header[offset..];
        if (rest.ContainsAnyExcept((byte)0))
        {
            rest.Clear();
            _control.Options |= IPv4OptionFlags.Changed;
        }
    }
}
