using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>A function that programs call by its number (<c>bpf-helpers(7)</c>).</summary>
/// <param name="caller">The run that calls it: by it a helper reaches the memory of the program.</param>
/// <param name="r1">The first argument.</param>
/// <param name="r2">The second argument.</param>
/// <param name="r3">The third argument.</param>
/// <param name="r4">The fourth argument.</param>
/// <param name="r5">The fifth argument.</param>
/// <returns>What the program gets in r0.</returns>
public delegate ulong BpfHelper(IHelperCaller caller, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5);

/// <summary>What a helper may ask of the program that called it.</summary>
public interface IHelperCaller
{
    /// <summary>Memory of the program. What is not its own is not given, and the program is stopped when the helper returns.</summary>
    /// <param name="address">The address, as the program gave it.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="writes">Whether the helper writes it.</param>
    /// <param name="bytes">The bytes, until the helper returns.</param>
    bool TryGetMemory(ulong address, int length, bool writes, out Span<byte> bytes);

    /// <summary>Calls a function of the program, whose address it gave as an argument.</summary>
    /// <param name="function">The address.</param>
    /// <param name="r1">The first argument.</param>
    /// <param name="r2">The second argument.</param>
    /// <param name="r3">The third argument.</param>
    /// <param name="value">What it returned.</param>
    /// <returns>Whether it returned; else the program is stopped when the helper returns.</returns>
    bool TryCall(ulong function, ulong r1, ulong r2, ulong r3, out ulong value);

    /// <summary>Stops the program when the helper returns: its arguments are none that a verified program could give.</summary>
    void Fail();
}

/// <summary>The helpers that programs may call, by number. It is filled before programs are made ready with it.</summary>
public sealed class HelperTable
{
    /// <summary>Numbers of helpers are below this.</summary>
    public const int MaximumNumber = 512;

    private readonly BpfHelper?[] _helpers = new BpfHelper?[MaximumNumber];

    /// <summary>Adds or replaces a helper.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="helper">What it does.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is too large.</exception>
    public void Add(int number, BpfHelper helper)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)MaximumNumber, nameof(number));
        _helpers[number] = helper;
    }

    /// <summary>Finds a helper.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="helper">The helper; null: there is none.</param>
    public bool TryGet(ulong number, [NotNullWhen(true)] out BpfHelper? helper)
    {
        helper = number < MaximumNumber ? _helpers[number] : null;
        return helper is not null;
    }
}
