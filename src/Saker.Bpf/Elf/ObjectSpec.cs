using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>
/// What an object holds, before anything is loaded. It does not change: what edits it makes another one, which shares what is the same. No privileges are needed.
/// </summary>
public sealed record ObjectSpec
{
    /// <summary>Whether it is for big-endian machines.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>The licence, which says what helpers programs may call; empty: the object has none.</summary>
    public string License { get; init; } = "";

    /// <summary>The kernel's version that an old object was made for (<c>version</c>).</summary>
    public uint? KernelVersion { get; init; }

    /// <summary>The programs, in the order of the file.</summary>
    public ImmutableArray<ProgramSpec> Programs { get; init; } = [];

    /// <summary>The maps, those of sections last.</summary>
    public ImmutableArray<MapSpec> Maps { get; init; } = [];

    /// <summary>The global variables.</summary>
    public ImmutableArray<VariableSpec> Variables { get; init; } = [];

    /// <summary>The types; null: the object has no BTF.</summary>
    public BtfSpec? Types { get; init; }

    /// <summary>The map of a name; null: there is none.</summary>
    public MapSpec? FindMap(string name) => Maps.FirstOrDefault(map => map.Name == name);

    /// <summary>The program of a name; null: there is none.</summary>
    public ProgramSpec? FindProgram(string name) => Programs.FirstOrDefault(program => program.Name == name);

    /// <summary>The global variable of a name.</summary>
    /// <exception cref="ArgumentException">There is none, or there are several (<c>static</c> ones of functions).</exception>
    public VariableSpec FindVariable(string name)
    {
        VariableSpec[] found = [.. Variables.Where(variable => variable.Name == name)];
        return found.Length == 1
            ? found[0]
            : throw new ArgumentException($"The object has {(found.Length == 0 ? "no variable" : $"{found.Length} variables")} '{name}'; it has {Listed(Variables.Select(variable => variable.Name))}.", nameof(name));
    }

    /// <summary>The same object with another map in the place of the one of the same name.</summary>
    /// <exception cref="ArgumentException">It has no map of this name.</exception>
    public ObjectSpec WithMap(MapSpec map)
    {
        MapSpec old = FindMap(map.Name) ?? throw new ArgumentException($"The object has no map '{map.Name}'; it has {Listed(Maps.Select(known => known.Name))}.", nameof(map));
        return this with { Maps = Maps.Replace(old, map) };
    }

    /// <summary>The same object with another value of a global variable from the beginning: of a constant (<c>const volatile</c>) too, and of the kernel's configuration.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its bytes, in the object's order; as many as it has.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it has another size.</exception>
    public ObjectSpec WithVariable(string name, ReadOnlySpan<byte> value)
    {
        VariableSpec variable = FindVariable(name);
        if (value.Length != variable.Size)
        {
            throw new ArgumentException($"The variable '{name}' has {variable.Size} bytes, and the value {value.Length}.", nameof(value));
        }

        MapSpec map = FindMap(variable.Map)!;
        byte[] contents = [.. map.Contents];
        value.CopyTo(contents.AsSpan((int)variable.Offset));
        return WithMap(map with { Contents = ImmutableCollectionsMarshal.AsImmutableArray(contents) });
    }

    /// <summary>The same object with another number in a global variable, in the object's byte order.</summary>
    /// <param name="name">The variable, of 1, 2, 4 or 8 bytes.</param>
    /// <param name="value">The number; the bits that the variable has no room for must be the sign's.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it holds no such number.</exception>
    public ObjectSpec WithVariable(string name, long value)
    {
        uint size = FindVariable(name).Size;
        long rest = size is > 0 and < 8 ? value >> (int)(size * 8) : 0;
        if (rest is not (0 or -1))
        {
            throw new ArgumentException($"The variable '{name}' has {size} bytes, which {value} does not fit.", nameof(value));
        }

        byte[] bytes = BitConverter.GetBytes(value);
        if (!BitConverter.IsLittleEndian)
        {
            Array.Reverse(bytes);
        }

        bytes = bytes[..(int)Math.Min(size, 8)];
        if (IsBigEndian)
        {
            Array.Reverse(bytes);
        }

        return WithVariable(name, bytes);
    }

    /// <summary>The same object for a kernel whose types are these: everything in the code that depends on their layout is changed (CO-RE).</summary>
    /// <param name="kernel">The kernel's types (<c>/sys/kernel/btf/vmlinux</c>).</param>
    /// <param name="relocated">The object; null where there is a fault.</param>
    /// <param name="fault">What is wrong with a relocation itself. What the kernel merely does not have makes no fault: that code is poisoned, and refused when it can be reached.</param>
    public bool TryRelocate(BtfSpec kernel, [NotNullWhen(true)] out ObjectSpec? relocated, [NotNullWhen(false)] out ObjectFault? fault)
    {
        relocated = null;
        fault = null;
        List<ProgramSpec> programs = [];
        CoreResolver? resolver = Types is null ? null : new CoreResolver(Types, kernel);
        foreach (ProgramSpec program in Programs)
        {
            if (!CoreRelocator.TryApply(program, Types, resolver, out ProgramSpec? changed, out fault))
            {
                return false;
            }

            programs.Add(changed);
        }

        relocated = this with { Programs = [.. programs] };
        return true;
    }

    private static string Listed(IEnumerable<string> names)
    {
        const int Most = 20;
        string[] some = [.. names.Take(Most + 1)];
        return some.Length == 0 ? "none" : string.Join(", ", some.Take(Most)) + (some.Length > Most ? ", ..." : "");
    }
}

/// <summary>A global variable: a place in the only value of a section's map.</summary>
/// <param name="Name">Its name; those of functions may occur several times.</param>
/// <param name="Map">The section's map.</param>
/// <param name="Offset">Bytes from the value's beginning.</param>
/// <param name="Size">Bytes.</param>
/// <param name="TypeId">Its type in the object's BTF; 0: unknown.</param>
public readonly record struct VariableSpec(string Name, string Map, uint Offset, uint Size, uint TypeId);
