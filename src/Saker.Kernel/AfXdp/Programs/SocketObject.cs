using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;

namespace Saker.Kernel.AfXdp;

/// <summary>An object that gives frames to sockets: which of its programs does, and by which map.</summary>
/// <param name="Spec">The object, ready to be loaded.</param>
/// <param name="Program">The program.</param>
/// <param name="Map">The map of sockets.</param>
internal sealed record SocketObject(ObjectSpec Spec, string Program, string Map)
{
    /// <summary>Makes Saker's own, or chooses in the user's.</summary>
    public static bool TryChoose(XdpSocketProgramOptions options, [NotNullWhen(true)] out SocketObject? chosen, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        chosen = null;
        refusal = null;
        if (options.Object is not { } spec)
        {
            ObjectSpec own = RedirectProgram.Create(options.Steering, options.MaximumQueues, options.SupportsFragments, options.SocketsPerQueue, options.PutsMetadata);
            chosen = new SocketObject(own, RedirectProgram.ProgramName, RedirectProgram.MapName);
            return true;
        }

        ProgramSpec? program = Find(
            spec.Programs.Where(known => known.Type == ProgramType.Xdp), known => known.Name, options.Program, "XDP program", nameof(options.Program), out string fault);
        MapSpec? map = program is null
            ? null
            : Find(spec.Maps.Where(known => known.Type == MapType.XskMap), known => known.Name, options.Map, "map of AF_XDP sockets (BPF_MAP_TYPE_XSKMAP)", nameof(options.Map), out fault);
        if (program is null || map is null)
        {
            refusal = new KernelRefusal($"the object {fault}", 0);
            return false;
        }

        if (map.MaximumEntries == 0)
        {
            spec = spec.WithMap(map with { MaximumEntries = (uint)options.MaximumQueues });
        }

        if (options.SupportsFragments && !program.TakesFragments)
        {
            spec = spec with { Programs = spec.Programs.Replace(program, program with { TakesFragments = true }) };
        }

        chosen = new SocketObject(spec, program.Name, map.Name);
        return true;
    }

    private static T? Find<T>(IEnumerable<T> all, Func<T, string> nameOf, string? name, string what, string option, out string fault)
        where T : class
    {
        T[] found = [.. all];
        string names = string.Join(", ", found.Select(nameOf));
        T? one = name is null ? (found.Length == 1 ? found[0] : null) : Array.Find(found, known => nameOf(known) == name);
        fault = found.Length == 0 ? $"has no {what}" : name is null ? $"has several of {what}: {names}; choose one with {option}" : $"has no {what} '{name}'; it has {names}";
        return one;
    }
}
