using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Programs;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf bench</c>: how long a program runs.</summary>
internal sealed class BpfBenchCommand
{
    private const int MostFrames = 1000;
    private const int MostRepeats = 10_000_000;

    private readonly ProgramArgument _program = new();

    private readonly Option<string?> _capture = new("--capture", "-c")
    {
        Description = $"Run it over the frames of a pcap or pcapng file, at most the first {MostFrames:N0}; - for standard input.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _packet = new("--packet") { Description = "Run it over one frame, given in hexadecimal from its link header. Default: 64 zero bytes.", HelpName = "HEX" };

    private readonly Option<ProgramEngine[]> _engine = EngineOption.Create("compiled", "all of them in turn");

    private readonly Option<int> _repeat = NumberOption.Create("--repeat", "N", "numbers", usual: 10_000, MostRepeats, "How many runs over each frame in each of 15 rounds.");

    private readonly Option<bool> _unchecked = new("--unchecked")
    {
        Description = "Also compile it without checks of memory. What no verifier has accepted can then do anything to this process; with --engine all it is done anyway, since the kernel has accepted it.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfBenchCommand bench = new();
        Command command = new("bench", "Measure how long a program runs: nanoseconds a run, median and spread, engines in turn.");
        bench._program.AddTo(command);
        foreach (Option option in new Option[] { bench._capture, bench._packet, bench._engine, bench._repeat, bench._unchecked, bench._json })
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!_program.TryRead(parsed, out ObjectSpec? spec, out ProgramSpec? program, out int code))
        {
            return code;
        }

        if (!TryReadFrames(parsed, out List<byte[]>? frames, out code))
        {
            return code;
        }

        ProgramEngine[] engines = parsed.GetRequiredValue(_engine);
        bool isAccepted = engines.Contains(ProgramEngine.Kernel) && engines.Contains(ProgramEngine.Compiled);
        if (isAccepted || parsed.GetValue(_unchecked))
        {
            // What the kernel does not accept is run nowhere: all are made ready before one runs.
            engines = [.. engines.Where(engine => engine != ProgramEngine.Kernel), ProgramEngine.Unchecked, .. engines.Where(engine => engine == ProgramEngine.Kernel)];
        }

        if (!ProgramRunners.TryCreate(spec, program, engines, out ProgramRunners? runners, out string? fault))
        {
            return ExitCode.Fail($"{_program.FileOf(parsed)}: {fault}");
        }

        using (runners)
        {
            ProgramBench bench = new(runners.All);
            frames.ForEach(frame => bench.Add(frame));
            IReadOnlyList<BenchResult> results = [];
            int repeat = Math.Max(1, parsed.GetValue(_repeat));
            Progress.Run("measuring", 0, () => 0, () => runners.OnTheirCpu(() => results = bench.Run(repeat, new FrameArrival(0, 1, 0))));
            if (parsed.GetValue(_json))
            {
                WriteJson(program, bench.Frames, repeat, results);
            }
            else
            {
                Print(program, bench.Frames, repeat, results);
            }

            return results.All(result => double.IsNaN(result.Median)) ? ExitCode.Fail("the program was stopped at every frame; 'saker bpf run' tells why.") : ExitCode.Success;
        }
    }

    private bool TryReadFrames(ParseResult parsed, [NotNullWhen(true)] out List<byte[]>? frames, out int code)
    {
        const int UsualLength = 64;
        frames = null;
        code = ExitCode.Success;
        (string? capture, string? packet) = (parsed.GetValue(_capture), parsed.GetValue(_packet));
        if (capture is not null && packet is not null)
        {
            code = ExitCode.Refuse("--capture and --packet both say what the program is run over; give one of them.");
            return false;
        }

        if (capture is not null)
        {
            return TryReadCapture(capture, out frames, out code);
        }

        byte[] frame = new byte[UsualLength];
        if (packet is not null)
        {
            try
            {
                frame = Convert.FromHexString(packet.Replace(" ", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal));
            }
            catch (FormatException)
            {
                code = ExitCode.Refuse($"--packet takes bytes as hexadecimal digits; '{packet}' is no such thing.");
                return false;
            }
        }

        if (frame.Length < EthernetView.FixedLength)
        {
            code = ExitCode.Refuse($"--packet has {frame.Length} bytes, and an Ethernet header alone has {EthernetView.FixedLength}.");
            return false;
        }

        frames = [frame];
        return true;
    }

    private static bool TryReadCapture(string path, [NotNullWhen(true)] out List<byte[]>? frames, out int code)
    {
        frames = null;
        using CaptureFile file = new(path);
        if (!file.TryOpenLast(out CaptureReader? reader, out CaptureFault? fault))
        {
            code = ExitCode.Fail(fault.ToString());
            return false;
        }

        using (reader)
        {
            List<byte[]> read = [];
            while (read.Count < MostFrames && reader.TryReadNext(out CaptureFrame frame))
            {
                if (frame.LinkType == LinkType.Ethernet && frame.BytesWithoutFcs.Length >= EthernetView.FixedLength)
                {
                    read.Add(frame.BytesWithoutFcs.ToArray());
                }
            }

            code = reader.Fault is { } damage ? ExitCode.Fail(damage.ToString())
                : read.Count == 0 ? ExitCode.Fail($"{path}: it has no Ethernet frames")
                : ExitCode.Success;
            frames = code == ExitCode.Success ? read : null;
            return frames is not null;
        }
    }

    private static void Print(ProgramSpec program, int frames, int repeat, IReadOnlyList<BenchResult> results)
    {
        Columns columns = new(Terminal.Output);
        columns.Line(new Part(program.Name, "bold"), $" ({program.Type.KernelName()}), {Quantity.Of(program.Instructions.Length, "slot")}: {Quantity.Of(frames, "frame")}, {Quantity.Of(repeat, "run")} of each a round");
        columns.Line();
        Table table = new("engine", ">ns a run", ">least", ">most", ">M runs/s", "");
        foreach (BenchResult result in results)
        {
            table.Add(
                result.Engine,
                Time(result.Median),
                Time(result.Least),
                Time(result.Most),
                double.IsNaN(result.Median) || result.Median <= 0 ? "-" : (1e3 / result.Median).ToString("N1", CultureInfo.InvariantCulture),
                result.Stopped > 0 ? $"stopped at {Quantity.Of(result.Stopped, "frame")}, which do not count" : "");
        }

        table.Print(columns);
    }

    private static string Time(double nanoseconds) => double.IsNaN(nanoseconds) ? "-" : nanoseconds.ToString("N1", CultureInfo.InvariantCulture);

    private static void WriteJson(ProgramSpec program, int frames, int repeat, IReadOnlyList<BenchResult> results)
    {
        using Stream output = Terminal.OpenOutput();
        using (Utf8JsonWriter writer = new(output))
        {
            writer.WriteStartObject();
            writer.WriteString("program", program.Name);
            writer.WriteString("type", program.Type.KernelName());
            writer.WriteNumber("frames", frames);
            writer.WriteNumber("repeat", repeat);
            writer.WriteStartObject("engines");
            foreach (BenchResult result in results)
            {
                writer.WriteStartObject(result.Engine);
                if (!double.IsNaN(result.Median))
                {
                    writer.WriteNumber("nanoseconds", result.Median);
                    writer.WriteNumber("least", result.Least);
                    writer.WriteNumber("most", result.Most);
                }

                writer.WriteNumber("stopped", result.Stopped);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
