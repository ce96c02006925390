using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Helpers;

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

/// <summary>
/// The helpers that programs may call, by number. <see cref="ForProgram"/> has what programs of a type may call in the kernel, as far as it is to be had here; a table of
/// one's own is filled before programs are made ready with it.
/// </summary>
public sealed class HelperTable
{
    /// <summary>Numbers of helpers are below this.</summary>
    public const int MaximumNumber = 512;

    private static readonly ConcurrentDictionary<ProgramType, HelperTable> Shared = new();

    private readonly BpfHelper?[] _helpers = new BpfHelper?[MaximumNumber];
    private readonly ProgramType? _type;
    private bool _isShared;

    /// <summary>Makes an empty table.</summary>
    public HelperTable()
    {
    }

    private HelperTable(ProgramType type)
    {
        _type = type;
        foreach (HelperDescription helper in KernelHelpers.All)
        {
            if (helper.IsFor(type))
            {
                _helpers[helper.Number] = HelperImplementations.Find(helper.Number, type);
            }
        }

        _isShared = true;
    }

    /// <summary>The helpers of programs of a type. All callers get the same table, which does not change.</summary>
    /// <param name="type">The type; <see cref="ProgramType.Unspecified"/>: all helpers that there are.</param>
    public static HelperTable ForProgram(ProgramType type) => Shared.GetOrAdd(type, static type => new HelperTable(type));

    /// <summary>Adds or replaces a helper.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="helper">What it does.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is too large.</exception>
    /// <exception cref="InvalidOperationException">The table is shared: <see cref="Copy"/> it.</exception>
    public void Add(int number, BpfHelper helper)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)MaximumNumber, nameof(number));
        if (_isShared)
        {
            throw new InvalidOperationException("This table is shared; add to a copy of it.");
        }

        _helpers[number] = helper;
    }

    /// <summary>A table with the same helpers, which can be added to.</summary>
    public HelperTable Copy()
    {
        HelperTable copy = _type is { } type ? new HelperTable(type) { _isShared = false } : new HelperTable();
        _helpers.CopyTo(copy._helpers, 0);
        return copy;
    }

    /// <summary>Stands where a program refers to what there is not, behind a test that should have kept it from there: a run that comes to it is over.</summary>
    private static ulong Poisoned(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        cpu.Fault = new RunFault(RunFaultKind.Poisoned, 0);
        return 0;
    }

    /// <summary>Finds a helper.</summary>
    /// <param name="number">Its number; that of poisoned calls, too, which every table has.</param>
    /// <param name="helper">The helper; null: there is none.</param>
    public bool TryGet(ulong number, [NotNullWhen(true)] out BpfHelper? helper)
    {
        helper = number < MaximumNumber ? _helpers[number] : number == CoreRelocation.PoisonedCall ? Poisoned : null;
        return helper is not null;
    }

    /// <summary>Why the table does not have a helper: one clause for a person.</summary>
    /// <param name="number">The number of a helper that it does not have.</param>
    public string ReasonFor(ulong number)
    {
        if (!KernelHelpers.TryFind(number, out HelperDescription? helper))
        {
            return $"there is no helper {number}";
        }

        return helper.Refusal is { } refusal ? $"{helper.Name} is not to be had here: {refusal}"
            : _type is not { } type ? $"{helper.Name} is not among the helpers that this program was given"
            : $"programs of type {type.KernelName()} may not call {helper.Name}";
    }
}
