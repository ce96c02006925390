using System.Buffers.Binary;
using System.Globalization;

namespace Saker.Tests.Bpf.Maps;

/// <summary>
/// Maps or programs that a map may hold. Operations speak of them by their place in the list, since a map is given one thing for each (a descriptor, a number) and tells
/// another (an id), each map its own.
/// </summary>
/// <param name="Given">What stands in a value that is written.</param>
/// <param name="Told">What stands in a value that is read.</param>
public sealed record HeldThings(uint[] Given, uint[] Told)
{
    /// <summary>Puts in the value what the map wants for the place that stands there.</summary>
    public byte[] Give(byte[] value)
    {
        for (int at = 0; at + sizeof(uint) <= value.Length; at += sizeof(uint))
        {
            uint place = BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(at));
            BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(at), Given[place]);
        }

        return value;
    }

    /// <summary>Which one a value that was read tells of.</summary>
    public string Name(ReadOnlySpan<byte> value)
    {
        uint told = BinaryPrimitives.ReadUInt32LittleEndian(value);
        int place = Array.IndexOf(Told, told);
        return place >= 0 ? $"thing {place}" : told.ToString(CultureInfo.InvariantCulture);
    }
}
