using System.Globalization;

namespace Saker.Bpf.Btf;

/// <summary>
/// Types as a person would write them in C. Structures without a name are written out where they are used, others by name. What is nested without end, or makes
/// more text than a person reads, is cut with <c>...</c>. <see cref="BriefOf"/> writes nothing out.
/// </summary>
public sealed class BtfText
{
    private const int DeepestNesting = 32;
    private const int LongestText = 256 << 10;
    private const int LongestBrief = 256;

    private readonly BtfSpec _spec;
    private readonly bool _isBrief;
    private int _written;

    private BtfText(BtfSpec spec, bool isBrief = false)
    {
        _spec = spec;
        _isBrief = isBrief;
    }

    private int Longest => _isBrief ? LongestBrief : LongestText;

    /// <summary>A type as a declaration uses it: <c>const char *</c>, <c>int (*)(void *, int)</c>.</summary>
    public static string TypeOf(BtfSpec spec, uint id) => new BtfText(spec).Declare(id, "", 0, 0);

    /// <summary>The declaration of a variable, member or parameter of a type: <c>int counts[4]</c>.</summary>
    public static string DeclarationOf(BtfSpec spec, uint id, string name) => new BtfText(spec).Declare(id, name, 0, 0);

    /// <summary>The same on one short line, as a table has room for: structures without a name as <c>struct {...}</c>.</summary>
    public static string BriefOf(BtfSpec spec, uint id, string name = "") => new BtfText(spec, isBrief: true).Declare(id, name, 0, 0);

    /// <summary>What a type is: a structure with its members, a function with what it takes, a typedef with what it names.</summary>
    public static string DefinitionOf(BtfSpec spec, uint id)
    {
        BtfText text = new(spec);
        BtfType type = spec[id];
        return type switch
        {
            BtfComposite or BtfEnumeration => text.Body(type, 0, 0) + ";",
            BtfAlias { Kind: BtfKind.Typedef } typedef => $"typedef {text.Declare(typedef.Target, typedef.Name, 0, 0)};",
            BtfFunction function => $"{(function.Linkage == BtfLinkage.Static ? "static " : "")}{text.Declare(function.Prototype, function.Name, 0, 0)};",
            BtfVariable variable => $"{(variable.Linkage == BtfLinkage.Static ? "static " : variable.Linkage == BtfLinkage.External ? "extern " : "")}{text.Declare(variable.Type, variable.Name, 0, 0)};",
            BtfForward forward => $"{(forward.IsUnion ? "union" : "struct")} {forward.Name};",
            _ => text.Declare(id, "", 0, 0),
        };
    }

    /// <summary>Puts a type around what it is declared for, from the name outwards as C does.</summary>
    private string Declare(uint id, string inner, int indent, int depth)
    {
        _written += inner.Length + indent + 1;
        if (depth > DeepestNesting || _written > Longest)
        {
            return Joined("...", inner);
        }

        BtfType type = _spec[id];
        return type switch
        {
            BtfPointer pointer => Declare(pointer.Target, _spec[pointer.Target] is BtfArray or BtfFunctionPrototype ? $"(*{inner})" : "*" + inner, indent, depth + 1),
            BtfArray array => Declare(array.Element, string.Create(CultureInfo.InvariantCulture, $"{inner}[{array.Count}]"), indent, depth + 1),
            BtfFunctionPrototype prototype => Declare(prototype.Return, $"{inner}({Parameters(prototype, indent, depth)})", indent, depth + 1),
            BtfAlias { Kind: BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict } qualified => Qualified(qualified, inner, indent, depth),
            BtfAlias { Kind: BtfKind.TypeTag } tag => Declare(tag.Target, inner, indent, depth + 1),
            BtfComposite { Name.Length: 0 } or BtfEnumeration { Name.Length: 0 } => Joined(_isBrief ? Keyword(type.Kind) + " {...}" : Body(type, indent, depth), inner),
            BtfComposite or BtfEnumeration => Named($"{Keyword(type.Kind)} {type.Name}", inner),
            BtfForward forward => Named($"{(forward.IsUnion ? "union" : "struct")} {forward.Name}", inner),
            BtfVoid => Named("void", inner),
            _ => Named(type.Name.Length == 0 ? "(anon)" : type.Name, inner),
        };
    }

    private string Qualified(BtfAlias alias, string inner, int indent, int depth)
    {
        string qualifier = alias.Kind.ToString().ToLowerInvariant();
        return _spec[alias.Target] is BtfPointer
            ? Declare(alias.Target, Joined(qualifier, inner), indent, depth + 1)
            : $"{qualifier} {Declare(alias.Target, inner, indent, depth + 1)}";
    }

    private string Parameters(BtfFunctionPrototype prototype, int indent, int depth)
    {
        if (prototype.Parameters.IsEmpty)
        {
            return "void";
        }

        return string.Join(", ", prototype.Parameters.TakeWhile(_ => _written <= Longest).Select(parameter =>
            parameter is { Name.Length: 0, Type: 0 } ? "..." : Declare(parameter.Type, parameter.Name, indent, depth + 1)));
    }

    private string Body(BtfType type, int indent, int depth)
    {
        string margin = new('\t', indent);
        string name = type.Name.Length == 0 ? "" : type.Name + " ";
        IEnumerable<string> lines = type switch
        {
            BtfComposite composite => composite.Members.TakeWhile(_ => _written <= Longest).Select(member => Member(member, indent + 1, depth)),
            BtfEnumeration enumeration => enumeration.Values.TakeWhile(_ => _written <= Longest).Select(value => Value(enumeration, value)),
            _ => [],
        };
        return $"{Keyword(type.Kind)} {name}{{\n{string.Concat(lines.Select(line => $"{margin}\t{line}\n"))}{margin}}}";
    }

    private string Member(BtfMember member, int indent, int depth)
    {
        string width = member.BitfieldSize == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" : {member.BitfieldSize}");
        return Declare(member.Type, member.Name, indent, depth + 1) + width + ";";
    }

    private string Value(BtfEnumeration enumeration, BtfEnumerator value)
    {
        // The longest number has 20 digits.
        _written += value.Name.Length + 20;
        return enumeration.IsSigned
            ? string.Create(CultureInfo.InvariantCulture, $"{value.Name} = {value.Value},")
            : string.Create(CultureInfo.InvariantCulture, $"{value.Name} = {(ulong)value.Value},");
    }

    private static string Keyword(BtfKind kind) => kind switch
    {
        BtfKind.Structure => "struct",
        BtfKind.Union => "union",
        _ => "enum",
    };

    private string Named(string type, string inner)
    {
        _written += type.Length;
        return Joined(type, inner);
    }

    private static string Joined(string type, string inner) => inner.Length == 0 ? type : $"{type} {inner}";
}
