using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>
/// An object in the running kernel: its maps, filled with what they hold from the beginning, and its programs, bound to them and verified. Disposing gives all of it up;
/// what is attached, pinned, or held otherwise stays in the kernel.
/// </summary>
public sealed class KernelObject : IBpfObject
{
    private readonly IReadOnlyCollection<KernelMap> _shared;
    private readonly Dictionary<string, MappedArray> _variables = [];

    internal KernelObject(ObjectSpec spec, KernelTypes? types, KernelRefusal? typesRefusal, Dictionary<string, KernelMap> maps, Dictionary<string, KernelProgram> programs, IReadOnlyCollection<KernelMap> shared)
    {
        Spec = spec;
        _shared = shared;
        Types = types;
        TypesRefusal = typesRefusal;
        Maps = maps;
        Programs = programs;
    }

    /// <inheritdoc/>
    /// <remarks>Relocated, with the kernel's configuration in it, and without programs that were not asked for.</remarks>
    public ObjectSpec Spec { get; }

    /// <summary>Its types in the kernel; null: it has none, or the kernel does not take them.</summary>
    public KernelTypes? Types { get; }

    /// <summary>Why the kernel does not take its types, if it does not: an older kernel may not know of all kinds. The object is loaded without them.</summary>
    public KernelRefusal? TypesRefusal { get; }

    /// <summary>The maps by name.</summary>
    public IReadOnlyDictionary<string, KernelMap> Maps { get; }

    /// <summary>The programs by name.</summary>
    public IReadOnlyDictionary<string, KernelProgram> Programs { get; }

    /// <summary>Loads an object. Nothing of it stays in the kernel where that fails, and no name.</summary>
    /// <param name="spec">What is loaded; edit it before (sizes of maps, constants).</param>
    /// <param name="loaded">The object; null where it cannot be loaded.</param>
    /// <param name="refusal">Why it cannot: a <see cref="ProgramRefusal"/> with the verifier's log where it is a program's fault. Null where there is an object.</param>
    /// <param name="options">How it is loaded.</param>
    public static bool TryLoad(
        ObjectSpec spec, [NotNullWhen(true)] out KernelObject? loaded, [NotNullWhen(false)] out KernelRefusal? refusal, KernelObjectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ObjectLoader loader = new(spec, options ?? new());
        loaded = loader.Load();
        refusal = loader.Refusal;
        return loaded is not null;
    }

    /// <summary>Loads an object, as <see cref="TryLoad"/> does.</summary>
    /// <exception cref="KernelException">It cannot be loaded; the message names the map or program and what is wrong.</exception>
    public static KernelObject Load(ObjectSpec spec, KernelObjectOptions? options = null) =>
        TryLoad(spec, out KernelObject? loaded, out KernelRefusal? refusal, options) ? loaded : throw refusal.ToException();

    /// <summary>The map of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says what there is.</exception>
    public KernelMap Map(string name) => Maps.TryGetValue(name, out KernelMap? map)
        ? map
        : throw new ArgumentException($"The object has no map '{name}'; it has {string.Join(", ", Maps.Keys)}.", nameof(name));

    /// <inheritdoc/>
    public bool TryFindMap(string name, [NotNullWhen(true)] out IBpfMap? map)
    {
        map = Maps.GetValueOrDefault(name);
        return map is not null;
    }

    /// <summary>The program of a name.</summary>
    /// <exception cref="ArgumentException">There is none, or it was not loaded; the message says what there is.</exception>
    public KernelProgram Program(string name) => Programs.TryGetValue(name, out KernelProgram? program)
        ? program
        : throw new ArgumentException($"The object has no program '{name}' that is loaded; it has {string.Join(", ", Programs.Keys)}.", nameof(name));

    /// <inheritdoc/>
    IBpfMap IBpfObject.Map(string name) => Map(name);

    /// <inheritdoc/>
    public T ReadVariable<T>(string name)
        where T : unmanaged => MemoryMarshal.Read<T>(Place(Spec.FindVariable<T>(name), isWritten: false));

    /// <inheritdoc/>
    public void WriteVariable<T>(string name, T value)
        where T : unmanaged => MemoryMarshal.Write(Place(Spec.FindVariable<T>(name), isWritten: true), value);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MappedArray values in _variables.Values)
        {
            values.Dispose();
        }

        foreach (KernelProgram program in Programs.Values)
        {
            program.Dispose();
        }

        foreach (KernelMap map in Maps.Values.Where(map => !_shared.Contains(map)))
        {
            map.Dispose();
        }

        Types?.Dispose();
    }

    private Span<byte> Place(in VariableSpec variable, bool isWritten)
    {
        KernelMap map = Map(variable.Map);
        lock (_variables)
        {
            if (!_variables.TryGetValue(variable.Map, out MappedArray? values))
            {
                _variables.Add(variable.Map, values = map.MapValues(isWritable: !map.IsFrozen));
            }

            if (isWritten && !values.IsWritable)
            {
                throw new InvalidOperationException($"The variable '{variable.Name}' is a constant: change it in the spec, before the object is loaded.");
            }

            // What is mapped for reading alone is only read.
            return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(values[0]), map.ValueSize).Slice((int)variable.Offset, (int)variable.Size);
        }
    }
}
