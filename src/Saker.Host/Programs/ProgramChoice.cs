using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Which of an object's programs is meant.</summary>
public static class ProgramChoice
{
    private const int MostListed = 20;

    /// <summary>Finds the program of a name; without a name the only one that there is, apart from those that others go on in.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="name">The name; null: none was given.</param>
    /// <param name="fits">Which programs can be meant.</param>
    /// <param name="wanted">What those are, for the message: <c>runs over packets</c>.</param>
    /// <param name="program">The program.</param>
    /// <param name="fault">Why none is meant, in one line that lists what there is.</param>
    public static bool TryFind(
        ObjectSpec spec, string? name, Func<ProgramSpec, bool> fits, string wanted, [NotNullWhen(true)] out ProgramSpec? program, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(fits);
        program = null;
        fault = null;
        if (name is not null)
        {
            program = spec.FindProgram(name);
            fault = program is null ? $"the object has no program '{name}'; it has {Listed(spec.Programs)}"
                : fits(program) ? null
                : $"the program '{name}' is of type {program.Type.KernelName()}, and none that {wanted}";
            program = fault is null ? program : null;
            return program is not null;
        }

        ProgramSpec[] fitting = [.. spec.Programs.Where(fits)];
        HashSet<string> targets = [.. spec.Maps.Where(map => map.Type == MapType.ProgramArray).SelectMany(map => map.Slots).Select(slot => slot.Name)];
        ProgramSpec[] first = [.. fitting.Where(known => !targets.Contains(known.Name))];
        program = fitting.Length == 1 ? fitting[0] : first.Length == 1 ? first[0] : null;
        fault = program is not null ? null
            : fitting.Length > 1 ? $"the object has several programs: choose one with --program, {Listed(fitting)}"
            : spec.Programs.IsEmpty ? "the object has no programs"
            : $"the object has no program that {wanted}; it has {Listed(spec.Programs)}";
        return program is not null;
    }

    private static string Listed(IReadOnlyCollection<ProgramSpec> programs) =>
        string.Join(", ", programs.Take(MostListed).Select(known => $"{known.Name} ({known.Type.KernelName()})")) + (programs.Count > MostListed ? ", ..." : "");
}
