using System.Buffers.Binary;
using System.Text;

namespace Saker.Bpf.Btf;

/// <summary>
/// Writes types as a section of BTF, for a kernel or a file. Strings that line information names, or anything else beside the types, are added by the caller and have
/// offsets in the same section.
/// </summary>
/// <param name="isBigEndian">Whether the most significant byte of a word comes first.</param>
public sealed class BtfWriter(bool isBigEndian = false)
{
    private const int HeaderLength = 24;

    private readonly Dictionary<string, uint> _offsets = new(StringComparer.Ordinal) { [""] = 0 };
    // The first string is the empty one.
    private readonly List<byte> _strings = [0];
    private readonly List<byte> _types = [];

    /// <summary>Puts a string into the section, once.</summary>
    /// <returns>Its offset.</returns>
    public uint Add(string text)
    {
        if (!_offsets.TryGetValue(text, out uint offset))
        {
            offset = (uint)_strings.Count;
            _offsets.Add(text, offset);
            _strings.AddRange(Encoding.UTF8.GetBytes(text));
            _strings.Add(0);
        }

        return offset;
    }

    /// <summary>Writes all types; they keep their numbers.</summary>
    public void Add(BtfSpec spec)
    {
        for (uint id = 1; id < spec.Count; id++)
        {
            Write(spec[id]);
        }
    }

    /// <summary>The section as it stands.</summary>
    public byte[] ToArray()
    {
        uint types = (uint)_types.Count;
        byte[] bytes = new byte[HeaderLength + types + _strings.Count];
        bytes[2] = 1;
        uint[] header = [HeaderLength, 0, types, types, (uint)_strings.Count];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, 0xEB9F);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, 0xEB9F);
        }

        for (int i = 0; i < header.Length; i++)
        {
            Put(bytes.AsSpan(4 + (i * 4)), header[i]);
        }

        _types.CopyTo(bytes, HeaderLength);
        _strings.CopyTo(bytes, (int)(HeaderLength + types));
        return bytes;
    }

    private void Write(BtfType type)
    {
        switch (type)
        {
            case BtfInteger integer:
                Record(type, 0, false, integer.Size);
                Words(((uint)integer.Encoding << 24) | ((uint)integer.BitOffset << 16) | integer.Bits);
                break;
            case BtfReference reference:
                Record(type, 0, false, reference.Target);
                break;
            case BtfArray array:
                Record(type, 0, false, 0);
                Words(array.Element, array.Index, array.Count);
                break;
            case BtfComposite composite:
                bool withSizes = composite.HasBitfields;
                Record(type, composite.Members.Length, withSizes, composite.Size);
                foreach (BtfMember member in composite.Members)
                {
                    Words(Add(member.Name), member.Type, withSizes ? ((uint)member.BitfieldSize << 24) | member.BitOffset : member.BitOffset);
                }

                break;
            case BtfEnumeration enumeration:
                Record(type, enumeration.Values.Length, enumeration.IsSigned, enumeration.Size);
                foreach (BtfEnumerator value in enumeration.Values)
                {
                    Words(Add(value.Name), (uint)value.Value);
                    if (type.Kind == BtfKind.Enumeration64)
                    {
                        Words((uint)(value.Value >> 32));
                    }
                }

                break;
            case BtfForward forward:
                Record(type, 0, forward.IsUnion, 0);
                break;
            case BtfFunction function:
                Record(type, (int)function.Linkage, false, function.Prototype);
                break;
            case BtfFunctionPrototype prototype:
                Record(type, prototype.Parameters.Length, false, prototype.Return);
                foreach (BtfParameter parameter in prototype.Parameters)
                {
                    Words(Add(parameter.Name), parameter.Type);
                }

                break;
            case BtfVariable variable:
                Record(type, 0, false, variable.Type);
                Words((uint)variable.Linkage);
                break;
            case BtfDataSection data:
                Record(type, data.Variables.Length, false, data.Size);
                foreach (BtfSectionVariable variable in data.Variables)
                {
                    Words(variable.Variable, variable.Offset, variable.Size);
                }

                break;
            case BtfFloat number:
                Record(type, 0, false, number.Size);
                break;
            case BtfDeclarationTag tag:
                Record(type, 0, false, tag.Target);
                Words((uint)tag.Component);
                break;
        }
    }

    private void Record(BtfType type, int count, bool flag, uint word) =>
        Words(Add(type.Name), (flag ? 1u << 31 : 0) | ((uint)type.Kind << 24) | (uint)count, word);

    private void Words(params ReadOnlySpan<uint> words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (uint word in words)
        {
            Put(bytes, word);
            _types.AddRange(bytes);
        }
    }

    private void Put(Span<byte> bytes, uint word)
    {
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        }
    }
}
