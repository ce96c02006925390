using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Saker.Bpf.Loading;

namespace Saker.Bpf;

/// <summary>
/// An object that is loaded into this process: its maps hold what the object says, and its programs are ready to run. No privileges are needed. Programs may run on
/// any number of CPUs while maps and variables are read and written; none may run any more when it is disposed.
/// </summary>
public sealed class LoadedObject : IBpfObject
{
    private readonly LoadedMaps _maps;
    private readonly Dictionary<string, LoadedProgram> _programs;

    private LoadedObject(ObjectSpec spec, LoadedMaps maps, Dictionary<string, LoadedProgram> programs)
    {
        Spec = spec;
        _maps = maps;
        _programs = programs;
    }

    /// <inheritdoc/>
    public ObjectSpec Spec { get; }

    /// <summary>The maps by name; without those of types that this process has not and no program needs.</summary>
    public IReadOnlyDictionary<string, BpfMap> Maps => _maps.Made;

    /// <summary>The programs by name: those that were made ready.</summary>
    public IReadOnlyDictionary<string, LoadedProgram> Programs => _programs;

    /// <summary>The handles of its maps.</summary>
    public MapHandles Handles => _maps.Handles;

    /// <summary>Loads an object. Where that fails nothing is left behind.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="options">How.</param>
    /// <param name="loaded">The object, to be disposed by the caller; null where there is a fault.</param>
    /// <param name="fault">Why it cannot be loaded; null where it is.</param>
    public static bool TryLoad(ObjectSpec spec, ObjectLoadOptions options, [NotNullWhen(true)] out LoadedObject? loaded, [NotNullWhen(false)] out LoadFault? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        loaded = null;
        if (!spec.TryPrepare(options.Configuration, options.RelocationTypes, out ObjectSpec? prepared, out string? unfit))
        {
            fault = new LoadFault("", unfit);
            return false;
        }

        LoadedMaps maps = new(prepared, options);
        ProgramMaking programs = new(prepared, options, maps);
        fault = maps.Make() ?? programs.Make() ?? maps.Fill(programs.Made);
        if (fault is not null)
        {
            maps.Dispose();
            return false;
        }

        maps.Keep();
        loaded = new LoadedObject(prepared, maps, programs.Made);
        return true;
    }

    /// <summary>The map of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says what there is.</exception>
    public BpfMap Map(string name) => Maps.TryGetValue(name, out BpfMap? map)
        ? map
        : throw new ArgumentException($"The object has no map '{name}'; it has {string.Join(", ", Maps.Keys)}.", nameof(name));

    /// <summary>The program of a name.</summary>
    /// <exception cref="ArgumentException">There is none, or it was not made ready; the message says what there is.</exception>
    public LoadedProgram Program(string name) => Programs.TryGetValue(name, out LoadedProgram? program)
        ? program
        : throw new ArgumentException($"The object has no program '{name}' that is ready; it has {string.Join(", ", Programs.Keys)}.", nameof(name));

    /// <inheritdoc/>
    IBpfMap IBpfObject.Map(string name) => Map(name);

    /// <inheritdoc/>
    public bool TryFindMap(string name, [NotNullWhen(true)] out IBpfMap? map)
    {
        map = Maps.GetValueOrDefault(name);
        return map is not null;
    }

    /// <inheritdoc/>
    public unsafe T ReadVariable<T>(string name)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(PlaceOf(Spec.FindVariable<T>(name)));

    /// <inheritdoc/>
    public unsafe void WriteVariable<T>(string name, T value)
        where T : unmanaged
    {
        VariableSpec variable = Spec.FindVariable<T>(name);
        if (!Map(variable.Map).IsWritableForPrograms)
        {
            throw new InvalidOperationException($"The variable '{name}' is a constant: change it in the spec, before the object is loaded.");
        }

        Unsafe.WriteUnaligned(PlaceOf(variable), value);
    }

    /// <summary>Frees its own maps.</summary>
    public void Dispose() => _maps.Dispose();

    private unsafe byte* PlaceOf(in VariableSpec variable)
    {
        uint first = 0;
        return Map(variable.Map).Find((byte*)&first, 0) + variable.Offset;
    }
}
