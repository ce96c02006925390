using System.Diagnostics;
using Saker.Bpf;
using Saker.Host.Replay;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Programs;

/// <summary>Gets what happens to each frame of a run.</summary>
public interface ICaptureRunSink
{
    /// <summary>An engine has run the program over a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="runner">The engine; it has the frame as it is now.</param>
    /// <param name="result">What the program came to.</param>
    void Frame(in RunFrame frame, IProgramRunner runner, in FrameResult result);
}

/// <summary>A frame that a program is run over.</summary>
/// <param name="number">Its number in the capture.</param>
/// <param name="arrival">How it came.</param>
/// <param name="bytes">The frame as it came.</param>
public readonly ref struct RunFrame(long number, FrameArrival arrival, ReadOnlySpan<byte> bytes)
{
    /// <summary>Its number in the capture, from 1.</summary>
    public long Number { get; } = number;

    /// <summary>How it came.</summary>
    public FrameArrival Arrival { get; } = arrival;

    /// <summary>The frame as it came.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>
/// Runs a program over the frames of a capture, in one engine or in several that are compared: frame by frame in what the program returned and in the frame that it
/// left, and at the end in the contents of the maps.
/// </summary>
public sealed class CaptureRun
{
    private readonly IReadOnlyList<IProgramRunner> _runners;
    private readonly CaptureRunOptions _options;
    private readonly EthernetFrames _ethernet = new();

    /// <summary>Makes a run.</summary>
    /// <param name="runners">The engines; the first one is what others are compared with.</param>
    /// <param name="type">What the program is run for.</param>
    /// <param name="options">How it is run.</param>
    public CaptureRun(IReadOnlyList<IProgramRunner> runners, ProgramType type, CaptureRunOptions options)
    {
        _runners = runners;
        _options = options;
        Totals = [.. runners.Select(runner => new EngineTotals(runner.Engine, type))];
    }

    /// <summary>What it came to, by engine.</summary>
    public IReadOnlyList<EngineTotals> Totals { get; }

    /// <summary>Frames of which the capture holds only the beginning: the program saw that.</summary>
    public long Cut { get; private set; }

    /// <summary>Frames shorter than an Ethernet header, which no program is run over.</summary>
    public long TooShort { get; private set; }

    /// <summary>The first frame at which two engines differ; null: there is none.</summary>
    public RunDifference? Difference { get; private set; }

    /// <summary>How many frames differ.</summary>
    public long Differing { get; private set; }

    /// <summary>Runs over all frames, as many as are wanted.</summary>
    /// <param name="reader">The capture.</param>
    /// <param name="sink">Gets every frame; null: nobody.</param>
    public void Run(CaptureReader reader, ICaptureRunSink? sink = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        for (long left = _options.Limit; left > 0 && reader.TryReadNext(out CaptureFrame captured); left--)
        {
            if (!_ethernet.TryMake(captured, HostAddress, out ReadOnlySpan<byte> bytes) || bytes.Length < EthernetView.FixedLength)
            {
                TooShort++;
                continue;
            }

            Cut += captured.IsCut ? 1 : 0;
            uint queue = _options.Queue ?? (captured.TryGetQueue(out uint known) ? known : 0);
            Run(new RunFrame(captured.Number, new FrameArrival(captured.TimestampNanoseconds, _options.Device, queue), bytes), sink);
        }
    }

    /// <summary>The link address of whoever receives frames that came without one.</summary>
    private static MacAddress HostAddress { get; } = MacAddress.Parse("02:00:00:00:00:01");

    private void Run(in RunFrame frame, ICaptureRunSink? sink)
    {
        FrameResult first = default;
        bool differs = false;
        for (int i = 0; i < _runners.Count; i++)
        {
            IProgramRunner runner = _runners[i];
            long start = Stopwatch.GetTimestamp();
            FrameResult result = runner.Run(frame.Bytes, frame.Arrival);
            Totals[i].Time += Stopwatch.GetElapsedTime(start);
            Totals[i].Add(frame.Number, result, frame.Bytes.Length, !runner.Output.SequenceEqual(frame.Bytes));
            if (i == 0)
            {
                first = result;
            }
            else if (RunDifference.Between(frame, Totals[0].Type, _runners[0], first, runner, result) is { } difference)
            {
                differs = true;
                Difference ??= difference;
            }

            sink?.Frame(frame, runner, result);
        }

        Differing += differs ? 1 : 0;
    }
}

/// <summary>How a program is run over a capture.</summary>
public sealed record CaptureRunOptions
{
    /// <summary>How many frames at most.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>The index of the device that frames come by, as programs see it. The kernel's test run knows its own devices only; 1 is its loopback.</summary>
    public uint Device { get; init; } = 1;

    /// <summary>The queue that they come by; null: what the capture says, or 0.</summary>
    public uint? Queue { get; init; }
}
