namespace Saker.Bpf;

/// <summary>Why an object cannot be loaded. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Subject">What of it: <c>map 'flows'</c>, <c>program 'entry'</c>; empty: the object.</param>
/// <param name="Message">What is wrong, and what can be done where something can.</param>
public sealed record LoadFault(string Subject, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Subject.Length == 0 ? Message : $"{Subject}: {Message}";

    internal static LoadFault OfMap(string name, string message) => new($"map '{name}'", message);

    internal static LoadFault OfProgram(string name, string message) => new($"program '{name}'", message);
}
