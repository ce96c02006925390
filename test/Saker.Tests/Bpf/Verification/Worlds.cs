using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Where a program runs to be compared with itself: with checks, on a stack full of zeros and on a soiled one; compiled without checks; and compiled with its proof.</summary>
internal sealed class Worlds : IDisposable
{
    private const int Proven = 3;

    /// <summary>For programs that are not compared: their addresses may lie in maps.</summary>
    private readonly SoundnessWorld _alone = new(BpfEngine.Interpreter, MemoryChecks.All);

    private SoundnessWorld[] _compared = Make();
    private BpfExecutable[] _programs = [];
    private ProgramType _type;
    private bool _isComparable;

    /// <summary>What went wrong in the latest run; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether the program is not to be run any more: it reads what it has not written, and nothing can be said of it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Makes a program ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="type">Its type.</param>
    /// <param name="proof">What is proven of it; null: nothing.</param>
    /// <param name="isComparable">Whether it is to be compared; else it runs with checks alone.</param>
    /// <param name="fault">Why no engine can prepare it.</param>
    public bool TryPrepare(BpfProgram program, ProgramType type, VerifierProof? proof, bool isComparable, out InstructionFault? fault)
    {
        (_type, _isComparable, IsOver, fault) = (type, isComparable, false, null);
        List<BpfExecutable> programs = [];
        foreach (SoundnessWorld world in isComparable ? _compared : [_alone])
        {
            if (world.Of(program, type, out fault, programs.Count == Proven ? proof : null) is not { } executable)
            {
                return false;
            }

            programs.Add(executable);
        }

        _programs = [.. programs];
        return true;
    }

    /// <summary>Runs the program over a frame.</summary>
    /// <returns>Whether what it did with checks was compared with what it did without.</returns>
    public bool Run(byte[] frame, uint chance, StateWitness witness)
    {
        SoundnessWorld[] worlds = _isComparable ? _compared : [_alone];
        string[] outcomes = new string[worlds.Length];
        for (int i = 0; i < worlds.Length; i++)
        {
            worlds[i].Cpu.Observer = i == 0 ? witness : i == 1 ? new SoiledStack(worlds[i].Cpu) : null;
            (RunResult result, byte[] packet) = worlds[i].Run(_programs[i], _type, frame, chance);
            if (!result.IsCompleted)
            {
                Fault = $"{result.Fault}";
                return false;
            }

            outcomes[i] = $"{result.Value} {Convert.ToHexStringLower(packet)} {(_isComparable ? worlds[i].Contents() : "")}";
        }

        if (!_isComparable)
        {
            return false;
        }

        // A proven program finds zeros on the stack, too.
        Fault = outcomes[0] == outcomes[Proven] ? null : $"with checks: {outcomes[0]}\nwith a proof: {outcomes[Proven]}";
        if (outcomes[0] != outcomes[1])
        {
            // It reads what it has not written. The maps differ from now on.
            Array.ForEach(_compared, world => world.Dispose());
            _compared = Make();
            IsOver = true;
            return false;
        }

        Fault ??= outcomes[0] == outcomes[2] ? null : $"with checks: {outcomes[0]}\nwithout: {outcomes[2]}";
        return true;
    }

    public void Dispose()
    {
        Array.ForEach(_compared, world => world.Dispose());
        _alone.Dispose();
    }

    private static SoundnessWorld[] Make() =>
    [
        new(BpfEngine.Interpreter, MemoryChecks.All), new(BpfEngine.Interpreter, MemoryChecks.All), new(BpfEngine.Compiled, MemoryChecks.None),
        new(BpfEngine.Compiled, MemoryChecks.All),
    ];
}
