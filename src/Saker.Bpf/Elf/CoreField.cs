using System.Globalization;
using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>A step on the way to a field: a member, or an element of an array.</summary>
/// <param name="Type">The type that the step is taken in.</param>
/// <param name="Index">The number of the member or element.</param>
/// <param name="Name">The member's name; null: an element.</param>
internal readonly record struct CoreStep(uint Type, uint Index, string? Name);

/// <summary>A field of a type: where it lies, and the way to it.</summary>
internal sealed class CoreField(BtfSpec types)
{
    private const int LongestWay = 64;

    public BtfSpec Types { get; } = types;

    /// <summary>The steps that a name or an element's number tells; unnamed members are passed over.</summary>
    public List<CoreStep> Steps { get; } = [];

    /// <summary>Where the field begins, in bits.</summary>
    public ulong BitOffset { get; set; }

    /// <summary>The field's type.</summary>
    public uint Type { get; set; }

    /// <summary>The member that is the field; null: it is an element of an array, or the whole.</summary>
    public BtfMember? Member { get; set; }

    /// <summary>Follows a way as an object tells it, by numbers.</summary>
    public static string? Follow(BtfSpec types, uint root, string access, out CoreField field)
    {
        field = new CoreField(types) { Type = root };
        if (ParseAccess(access) is not { } numbers)
        {
            return $"the way '{access}' is not 1 to {LongestWay} numbers with colons between";
        }

        field.Steps.Add(new CoreStep(root, numbers[0], null));
        if (types.SizeOf(root) is not { } size)
        {
            return "the type has no size";
        }

        field.BitOffset = (ulong)numbers[0] * size * 8;
        foreach (uint number in numbers.AsSpan(1))
        {
            switch (types.Resolve(field.Type))
            {
                case BtfComposite composite when number < composite.Members.Length:
                    field.Take(composite, composite.Members[(int)number], number);
                    break;
                case BtfArray array when types.SizeOf(array.Element) is { } element && (number < array.Count || array.Count == 0):
                    field.Steps.Add(new CoreStep(array.Element, number, null));
                    field.BitOffset += (ulong)number * element * 8;
                    field.Type = array.Element;
                    field.Member = null;
                    break;
                default:
                    return $"the way '{access}' leads to number {number} of what has none";
            }
        }

        return null;
    }

    /// <summary>Goes on into a member.</summary>
    public void Take(BtfComposite composite, BtfMember member, uint number)
    {
        BitOffset += member.BitOffset;
        Type = member.Type;
        Member = member;
        if (member.Name.Length > 0)
        {
            Steps.Add(new CoreStep(composite.Id, number, member.Name));
        }
    }

    /// <summary>The answer to a question about the field.</summary>
    public (ulong? Value, uint Size, string? Problem) Ask(CoreRelocationKind kind, bool isBigEndian)
    {
        if (Types.SizeOf(Type) is not { } size)
        {
            return (null, 0, "the field has no size");
        }

        if (Member is not { } member)
        {
            return kind switch
            {
                CoreRelocationKind.FieldByteOffset => (BitOffset / 8, size, null),
                CoreRelocationKind.FieldByteSize => (size, size, null),
                _ => (null, size, "only a member has this, not an element of an array"),
            };
        }

        // A bit field is loaded with as many bytes as its type has, or twice as many until it lies within them.
        ulong bits = member.BitfieldSize != 0 ? member.BitfieldSize : (ulong)size * 8;
        ulong start = BitOffset / 8;
        uint load = size;
        if (member.BitfieldSize != 0)
        {
            if (size == 0)
            {
                return (null, 0, "the bit field is of a type without bytes");
            }

            start = BitOffset / 8 / load * load;
            while (BitOffset + bits - (start * 8) > (ulong)load * 8)
            {
                if (load >= 8)
                {
                    return (null, size, "the bit field needs more than 8 bytes");
                }

                load *= 2;
                start = BitOffset / 8 / load * load;
            }
        }

        ulong before = BitOffset - (start * 8);
        return kind switch
        {
            CoreRelocationKind.FieldByteOffset => (start, member.BitfieldSize == 0 ? size : 0, null),
            CoreRelocationKind.FieldByteSize => (load, load, null),
            CoreRelocationKind.FieldSigned => (IsSigned(Types.Resolve(Type)) ? 1UL : 0, size, null),
            CoreRelocationKind.FieldLeftShift when bits <= 64 && load <= 8 => (isBigEndian ? ((8 - load) * 8) + before : 64 - (before + bits), size, null),
            CoreRelocationKind.FieldRightShift when bits <= 64 => (64 - bits, size, null),
            _ => (null, size, "the field is wider than 64 bits"),
        };
    }

    private static bool IsSigned(BtfType type) => type switch
    {
        BtfInteger integer => integer.Encoding.HasFlag(BtfIntegerEncoding.Signed),
        BtfEnumeration enumeration => enumeration.IsSigned,
        _ => false,
    };

    /// <summary>The numbers of a way; null: it is none, or too long.</summary>
    public static uint[]? ParseAccess(string access)
    {
        string[] parts = access.Split(':', LongestWay + 1);
        uint[] numbers = new uint[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!uint.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers.Length <= LongestWay ? numbers : null;
    }
}
