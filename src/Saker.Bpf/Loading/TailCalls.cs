namespace Saker.Bpf;

/// <summary>Which programs of an object go on in which.</summary>
public static class TailCalls
{
    /// <summary>Programs, and those that they can go on in: what the arrays of programs that they name hold from the beginning.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="names">The programs' names; the object may have no such program.</param>
    public static IReadOnlySet<string> Reachable(ObjectSpec spec, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Stack<string> found = new(names);
        HashSet<string> reached = new(StringComparer.Ordinal);
        while (found.TryPop(out string? name))
        {
            if (!reached.Add(name) || spec.FindProgram(name) is not { } program)
            {
                continue;
            }

            foreach (InstructionReference reference in program.References)
            {
                if (reference.Kind == ReferenceKind.Map && spec.FindMap(reference.Name) is { Type: MapType.ProgramArray } array)
                {
                    foreach (MapSlot slot in array.Slots)
                    {
                        found.Push(slot.Name);
                    }
                }
            }
        }

        return reached;
    }
}
