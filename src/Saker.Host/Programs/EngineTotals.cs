using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>What a program came to over the frames of a capture, in one engine.</summary>
public sealed class EngineTotals
{
    private readonly SortedDictionary<int, VerdictTotal> _verdicts = [];
    private readonly Dictionary<string, FaultTotal> _faults = [];

    internal EngineTotals(string engine, ProgramType type)
    {
        Engine = engine;
        Type = type;
    }

    /// <summary>The engine.</summary>
    public string Engine { get; }

    /// <summary>What the program is run for.</summary>
    public ProgramType Type { get; }

    /// <summary>Frames that it was run over.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames that it left other than they came.</summary>
    public long Changed { get; private set; }

    /// <summary>How long all runs took, with the frames' way into and out of the engine.</summary>
    public TimeSpan Time { get; internal set; }

    /// <summary>What it returned, in the order of the numbers.</summary>
    public IReadOnlyCollection<VerdictTotal> Verdicts => _verdicts.Values;

    /// <summary>Why it was stopped, most frequent first.</summary>
    public IReadOnlyList<FaultTotal> Faults => [.. _faults.Values.OrderByDescending(fault => fault.Frames)];

    internal void Add(long number, in FrameResult result, int length, bool isChanged)
    {
        Frames++;
        if (result.Fault is { } fault)
        {
            _faults[fault] = _faults.TryGetValue(fault, out FaultTotal? known)
                ? known with { Frames = known.Frames + 1 }
                : new FaultTotal(fault, 1, number, result.Details ?? fault);
            return;
        }

        Changed += isChanged ? 1 : 0;
        string name = Programs.Verdicts.NameOf(Type, result.Value);
        int order = (int)result.Value;
        _verdicts[order] = _verdicts.TryGetValue(order, out VerdictTotal? total)
            ? total with { Frames = total.Frames + 1, Bytes = total.Bytes + length }
            : new VerdictTotal(name, result.Value, 1, length, number);
    }
}

/// <summary>How many frames got a verdict.</summary>
/// <param name="Name">The kernel's name of it.</param>
/// <param name="Value">What the program returned.</param>
/// <param name="Frames">How many.</param>
/// <param name="Bytes">Their bytes, as they came.</param>
/// <param name="First">The number of the first one.</param>
public sealed record VerdictTotal(string Name, uint Value, long Frames, long Bytes, long First);

/// <summary>How many frames a program was stopped at for one reason.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Frames">How many.</param>
/// <param name="First">The number of the first one.</param>
/// <param name="Details">What happened there.</param>
public sealed record FaultTotal(string Reason, long Frames, long First, string Details);
