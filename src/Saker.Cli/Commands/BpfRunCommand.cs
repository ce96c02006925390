using System.CommandLine;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.Programs;
using Saker.Wire.Captures;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf run</c>: a program over every frame of a capture.</summary>
internal sealed class BpfRunCommand
{
    private readonly ProgramArgument _program = new();

    private readonly Option<string> _capture = new("--capture", "-c")
    {
        Description = "A pcap or pcapng file, gzipped or not; - for standard input.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<ProgramEngine[]> _engine = EngineOption.Create("compiled", "all of them are compared, frame by frame and map by map");

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "Write the frames that the program lets live, as it left them, to a capture file (pcapng; pcap if the name ends so).",
        HelpName = "FILE",
    };

    private readonly Option<int?> _limit = NumberOption.CreateOptional("--limit", "frames", int.MaxValue, "Stop after so many frames.");

    private readonly Option<int> _device = NumberOption.Create(
        "--ifindex", "N", "device numbers", usual: 1, int.MaxValue, "The number of the device that frames come by, as the program sees it. In the kernel it must be one of its own.");

    private readonly Option<int?> _queue = QueueOption();

    private readonly Option<bool> _maps = new("--maps") { Description = "Print all entries of all maps, and constants. By default the first ten of each." };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: every frame's verdict, maps with all entries, sums." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfRunCommand run = new();
        Command command = new("run", "Run an XDP, tc or socket filter program over every frame of a capture: verdicts, frames as changed, maps afterwards. Time is the capture's.");
        run._program.AddTo(command);
        foreach (Option option in new Option[] { run._capture, run._engine, run._out, run._limit, run._device, run._queue, run._maps, run._json })
        {
            command.Add(option);
        }

        command.SetAction(run.Run);
        return command;
    }

    private static Option<int?> QueueOption()
    {
        const int MostQueues = 65535;
        return new Option<int?>("--queue")
        {
            Description = "The receive queue that frames come by. Default: what the capture says of each, or 0.",
            HelpName = "N",
            CustomParser = result =>
            {
                string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
                if (int.TryParse(given, out int number) && number is >= 0 and <= MostQueues)
                {
                    return number;
                }

                result.AddError($"--queue takes numbers from 0 to {MostQueues}; '{given}' is none of them.");
                return null;
            },
        };
    }

    private int Run(ParseResult parsed)
    {
        if (!_program.TryRead(parsed, out ObjectSpec? spec, out ProgramSpec? program, out int code))
        {
            return code;
        }

        using CaptureFile file = new(parsed.GetRequiredValue(_capture));
        if (!file.TryOpenLast(out CaptureReader? reader, out CaptureFault? captureFault))
        {
            return ExitCode.Fail(captureFault.ToString());
        }

        using (reader)
        {
            if (!ProgramRunners.TryCreate(spec, program, parsed.GetRequiredValue(_engine), out ProgramRunners? runners, out string? fault))
            {
                return ExitCode.Fail($"{_program.FileOf(parsed)}: {fault}");
            }

            using (runners)
            {
                if (!SentFrames.TryCreate(parsed.GetValue(_out), out SentFrames frames, out fault))
                {
                    return ExitCode.Fail(fault);
                }

                using (frames)
                {
                    return Run(parsed, program, file, reader, runners, frames);
                }
            }
        }
    }

    private int Run(ParseResult parsed, ProgramSpec program, CaptureFile file, CaptureReader reader, ProgramRunners runners, SentFrames frames)
    {
        CaptureRun run = new(runners.All, program.Type, new CaptureRunOptions
        {
            Limit = parsed.GetValue(_limit) ?? long.MaxValue,
            Device = (uint)parsed.GetValue(_device),
            Queue = parsed.GetValue(_queue) is { } queue ? (uint)queue : runners.AsksKernel ? 0 : null,
        });
        bool asJson = parsed.GetValue(_json);
        using Stream? output = asJson ? Terminal.OpenOutput() : null;
        using ProgramRunJson? json = output is null ? null : new ProgramRunJson(output, file.Name, program, runners.All);
        LivingFrames? living = frames.AreWanted ? new LivingFrames(frames, program.Type, runners.All[0], json) : null;
        Progress.Run("running", file.Length, () => reader.Position, () => runners.OnTheirCpu(() => run.Run(reader, living is not null ? living : json)));
        MapDifference[] maps = [.. runners.All.Skip(1).SelectMany(other => MapDifference.Between(runners.All[0], other))];
        if (json is not null)
        {
            WriteMaps(json, runners);
            json.Finish(run, maps);
        }
        else
        {
            new ProgramRunReport(file.Name, program, run, runners, maps).Print(parsed.GetValue(_maps));
        }

        ProgramRunReport.TellTime(run, runners);
        return reader.Fault is { } captureFault ? ExitCode.Fail(captureFault.ToString())
            : run.Differing > 0 || maps.Length > 0 ? ExitCode.Fail("the engines differ.")
            : ExitCode.Success;
    }

    private static void WriteMaps(ProgramRunJson json, ProgramRunners runners)
    {
        foreach (IProgramRunner runner in runners.All)
        {
            foreach (MapSpec map in runner.Object.Spec.Maps)
            {
                if (runner.Object.TryFindMap(map.Name, out Saker.Bpf.IBpfMap? made))
                {
                    json.Map(runner.Engine, MapContents.Read(made), MapTypes.Of(runner.Object.Spec, map.Name));
                }
            }
        }
    }

    /// <summary>Writes the frames that live, of the first engine.</summary>
    private sealed class LivingFrames(SentFrames frames, ProgramType type, IProgramRunner first, ICaptureRunSink? next) : ICaptureRunSink
    {
        public void Frame(in RunFrame frame, IProgramRunner runner, in FrameResult result)
        {
            if (runner == first && result.Fault is null && !Verdicts.IsDrop(type, result.Value))
            {
                frames.Write("xdp", frame.Arrival.Time, runner.Output);
            }

            next?.Frame(frame, runner, result);
        }
    }
}
