namespace Saker.Bpf.Btf;

/// <summary>What types must be to each other: references lead to types of the right kind, none is a part of itself, and none has too long a way to what it is made of.</summary>
/// <param name="spec">All types.</param>
/// <param name="first">The first one to check; those before were checked with the base.</param>
/// <param name="offsets">Where in the section the types stand, from the first one to check.</param>
/// <param name="section">How faults call the section.</param>
internal sealed class BtfValidation(BtfSpec spec, uint first, List<int> offsets, string section)
{
    /// <summary>How many typedefs, qualifiers, arrays and variables may stand before a type (<c>MAX_RESOLVE_DEPTH</c> of Linux 6.18): whoever asks for a size walks them.</summary>
    private const int LongestChain = 32;

    private enum Mark : byte
    {
        New,
        OnTheWay,
        Done,
    }

    public ObjectFault? Check()
    {
        for (uint id = first; id < spec.Count; id++)
        {
            if (ProblemOf(spec[id]) is { } problem)
            {
                return Fault(id, problem);
            }
        }

        return Circle(pointersToo: false) ?? Circle(pointersToo: true) ?? LongChain();
    }

    private ObjectFault? LongChain()
    {
        for (uint id = first; id < spec.Count; id++)
        {
            int length = 0;
            for (BtfType type = spec[id]; type is BtfAlias or BtfArray or BtfVariable; type = spec[type.Part(0)])
            {
                if (++length > LongestChain)
                {
                    return Fault(id, $"more than {LongestChain} typedefs, qualifiers and arrays stand before what it is");
                }
            }
        }

        return null;
    }

    private string? ProblemOf(BtfType type) => type switch
    {
        BtfReference reference => Unknown(reference.Target),
        BtfArray array => Unknown(array.Element) ?? Unknown(array.Index),
        BtfComposite composite => ProblemOfMembers(composite),
        // One that is only declared has none.
        BtfEnumeration { Size: not (1 or 2 or 4 or 8), Values.Length: not 0 } or BtfEnumeration { Size: not (0 or 1 or 2 or 4 or 8) } => $"an enumeration has {((BtfEnumeration)type).Size} bytes",
        BtfFunction function => Unknown(function.Prototype) ?? (spec[function.Prototype] is BtfFunctionPrototype ? null : $"type {function.Prototype} is no prototype"),
        BtfFunctionPrototype prototype => Unknown(prototype.Return) ?? prototype.Parameters.Select(parameter => Unknown(parameter.Type)).FirstOrDefault(problem => problem is not null),
        BtfVariable variable => Unknown(variable.Type),
        BtfDataSection data => data.Variables.Select(ProblemOf).FirstOrDefault(problem => problem is not null),
        BtfDeclarationTag tag => Unknown(tag.Target),
        BtfFloat { Size: not (2 or 4 or 8 or 12 or 16) } number => $"a floating-point number has {number.Size} bytes",
        _ => null,
    };

    private string? ProblemOfMembers(BtfComposite composite)
    {
        foreach (BtfMember member in composite.Members)
        {
            if (Unknown(member.Type) is { } unknown)
            {
                return unknown;
            }

            if (((ulong)member.BitOffset + member.BitfieldSize + 7) / 8 > composite.Size)
            {
                return $"its member '{member.Name}' lies at bit {member.BitOffset}, and it has {composite.Size} bytes";
            }
        }

        return null;
    }

    private string? ProblemOf(BtfSectionVariable variable) =>
        Unknown(variable.Variable) ?? (spec[variable.Variable] is BtfVariable or BtfFunction ? null : $"type {variable.Variable} is no variable");

    private string? Unknown(uint id) => id < spec.Count ? null : $"it names type {id}, and there are {spec.Count}";

    private ObjectFault Fault(uint id, string problem)
    {
        string name = spec[id].Name is { Length: > 0 } known ? $" '{known}'" : "";
        return new ObjectFault(section, offsets[(int)(id - first)], $"type {id} ({spec[id].Kind}{name}): {problem}");
    }

    /// <summary>
    /// Finds a type that is a part of itself; with <paramref name="pointersToo"/>, one that is told by nothing but pointers, arrays and other names of itself.
    /// Both ways every type is visited once.
    /// </summary>
    private ObjectFault? Circle(bool pointersToo)
    {
        Mark[] marks = new Mark[spec.Count];
        Stack<(uint Id, int Next)> way = new();
        for (uint id = first; id < spec.Count; id++)
        {
            if (marks[id] == Mark.New)
            {
                way.Push((id, 0));
                marks[id] = Mark.OnTheWay;
            }

            while (way.TryPop(out (uint Id, int Next) here))
            {
                if (!TryStep(spec[here.Id], here.Next, pointersToo, out uint part))
                {
                    marks[here.Id] = Mark.Done;
                    continue;
                }

                way.Push((here.Id, here.Next + 1));
                if (part >= first && marks[part] == Mark.OnTheWay)
                {
                    return Fault(part, pointersToo ? "it is a pointer to nothing but itself" : "it is a part of itself");
                }

                if (part >= first && marks[part] == Mark.New)
                {
                    marks[part] = Mark.OnTheWay;
                    way.Push((part, 0));
                }
            }
        }

        return null;
    }

    private static bool TryStep(BtfType type, int index, bool pointersToo, out uint part)
    {
        part = 0;
        if (pointersToo && type is BtfPointer pointer && index == 0)
        {
            part = pointer.Target;
            return true;
        }

        if ((pointersToo && type is BtfComposite) || index >= type.PartCount)
        {
            return false;
        }

        part = type.Part(index);
        return true;
    }
}
