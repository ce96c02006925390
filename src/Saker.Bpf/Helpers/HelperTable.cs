using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>A function that programs call by its number (<c>bpf-helpers(7)</c>).</summary>
/// <param name="cpu">What the program runs on: by it a helper reaches the program's memory, maps and context.</param>
/// <param name="r1">The first argument.</param>
/// <param name="r2">The second argument.</param>
/// <param name="r3">The third argument.</param>
/// <param name="r4">The fourth argument.</param>
/// <param name="r5">The fifth argument.</param>
/// <returns>What the program gets in r0.</returns>
public delegate ulong BpfHelper(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5);

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
