using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Helpers;

namespace Saker.Bpf;

/// <summary>
/// Functions of the kernel that programs call as such (kfuncs): not by numbers that are fixed, as helpers, but by name. A loader finds the number of a name here and writes
/// it into the call, where the running kernel has the function's BTF type. The table does not change.
/// </summary>
public sealed class KernelFunctionTable
{
    private readonly ImmutableArray<KernelFunction> _functions;
    private readonly BpfHelper?[] _bound;
    private readonly ProgramType _type;

    private KernelFunctionTable(ImmutableArray<KernelFunction> functions, ProgramType type)
    {
        _functions = functions;
        _type = type;
        _bound = [.. functions.Select(function => function.IsFor(type) ? function.Implementation : null)];
    }

    /// <summary>No functions.</summary>
    public static KernelFunctionTable Empty { get; } = new([], ProgramType.Unspecified);

    /// <summary>All functions that are known here, to be had or not.</summary>
    public static ImmutableArray<KernelFunction> Known => KernelFunctions.Table;

    /// <summary>The functions of programs of a type.</summary>
    /// <param name="type">The type; <see cref="ProgramType.Unspecified"/>: all.</param>
    public static KernelFunctionTable ForProgram(ProgramType type) => new(Known, type);

    /// <summary>Finds the number by which calls name a function.</summary>
    /// <param name="name">The kernel's name.</param>
    /// <param name="number">The number, above 0.</param>
    /// <param name="reason">Why it is not to be had: one clause for a person; null where it is.</param>
    public bool TryFind(string name, out int number, [NotNullWhen(false)] out string? reason)
    {
        for (int i = 0; i < _functions.Length; i++)
        {
            if (_functions[i].Name == name)
            {
                number = i + 1;
                reason = _bound[i] is null ? ReasonFor(number) : null;
                return reason is null;
            }
        }

        number = 0;
        reason = $"the kernel's function {name} is not known here";
        return false;
    }

    /// <summary>Finds a function.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="function">The function; null: there is none.</param>
    public bool TryGet(int number, [NotNullWhen(true)] out BpfHelper? function)
    {
        function = (uint)(number - 1) < (uint)_bound.Length ? _bound[number - 1] : null;
        return function is not null;
    }

    /// <summary>Why the table does not have a function: one clause for a person.</summary>
    /// <param name="number">The number of a function that it does not have.</param>
    public string ReasonFor(int number)
    {
        if ((uint)(number - 1) >= (uint)_functions.Length)
        {
            return $"there is no function of the kernel with the number {number} here; a loader binds calls by name";
        }

        KernelFunction function = _functions[number - 1];
        return function.Refusal is { } refusal ? $"{function.Name} is not to be had here: {refusal}"
            : $"programs of type {_type.KernelName()} may not call {function.Name}";
    }
}

/// <summary>A function of the kernel that programs can call as such.</summary>
/// <param name="Name">The kernel's name.</param>
/// <param name="IsXdpOnly">Whether only XDP programs may call it.</param>
/// <param name="Refusal">Why it is not to be had here; null: it is.</param>
public sealed record KernelFunction(string Name, bool IsXdpOnly, string? Refusal)
{
    /// <summary>What it does.</summary>
    internal BpfHelper? Implementation { get; init; }

    /// <summary>Whether programs of a type may call it.</summary>
    /// <param name="type">The type; <see cref="ProgramType.Unspecified"/>: any.</param>
    public bool IsFor(ProgramType type) => !IsXdpOnly || type is ProgramType.Xdp or ProgramType.Unspecified;
}
