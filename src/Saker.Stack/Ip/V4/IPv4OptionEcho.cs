using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>
/// The options of an answer, made of those of the packet that is answered: routes and times are recorded on the way back as on the way here, and a source
/// route is gone backwards (<c>ip_options_echo</c>, RFC 1122 section 3.2.2.6).
/// </summary>
/// <remarks>
/// Made in two steps, since the way back may hang on the options and what is written into them on the way: <see cref="TryMake"/>, then
/// <see cref="Complete"/>.
/// </remarks>
internal struct IPv4OptionEcho
{
    private const int PointerOffset = 2;
    private const int RouteOffset = 3;
    private const int FlagOffset = 3;
    private const int FirstPointer = 4;
    private const int EntrySize = 8;

    private Storage _bytes;
    private byte _length;
    private byte _addressPlace;
    private byte _timestampAddressPlace;
    private byte _timePlace;
    private byte _finalPlace;
    private IPv4Address _firstHop;

    /// <summary>Where an answer goes first.</summary>
    /// <param name="target">Where it goes in the end.</param>
    public readonly IPv4Address FirstHopTo(IPv4Address target) => _finalPlace == 0 ? target : _firstHop;

    /// <summary>Makes the options for the answer to a packet.</summary>
    /// <param name="packet">The packet, its options read.</param>
    /// <param name="tables">Which addresses are whose.</param>
    /// <param name="echo">The options.</param>
    /// <returns>False if there can be no answer: an option has room for a part of what belongs into it.</returns>
    public static bool TryMake(PacketBuffer packet, ForwardingInformation tables, out IPv4OptionEcho echo)
    {
        echo = default;
        ref IPv4Control control = ref packet.Control<IPv4Control>();
        if (control.OptionLength == 0)
        {
            return true;
        }

        ReadOnlySpan<byte> header = packet.NetworkHeader;
        if (header.Length < IPv4View.FixedLength + control.OptionLength)
        {
            return false;
        }

        if ((control.RecordRoute != 0 && !echo.TryAddRecordRoute(OptionAt(header, control.RecordRoute), control.Options))
            || (control.Timestamp != 0 && !echo.TryAddTimestamp(OptionAt(header, control.Timestamp), control.Options, tables)))
        {
            return false;
        }

        if (control.SourceRoute != 0 && IPv4View.TryParse(header, out IPv4View view))
        {
            echo.AddSourceRoute(OptionAt(header, control.SourceRoute), view.Source);
        }

        if (control.Cipso != 0)
        {
            echo.Add(OptionAt(header, control.Cipso));
        }

        // A byte of zero is the end of the options, and so are all behind it.
        echo._length = (byte)((echo._length + 3) & ~3);
        return true;
    }

    /// <summary>Writes this host's address and the time where they belong (<c>ip_options_build</c>).</summary>
    /// <param name="source">The address that the answer bears.</param>
    /// <param name="target">Where it goes in the end.</param>
    /// <param name="time">The time in milliseconds since midnight, universal time.</param>
    public readonly OptionBytes Complete(IPv4Address source, IPv4Address target, uint time)
    {
        Storage bytes = _bytes;
        Span<byte> options = bytes;
        if (_finalPlace != 0)
        {
            target.WriteTo(options[(_finalPlace - 1)..]);
        }

        if (_addressPlace != 0)
        {
            source.WriteTo(options[(_addressPlace - 1)..]);
        }

        if (_timestampAddressPlace != 0)
        {
            source.WriteTo(options[(_timestampAddressPlace - 1)..]);
        }

        if (_timePlace != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(options[(_timePlace - 1)..], time);
        }

        return new OptionBytes(options[.._length]);
    }

    /// <summary>An option that was found whole when the packet was received.</summary>
    private static ReadOnlySpan<byte> OptionAt(ReadOnlySpan<byte> header, int offset) => header.Slice(offset, header[offset + 1]);

    private bool TryAddRecordRoute(ReadOnlySpan<byte> received, IPv4OptionFlags flags)
    {
        int start = _length;
        Span<byte> option = Add(received);
        int pointer = option[PointerOffset];
        if ((flags & IPv4OptionFlags.RecordRouteNeedsAddress) == IPv4OptionFlags.None || pointer > option.Length)
        {
            return true;
        }

        if (pointer + IPv4Address.Size - 1 > option.Length)
        {
            return false;
        }

        option[PointerOffset] += IPv4Address.Size;
        _addressPlace = (byte)(start + pointer);
        return true;
    }

    private bool TryAddTimestamp(ReadOnlySpan<byte> received, IPv4OptionFlags flags, ForwardingInformation tables)
    {
        int start = _length;
        Span<byte> option = Add(received);
        int pointer = option[PointerOffset];
        if (pointer > option.Length)
        {
            return true;
        }

        bool needsTime = (flags & IPv4OptionFlags.TimestampNeedsTime) != IPv4OptionFlags.None;
        if ((flags & IPv4OptionFlags.TimestampNeedsAddress) != IPv4OptionFlags.None)
        {
            if (pointer + IPv4Address.Size - 1 > option.Length)
            {
                return false;
            }

            _timestampAddressPlace = (byte)(start + pointer);
            pointer += IPv4Address.Size;
        }

        if (needsTime && pointer + sizeof(uint) - 1 > option.Length)
        {
            return false;
        }

        bool isPrespecified = (IPv4TimestampFlag)(option[FlagOffset] & 0xf) == IPv4TimestampFlag.Prespecified;
        if (needsTime && !isPrespecified)
        {
            _timePlace = (byte)(start + pointer);
            pointer += sizeof(uint);
        }
        else if (needsTime && pointer + EntrySize - 1 <= option.Length
            && tables.TypeOf(IPv4Address.ReadFrom(option[(pointer - 1)..])) != RouteType.Unicast)
        {
            _timePlace = (byte)(start + pointer + IPv4Address.Size);
            pointer += EntrySize;
        }

        option[PointerOffset] = (byte)pointer;
        return true;
    }

    /// <summary>
    /// Turns a source route around: the addresses passed, the last first, and in the end a place for the answer's target. That is left out if the
    /// sender had put itself first (RFC 1812 section 5.2.4.1 forbids such a route).
    /// </summary>
    private void AddSourceRoute(ReadOnlySpan<byte> received, IPv4Address sender)
    {
        ReadOnlySpan<byte> passed = received[RouteOffset..Math.Clamp(received[PointerOffset] - 1, RouteOffset, received.Length)];
        passed = passed[(passed.Length % IPv4Address.Size)..];
        int count = passed.Length / IPv4Address.Size;
        if (count == 0)
        {
            return;
        }

        IPv4Address firstHop = Address(passed, count - 1);
        int places = Address(passed, 0) == sender ? count - 1 : count;
        if (places == 0)
        {
            return;
        }

        Span<byte> option = Grow(RouteOffset + (places * IPv4Address.Size));
        option[0] = received[0];
        option[1] = (byte)option.Length;
        option[PointerOffset] = FirstPointer;
        for (int i = 0; i < places - 1; i++)
        {
            Address(passed, count - 2 - i).WriteTo(option[(RouteOffset + (i * IPv4Address.Size))..]);
        }

        _firstHop = firstHop;
        _finalPlace = (byte)(_length - IPv4Address.Size + 1);
    }

    private static IPv4Address Address(ReadOnlySpan<byte> route, int index) => IPv4Address.ReadFrom(route[(index * IPv4Address.Size)..]);

    [UnscopedRef]
    private Span<byte> Add(ReadOnlySpan<byte> option)
    {
        Span<byte> place = Grow(option.Length);
        option.CopyTo(place);
        return place;
    }

    [UnscopedRef]
    private Span<byte> Grow(int length)
    {
        Span<byte> place = ((Span<byte>)_bytes).Slice(_length, length);
        _length += (byte)length;
        return place;
    }

    [InlineArray(OptionBytes.MaximumLength)]
    private struct Storage
    {
        private byte _first;
    }
}
