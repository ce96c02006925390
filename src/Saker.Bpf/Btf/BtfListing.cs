using System.Globalization;
using System.Text;

namespace Saker.Bpf.Btf;

/// <summary>Types as <c>bpftool btf dump</c> lists them: a line for each, and one behind it for each of its members, values, parameters or variables.</summary>
public static class BtfListing
{
    /// <summary>The lines of one type.</summary>
    /// <param name="spec">The types.</param>
    /// <param name="id">Which one.</param>
    public static string Of(BtfSpec spec, uint id)
    {
        BtfType type = spec[id];
        StringBuilder text = new();
        string name = type.Name.Length == 0 || type is BtfPointer or BtfArray or BtfFunctionPrototype ? "(anon)" : type.Name;
        text.Append(CultureInfo.InvariantCulture, $"[{id}] {KindName(type.Kind)} '{name}'");
        AppendDetails(text, spec, type);
        return text.ToString();
    }

    private static void AppendDetails(StringBuilder text, BtfSpec spec, BtfType type)
    {
        switch (type)
        {
            case BtfInteger integer:
                text.Append(CultureInfo.InvariantCulture, $" size={integer.Size} bits_offset={integer.BitOffset} nr_bits={integer.Bits} encoding={EncodingName(integer.Encoding)}");
                break;
            case BtfReference reference:
                text.Append(CultureInfo.InvariantCulture, $" type_id={reference.Target}");
                break;
            case BtfArray array:
                text.Append(CultureInfo.InvariantCulture, $" type_id={array.Element} index_type_id={array.Index} nr_elems={array.Count}");
                break;
            case BtfComposite composite:
                text.Append(CultureInfo.InvariantCulture, $" size={composite.Size} vlen={composite.Members.Length}");
                AppendMembers(text, composite);
                break;
            case BtfEnumeration enumeration:
                text.Append(CultureInfo.InvariantCulture, $" encoding={(enumeration.IsSigned ? "SIGNED" : "UNSIGNED")} size={enumeration.Size} vlen={enumeration.Values.Length}");
                foreach (BtfEnumerator value in enumeration.Values)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n\t'{value.Name}' val={Number(enumeration, value)}");
                }

                break;
            case BtfForward forward:
                text.Append(forward.IsUnion ? " fwd_kind=union" : " fwd_kind=struct");
                break;
            case BtfFunction function:
                text.Append(CultureInfo.InvariantCulture, $" type_id={function.Prototype} linkage={LinkageName(function.Linkage)}");
                break;
            case BtfFunctionPrototype prototype:
                text.Append(CultureInfo.InvariantCulture, $" ret_type_id={prototype.Return} vlen={prototype.Parameters.Length}");
                foreach (BtfParameter parameter in prototype.Parameters)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n\t'{(parameter.Name.Length == 0 ? "(anon)" : parameter.Name)}' type_id={parameter.Type}");
                }

                break;
            case BtfVariable variable:
                text.Append(CultureInfo.InvariantCulture, $" type_id={variable.Type}, linkage={LinkageName(variable.Linkage)}");
                break;
            case BtfDataSection data:
                text.Append(CultureInfo.InvariantCulture, $" size={data.Size} vlen={data.Variables.Length}");
                foreach (BtfSectionVariable variable in data.Variables)
                {
                    BtfType what = spec[variable.Variable];
                    text.Append(CultureInfo.InvariantCulture, $"\n\ttype_id={variable.Variable} offset={variable.Offset} size={variable.Size} ({KindName(what.Kind)} '{what.Name}')");
                }

                break;
            case BtfFloat number:
                text.Append(CultureInfo.InvariantCulture, $" size={number.Size}");
                break;
            case BtfDeclarationTag tag:
                text.Append(CultureInfo.InvariantCulture, $" type_id={tag.Target} component_idx={tag.Component}");
                break;
        }
    }

    private static void AppendMembers(StringBuilder text, BtfComposite composite)
    {
        foreach (BtfMember member in composite.Members)
        {
            string name = member.Name.Length == 0 ? "(anon)" : member.Name;
            text.Append(CultureInfo.InvariantCulture, $"\n\t'{name}' type_id={member.Type} bits_offset={member.BitOffset}");
            if (member.BitfieldSize != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" bitfield_size={member.BitfieldSize}");
            }
        }
    }

    private static string Number(BtfEnumeration enumeration, BtfEnumerator value)
    {
        string suffix = enumeration.Kind != BtfKind.Enumeration64 ? "" : enumeration.IsSigned ? "LL" : "ULL";
        return (enumeration.IsSigned ? value.Value.ToString(CultureInfo.InvariantCulture) : ((ulong)value.Value).ToString(CultureInfo.InvariantCulture)) + suffix;
    }

    private static string EncodingName(BtfIntegerEncoding encoding) => encoding switch
    {
        BtfIntegerEncoding.None => "(none)",
        BtfIntegerEncoding.Signed => "SIGNED",
        BtfIntegerEncoding.Character => "CHAR",
        BtfIntegerEncoding.Boolean => "BOOL",
        _ => "UNKN",
    };

    private static string LinkageName(BtfLinkage linkage) => linkage switch
    {
        BtfLinkage.Static => "static",
        BtfLinkage.Global => "global",
        _ => "extern",
    };

    private static string KindName(BtfKind kind) => kind switch
    {
        BtfKind.Void => "UNKNOWN",
        BtfKind.Integer => "INT",
        BtfKind.Pointer => "PTR",
        BtfKind.Array => "ARRAY",
        BtfKind.Structure => "STRUCT",
        BtfKind.Union => "UNION",
        BtfKind.Enumeration => "ENUM",
        BtfKind.Forward => "FWD",
        BtfKind.Typedef => "TYPEDEF",
        BtfKind.Volatile => "VOLATILE",
        BtfKind.Const => "CONST",
        BtfKind.Restrict => "RESTRICT",
        BtfKind.Function => "FUNC",
        BtfKind.FunctionPrototype => "FUNC_PROTO",
        BtfKind.Variable => "VAR",
        BtfKind.DataSection => "DATASEC",
        BtfKind.Float => "FLOAT",
        BtfKind.DeclarationTag => "DECL_TAG",
        BtfKind.TypeTag => "TYPE_TAG",
        _ => "ENUM64",
    };
}
