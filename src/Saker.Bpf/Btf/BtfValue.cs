using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Saker.Bpf.Btf;

/// <summary>
/// Reads the bytes of a value as its type says. Bytes that are fewer than the type wants, and types nested so that little memory makes endless text, end it early;
/// nothing makes it fail.
/// </summary>
internal sealed class BtfValue(BtfSpec types, IBtfValueSink sink)
{
    private const int DeepestNesting = 32;
    private const int MostParts = 1 << 16;
    private const int LeastRepeats = 4;

    private int _parts;

    /// <summary>Reads a value.</summary>
    /// <param name="id">Its type.</param>
    /// <param name="bytes">Its bytes, in the byte order of the types.</param>
    public void Read(uint id, ReadOnlySpan<byte> bytes) => Read(id, bytes, depth: 0);

    private void Read(uint id, ReadOnlySpan<byte> bytes, int depth)
    {
        BtfType type = types.Resolve(id);
        uint? size = type is BtfVariable variable ? types.SizeOf(variable.Type) : types.SizeOf(type.Id);
        if (++_parts > MostParts || depth > DeepestNesting || bytes.Length < size)
        {
            sink.Cut();
            return;
        }

        bytes = bytes[..(int)(size ?? (uint)bytes.Length)];
        switch (type)
        {
            case BtfInteger integer:
                ReadInteger(integer, bytes, integer.BitOffset, integer.Bits);
                break;
            case BtfEnumeration enumeration:
                ReadEnumeration(enumeration, Bits(bytes, 0, bytes.Length * 8, enumeration.IsSigned));
                break;
            case BtfPointer:
                sink.Address((ulong)Bits(bytes, 0, bytes.Length * 8, isSigned: false));
                break;
            case BtfFloat:
                ReadFloat(bytes);
                break;
            case BtfArray array:
                ReadArray(array, bytes, depth);
                break;
            case BtfComposite composite:
                sink.BeginStructure();
                ReadMembers(composite, bytes, depth);
                sink.EndStructure();
                break;
            case BtfDataSection section:
                ReadSection(section, bytes, depth);
                break;
            case BtfVariable { Type: var inner }:
                Read(inner, bytes, depth + 1);
                break;
            default:
                sink.Bytes(bytes);
                break;
        }
    }

    private void ReadMembers(BtfComposite composite, ReadOnlySpan<byte> bytes, int depth)
    {
        foreach (BtfMember member in composite.Members)
        {
            int at = (int)Math.Min(member.BitOffset / 8, (uint)bytes.Length);
            if (member.BitfieldSize != 0)
            {
                sink.Member(member.Name);
                ReadBitfield(types.Resolve(member.Type), bytes, member);
            }
            else if (member.Name.Length == 0 && types.Resolve(member.Type) is BtfComposite inner && depth < DeepestNesting)
            {
                ReadMembers(inner, bytes[at..], depth + 1);
            }
            else
            {
                sink.Member(member.Name);
                Read(member.Type, bytes[at..], depth + 1);
            }

            if (_parts > MostParts)
            {
                return;
            }
        }
    }

    private void ReadSection(BtfDataSection section, ReadOnlySpan<byte> bytes, int depth)
    {
        sink.BeginStructure();
        foreach (BtfSectionVariable place in section.Variables)
        {
            if (types[place.Variable] is BtfVariable variable)
            {
                sink.Member(variable.Name);
                Read(variable.Type, bytes[(int)Math.Min(place.Offset, (uint)bytes.Length)..], depth + 1);
            }
        }

        sink.EndStructure();
    }

    private void ReadBitfield(BtfType type, ReadOnlySpan<byte> bytes, BtfMember member)
    {
        if (member.BitOffset + member.BitfieldSize > bytes.Length * 8L)
        {
            sink.Cut();
        }
        else if (type is BtfEnumeration enumeration)
        {
            ReadEnumeration(enumeration, Bits(bytes, (int)member.BitOffset, member.BitfieldSize, enumeration.IsSigned));
        }
        else
        {
            ReadInteger(type as BtfInteger, bytes, (int)member.BitOffset, member.BitfieldSize);
        }
    }

    private void ReadInteger(BtfInteger? integer, ReadOnlySpan<byte> bytes, int offset, int count)
    {
        if (offset + count > bytes.Length * 8L)
        {
            sink.Cut();
            return;
        }

        BigInteger value = Bits(bytes, offset, count, integer?.Encoding == BtfIntegerEncoding.Signed);
        if (integer?.Encoding == BtfIntegerEncoding.Boolean && (value.IsZero || value.IsOne))
        {
            sink.Boolean(value.IsOne);
        }
        else
        {
            sink.Integer(value);
        }
    }

    private void ReadEnumeration(BtfEnumeration enumeration, BigInteger value)
    {
        foreach (BtfEnumerator known in enumeration.Values)
        {
            if (value == (enumeration.IsSigned ? known.Value : (BigInteger)(ulong)known.Value))
            {
                sink.Name(known.Name);
                return;
            }
        }

        sink.Integer(value);
    }

    private void ReadFloat(ReadOnlySpan<byte> bytes)
    {
        ulong bits = bytes.Length <= sizeof(ulong) ? (ulong)Bits(bytes, 0, bytes.Length * 8, isSigned: false) : 0;
        switch (bytes.Length)
        {
            case sizeof(float):
                sink.Float(BitConverter.UInt32BitsToSingle((uint)bits));
                break;
            case sizeof(double):
                sink.Float(BitConverter.UInt64BitsToDouble(bits));
                break;
            default:
                sink.Bytes(bytes);
                break;
        }
    }

    private void ReadArray(BtfArray array, ReadOnlySpan<byte> bytes, int depth)
    {
        int size = (int)(types.SizeOf(array.Element) ?? 0);
        if (types.Resolve(array.Element) is BtfInteger { Size: 1, Encoding: not BtfIntegerEncoding.Boolean } element)
        {
            if (element.Name == "char" && TextIn(bytes) is { } text)
            {
                sink.Text(text);
                return;
            }

            if (element.Name != "char" && element.Encoding != BtfIntegerEncoding.Signed)
            {
                sink.Bytes(bytes);
                return;
            }
        }

        sink.BeginArray();
        for (int i = 0; size > 0 && i < array.Count && _parts <= MostParts; i++)
        {
            ReadOnlySpan<byte> one = bytes.Slice(i * size, size);
            Read(array.Element, one, depth + 1);
            int repeats = sink.FoldsRepeats ? Repeats(one, bytes[(i * size)..]) : 1;
            if (repeats >= LeastRepeats)
            {
                sink.Repeated(repeats);
                i += repeats - 1;
            }
        }

        sink.EndArray();
    }

    private static int Repeats(ReadOnlySpan<byte> element, ReadOnlySpan<byte> bytes)
    {
        int count = 1;
        while ((count + 1) * element.Length <= bytes.Length && element.SequenceEqual(bytes.Slice(count * element.Length, element.Length)))
        {
            count++;
        }

        return count;
    }

    /// <summary>Characters up to a zero byte, with nothing but zeros behind it; null: they are no text.</summary>
    private static string? TextIn(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        ReadOnlySpan<byte> characters = end < 0 ? bytes : bytes[..end];
        bool isText = !characters.ContainsAnyInRange((byte)0, (byte)0x1f) && !characters.Contains((byte)0x7f) && System.Text.Unicode.Utf8.IsValid(characters);
        return isText && !bytes[characters.Length..].ContainsAnyExcept((byte)0) ? Encoding.UTF8.GetString(characters) : null;
    }

    /// <summary>Bits of a value as a number. They are counted from the least significant one on machines that put that first, else from the most significant one.</summary>
    private BigInteger Bits(ReadOnlySpan<byte> bytes, int offset, int count, bool isSigned)
    {
        if (offset == 0 && count == bytes.Length * 8)
        {
            return new BigInteger(bytes, isUnsigned: !isSigned, types.IsBigEndian);
        }

        // A bit field has at most 64 bits, and they may begin within a byte: nine bytes hold them.
        Span<byte> window = stackalloc byte[16];
        window.Clear();
        ReadOnlySpan<byte> touched = bytes[(offset / 8)..((offset + count + 7) / 8)];
        int shift = types.IsBigEndian ? (touched.Length * 8) - (offset % 8) - count : offset % 8;
        touched.CopyTo(window);
        if (types.IsBigEndian)
        {
            window[..touched.Length].Reverse();
        }

        UInt128 value = (BinaryPrimitives.ReadUInt128LittleEndian(window) >> shift) & ((UInt128.One << count) - 1);
        return isSigned && count > 0 && (value >> (count - 1)) != 0 ? (BigInteger)value - (BigInteger.One << count) : value;
    }
}
