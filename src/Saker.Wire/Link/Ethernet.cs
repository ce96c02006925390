using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>
/// The header of an Ethernet frame in place: Ethernet II, or IEEE 802.3 where <see cref="Type"/> is a length. The frame check sequence is not part of a frame.
/// </summary>
public readonly ref struct EthernetView
{
    /// <summary>The octets of the header.</summary>
    public const int FixedLength = 14;

    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The station or group that the frame is for.</summary>
    public MacAddress Destination => Field.Mac(_bytes, Offset.Destination);

    /// <summary>The station that the frame is from.</summary>
    public MacAddress Source => Field.Mac(_bytes, Offset.Source);

    /// <summary>What the frame carries, or the length of what it carries in octets (<see cref="EtherTypes"/>).</summary>
    public EtherType Type => (EtherType)Field.UInt16(_bytes, Offset.Type);

    /// <summary>What the frame carries; where the header tells a length, no more than that.</summary>
    public ReadOnlySpan<byte> Payload => Type.IsLength ? Field.Part(_bytes, FixedLength, (int)Type) : Field.Rest(_bytes, FixedLength);

    /// <summary>Whether all of the length is there that the header tells; always so where it tells a type.</summary>
    public bool IsComplete => !Type.IsLength || (int)Type <= _bytes.Length - FixedLength;

    /// <summary>Looks at a frame.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EthernetView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new EthernetView(bytes);
        return true;
    }

    /// <summary>The header as a value.</summary>
    public EthernetHeader ToHeader() => new() { Destination = Destination, Source = Source, Type = Type };
}

/// <summary>The header of an Ethernet frame as a value.</summary>
public readonly record struct EthernetHeader
{
    /// <inheritdoc cref="EthernetView.Destination"/>
    public MacAddress Destination { get; init; }

    /// <inheritdoc cref="EthernetView.Source"/>
    public MacAddress Source { get; init; }

    /// <inheritdoc cref="EthernetView.Type"/>
    public EtherType Type { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => EthernetView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetMac(destination, Offset.Destination, Destination);
        Field.SetMac(destination, Offset.Source, Source);
        Field.SetUInt16(destination, Offset.Type, (ushort)Type);
    }
}

/// <summary>The header of an Ethernet frame, to be changed in place.</summary>
public readonly ref struct EthernetEditor
{
    private readonly Span<byte> _bytes;

    private EthernetEditor(Span<byte> bytes) => _bytes = bytes;

    /// <inheritdoc cref="EthernetView.Destination"/>
    public MacAddress Destination
    {
        get => Field.Mac(_bytes, Offset.Destination);
        set => Field.SetMac(_bytes, Offset.Destination, value);
    }

    /// <inheritdoc cref="EthernetView.Source"/>
    public MacAddress Source
    {
        get => Field.Mac(_bytes, Offset.Source);
        set => Field.SetMac(_bytes, Offset.Source, value);
    }

    /// <inheritdoc cref="EthernetView.Type"/>
    public EtherType Type
    {
        get => (EtherType)Field.UInt16(_bytes, Offset.Type);
        set => Field.SetUInt16(_bytes, Offset.Type, (ushort)value);
    }

    /// <summary>Takes hold of a frame.</summary>
    /// <returns><see langword="false"/> if it is shorter than the header.</returns>
    public static bool TryParse(Span<byte> bytes, out EthernetEditor editor)
    {
        editor = bytes.Length < EthernetView.FixedLength ? default : new EthernetEditor(bytes);
        return bytes.Length >= EthernetView.FixedLength;
    }
}

file static class Offset
{
    internal const int Destination = 0;
    internal const int Source = 6;
    internal const int Type = 12;
}
