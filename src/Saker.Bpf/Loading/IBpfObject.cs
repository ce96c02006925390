using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>
/// An object that is loaded: its maps are made and its programs ready, in this process (<see cref="LoadedObject"/>) or in the running kernel. What it holds is disposed
/// with it, apart from maps that others gave.
/// </summary>
public interface IBpfObject : IDisposable
{
    /// <summary>What was loaded, with all edits.</summary>
    ObjectSpec Spec { get; }

    /// <summary>The map of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says what there is.</exception>
    IBpfMap Map(string name);

    /// <summary>Finds the map of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="map">The map; null: there is none, or it was not made.</param>
    bool TryFindMap(string name, [NotNullWhen(true)] out IBpfMap? map);

    /// <summary>A global variable as it is now.</summary>
    /// <typeparam name="T">The variable's type: a number, or a structure laid out as in C.</typeparam>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it has another type.</exception>
    T ReadVariable<T>(string name)
        where T : unmanaged;

    /// <summary>Changes a global variable; programs see it at once.</summary>
    /// <typeparam name="T">The variable's type: a number, or a structure laid out as in C.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">There is no such variable, there are several, or it has another type.</exception>
    /// <exception cref="InvalidOperationException">It is a constant, which is changed in the spec, before the object is loaded.</exception>
    void WriteVariable<T>(string name, T value)
        where T : unmanaged;
}
