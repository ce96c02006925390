using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.Host.Programs;

/// <summary>What the verifier says of a program of an object, and beside it the running kernel's, if it was asked.</summary>
public sealed class ProgramVerdict
{
    private ProgramVerdict(ProgramSpec program, VerifierResult? result, string? fault)
    {
        Program = program;
        Result = result;
        Fault = fault;
    }

    /// <summary>The program, relocated.</summary>
    public ProgramSpec Program { get; }

    /// <summary>What was found; null: its code is none.</summary>
    public VerifierResult? Result { get; }

    /// <summary>Why its code is none; null: it was verified.</summary>
    public string? Fault { get; }

    /// <summary>Whether it is safe to run.</summary>
    public bool IsAccepted => Result is { IsAccepted: true };

    /// <summary>What the kernel says; null: it was not asked.</summary>
    public KernelVerdict? Kernel { get; private set; }

    /// <summary>Verifies programs of an object.</summary>
    /// <param name="spec">The object. Where code depends on the kernel's types it is relocated against the running kernel's.</param>
    /// <param name="name">One of its programs; null: all but those that are loaded only if asked for.</param>
    /// <param name="configuration">What the object is told of a kernel's configuration: those values are constants to it.</param>
    /// <param name="change">What is to be known of them beside what the object tells; null: nothing.</param>
    /// <param name="verdicts">What is said of each, in the order of the object.</param>
    /// <param name="fault">Why nothing is, in one line.</param>
    public static bool TryVerify(
        ObjectSpec spec,
        string? name,
        ConfigurationValues configuration,
        Func<VerifierOptions, VerifierOptions>? change,
        [NotNullWhen(true)] out IReadOnlyList<ProgramVerdict>? verdicts,
        [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        verdicts = null;
        if (name is not null && spec.FindProgram(name) is null)
        {
            fault = $"the object has no program '{name}'; it has {string.Join(", ", spec.Programs.Select(program => program.Name))}";
            return false;
        }

        ObjectSpec chosen = spec with { Programs = [.. spec.Programs.Where(program => name is null ? !program.IsOptional : program.Name == name)] };
        if (chosen.Programs.IsEmpty)
        {
            fault = spec.Programs.IsEmpty ? "the object has no programs" : "the object has only programs that are loaded if asked for: choose one with --program";
            return false;
        }

        bool isRelocated = chosen.Programs.Any(program => !program.CoreRelocations.IsEmpty);
        if (!chosen.TryPrepare(configuration, isRelocated ? KernelTypes.Own : null, out ObjectSpec? known, out fault))
        {
            return false;
        }

        verdicts = [.. known.Programs.Select(program => Of(known, program, change))];
        return true;
    }

    /// <summary>Asks the running kernel, as root: loads the object with this program alone, and gives it up again. Nothing is pinned, or taken from where it is.</summary>
    /// <param name="spec">The object.</param>
    public void AskKernel(ObjectSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ObjectSpec own = spec with { Maps = [.. spec.Maps.Select(map => WithSizes(map) with { IsPinnedByName = false })] };
        if (KernelObject.TryLoad(own, out KernelObject? loaded, out KernelRefusal? refusal, new KernelObjectOptions { Programs = [Program.Name], CountsWork = true }))
        {
            using (loaded)
            {
                Kernel = new KernelVerdict(IsAccepted: true, loaded.Programs[Program.Name].Work, "", "");
            }

            return;
        }

        ProgramRefusal? ofProgram = refusal as ProgramRefusal;
        Kernel = new KernelVerdict(IsAccepted: false, ofProgram?.Work, refusal.ToString(), ofProgram?.Log ?? "");
    }

    /// <summary>Sizes that an object leaves to who loads it, and without which the kernel makes no map: those that are right for all machines are the smallest.</summary>
    private static MapSpec WithSizes(MapSpec map) => map with
    {
        MaximumEntries = map.MaximumEntries != 0 ? map.MaximumEntries
            : map.Type is MapType.RingBuffer or MapType.UserRingBuffer ? (uint)Environment.SystemPageSize
            : map.Type is MapType.SocketStorage or MapType.TaskStorage or MapType.InodeStorage or MapType.CgroupLocalStorage or MapType.CgroupStorage or MapType.PerCpuCgroupStorage ? 0u
            : 1u,
        KeySize = map is { Type: MapType.PerfEventArray, KeySize: 0 } ? sizeof(int) : map.KeySize,
        ValueSize = map is { Type: MapType.PerfEventArray } ? sizeof(int) : map.ValueSize,
        Inner = map.Inner is { } inner ? WithSizes(inner) : null,
    };

    private static ProgramVerdict Of(ObjectSpec spec, ProgramSpec program, Func<VerifierOptions, VerifierOptions>? change)
    {
        VerifierResult? result = spec.Verify(program, change, out InstructionFault? fault);
        return new ProgramVerdict(program, result, fault?.ToString());
    }
}

/// <summary>What the running kernel says of a program.</summary>
/// <param name="IsAccepted">Whether it takes it.</param>
/// <param name="Work">How much work it was; null: it does not tell.</param>
/// <param name="Refusal">Why it does not, in one line; empty: it does.</param>
/// <param name="Log">All that its verifier said; empty: nothing.</param>
public sealed record KernelVerdict(bool IsAccepted, VerifierWork? Work, string Refusal, string Log);
