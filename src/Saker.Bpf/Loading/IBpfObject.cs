using System.Runtime.InteropServices;

namespace Saker.Bpf;

/// <summary>
/// An object that is loaded: its maps are made and its programs ready, in this process (<c>LoadedObject</c>) or in the running kernel. What it holds is disposed
/// with it, apart from maps that others gave.
/// </summary>
public interface IBpfObject : IDisposable
{
    /// <summary>What was loaded: with all edits, configuration and relocations in it.</summary>
    ObjectSpec Spec { get; }

    /// <summary>The map of a name; null: there is none, or it was not made.</summary>
    IBpfMap? FindMap(string name);

    /// <summary>Reads a global variable.</summary>
    /// <param name="variable">One of <see cref="ObjectSpec.Variables"/>.</param>
    /// <param name="value">Gets its bytes, as many as it has.</param>
    BpfError ReadVariable(in VariableSpec variable, Span<byte> value)
    {
        IBpfMap section = FindMap(variable.Map)!;
        byte[] contents = new byte[section.ValueSize];
        BpfError error = section.Lookup(VariableAccess.SectionKey, contents);
        if (error == BpfError.None)
        {
            contents.AsSpan((int)variable.Offset, (int)variable.Size).CopyTo(value);
        }

        return error;
    }

    /// <summary>
    /// Writes a global variable. Where the section can only be written whole, what programs write to other variables at the same moment may be lost.
    /// </summary>
    /// <param name="variable">One of <see cref="ObjectSpec.Variables"/>.</param>
    /// <param name="value">Its bytes.</param>
    /// <returns><see cref="BpfError.NotPermitted"/>: it is a constant, which <see cref="ObjectSpec.WithVariable(string, long)"/> sets before the object is loaded.</returns>
    BpfError WriteVariable(in VariableSpec variable, ReadOnlySpan<byte> value)
    {
        IBpfMap section = FindMap(variable.Map)!;
        byte[] contents = new byte[section.ValueSize];
        BpfError error = section.Lookup(VariableAccess.SectionKey, contents);
        if (error != BpfError.None)
        {
            return error;
        }

        value[..(int)variable.Size].CopyTo(contents.AsSpan((int)variable.Offset));
        return section.Update(VariableAccess.SectionKey, contents);
    }
}

/// <summary>Global variables with types.</summary>
public static class VariableAccess
{
    /// <summary>The key of a section's only value.</summary>
    internal static ReadOnlySpan<byte> SectionKey => [0, 0, 0, 0];

    /// <summary>Reads a global variable.</summary>
    /// <typeparam name="T">A type with its size and form: a number, or a structure laid out as in C.</typeparam>
    /// <param name="loaded">The object.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it has another type.</exception>
    /// <exception cref="InvalidOperationException">It cannot be read; the message has the error.</exception>
    public static T GetVariable<T>(this IBpfObject loaded, string name)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loaded);
        VariableSpec variable = loaded.Spec.FindVariable(name);
        VariableTypes.Require<T>(loaded.Spec, variable);
        T value = default;
        BpfError error = loaded.ReadVariable(variable, MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return error == BpfError.None ? value : throw new InvalidOperationException($"The variable '{name}' cannot be read: {error}.");
    }

    /// <summary>Writes a global variable.</summary>
    /// <typeparam name="T">A type with its size and form: a number, or a structure laid out as in C.</typeparam>
    /// <param name="loaded">The object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it has another type.</exception>
    /// <exception cref="InvalidOperationException">It cannot be written, being a constant for example.</exception>
    public static void SetVariable<T>(this IBpfObject loaded, string name, T value)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loaded);
        VariableSpec variable = loaded.Spec.FindVariable(name);
        VariableTypes.Require<T>(loaded.Spec, variable);
        BpfError error = loaded.WriteVariable(variable, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        if (error != BpfError.None)
        {
            throw new InvalidOperationException(error == BpfError.NotPermitted
                ? $"The variable '{name}' in {variable.Map} is a constant once the object is loaded: set it in the spec before."
                : $"The variable '{name}' cannot be written: {error}.");
        }
    }
}
