using System.Diagnostics;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Runs a program in this process.</summary>
public sealed class ProcessRunner : IProgramRunner
{
    /// <summary>As much of a frame as the kernel's test run puts into linear memory: a page without what it keeps free at both ends.</summary>
    private const int LongestLinear = 4096 - XdpContext.Headroom - 320;

    private readonly LoadedObject _object;
    private readonly LoadedProgram _program;
    private readonly CaptureHost _host = new();
    private readonly BpfCpu _cpu;
    private readonly PacketContext _context;
    private byte[] _output = [];
    private int _outputLength;

    /// <summary>Makes a runner.</summary>
    /// <param name="loaded">The object; it is disposed with this.</param>
    /// <param name="program">A program that runs over packets (<see cref="CanRun"/>).</param>
    /// <param name="cpu">The number of the CPU that it runs on.</param>
    public ProcessRunner(LoadedObject loaded, LoadedProgram program, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(program);
        _object = loaded;
        _program = program;
        _cpu = new BpfCpu(cpu, _host);
        _context = program.Spec.Type == ProgramType.Xdp ? new XdpContext() : new SkbContext();
    }

    /// <inheritdoc/>
    public string Engine => _program.Executable switch
    {
        { Engine: BpfEngine.Interpreter } => "interpreter",
        { Checks: MemoryChecks.None, Proof: null } => "compiled, no checks",
        _ => "compiled",
    };

    /// <inheritdoc/>
    public string? Grounds => _program switch
    {
        { Executable.Engine: BpfEngine.Interpreter } => null,
        { Executable.Proof: not null } => "proven by the verifier, without checks",
        { Verification.Refusal: { } refusal } => $"with checks, since the verifier refuses it: {refusal}",
        { Verification: not null } => "with checks, since something may go wrong that the verifier lets pass",
        _ => null,
    };

    /// <inheritdoc/>
    public IBpfObject Object => _object;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, _outputLength);

    /// <summary>Whether programs of a type run over packets, and so can be run over captured ones.</summary>
    public static bool CanRun(ProgramType type) =>
        type is ProgramType.Xdp or ProgramType.SchedulerClassifier or ProgramType.SchedulerAction or ProgramType.SocketFilter or ProgramType.CgroupSkb;

    /// <inheritdoc/>
    public FrameResult Run(ReadOnlySpan<byte> frame, in FrameArrival arrival)
    {
        Load(frame, arrival);
        RunResult result = _program.Run(_cpu, _context);
        if (!result.IsCompleted)
        {
            _outputLength = 0;
            return new FrameResult(0, Summary(result.Fault), result.Fault.ToString() + SourceOf(result.Fault.Slot));
        }

        int length = _context.Length;
        if (_output.Length < length)
        {
            _output = new byte[Math.Max(length, 4096)];
        }

        _outputLength = _context.CopyTo(_output);
        return new FrameResult((uint)result.Value);
    }

    /// <inheritdoc/>
    public double Measure(ReadOnlySpan<byte> frame, in FrameArrival arrival, int count)
    {
        Load(frame, arrival);
        BpfExecutable executable = _program.Executable;
        long start = Stopwatch.GetTimestamp();
        bool isCompleted = true;
        for (int i = 0; i < count; i++)
        {
            isCompleted &= executable.Run(_cpu, _context).IsCompleted;
        }

        double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
        return isCompleted ? time : -1;
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();

    private void Load(ReadOnlySpan<byte> frame, in FrameArrival arrival)
    {
        _host.Time = arrival.Time;
        if (_context is XdpContext xdp)
        {
            if (frame.Length > LongestLinear)
            {
                xdp.Load(frame, LongestLinear);
            }
            else
            {
                xdp.Load(frame);
            }

            (xdp.IngressDevice, xdp.ReceiveQueue) = (arrival.Device, arrival.Queue);
            xdp.ReceiveTimestamp = (ulong)arrival.Time;
        }
        else if (_context is SkbContext skb)
        {
            skb.Load(frame);
        }
    }

    private static string Summary(RunFault fault) => fault.Kind switch
    {
        RunFaultKind.OutsideRead => $"instruction {fault.Slot} reads where the program has no memory",
        RunFaultKind.OutsideWrite => $"instruction {fault.Slot} writes where the program has no memory that it may write",
        RunFaultKind.Misaligned => $"instruction {fault.Slot} is atomic and not aligned",
        RunFaultKind.UnknownCallee => $"instruction {fault.Slot} calls what cannot be called",
        _ => fault.ToString(),
    };

    private string SourceOf(int slot) => SourceLine.At(_program.Spec.Lines, slot) is { } line ? $" ({line.Place}: {line.Text.Trim()})" : "";
}
