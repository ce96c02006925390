using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Where a program runs to be compared with itself: with checks, on a stack full of zeros and on a soiled one, and compiled without checks.</summary>
internal sealed class Worlds : IDisposable
{
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
    /// <param name="isComparable">Whether it is to be compared; else it runs with checks alone.</param>
    /// <param name="fault">Why no engine can prepare it.</param>
    public bool TryPrepare(BpfProgram program, ProgramType type, bool isComparable, out InstructionFault? fault)
    {
        (_type, _isComparable, IsOver, fault) = (type, isComparable, false, null);
        List<BpfExecutable> programs = [];
        foreach (SoundnessWorld world in isComparable ? _compared : [_alone])
        {
            if (world.Of(program, type, out fault) is not { } executable)
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
            (RunResult result, byte[] packet) = Run(worlds[i], _programs[i], frame, chance, i == 0 ? witness : i == 1 ? new SoiledStack(worlds[i].Cpu) : null);
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

        if (outcomes[0] != outcomes[1])
        {
            // It reads what it has not written. The maps differ from now on.
            Array.ForEach(_compared, world => world.Dispose());
            _compared = Make();
            IsOver = true;
            return false;
        }

        Fault = outcomes[0] == outcomes[2] ? null : $"with checks: {outcomes[0]}\nwithout: {outcomes[2]}";
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
    ];

    private (RunResult Result, byte[] Packet) Run(SoundnessWorld world, BpfExecutable program, byte[] frame, uint chance, IInstructionObserver? observer)
    {
        PacketContext context = _type == ProgramType.Xdp ? new XdpContext() : new SkbContext();
        world.Host.Begin(chance);
        context.Load(frame);
        world.Cpu.Observer = observer;
        RunResult result = program.Run(world.Cpu, context);
        byte[] packet = new byte[context.Length];
        context.CopyTo(packet);
        return (result, packet);
    }
}
