using System.CommandLine;
using System.Diagnostics;
using Saker.Cli.Output;
using Saker.Host.Replay;

namespace Saker.Cli.Commands;

/// <summary><c>saker replay</c>: every frame of a capture through a host's receive path.</summary>
internal sealed class ReplayCommand
{
    private readonly HostOptions _host = new();
    private readonly RunOptions _run = new();

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: every frame's verdict, reason and counters." };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Write the frames that the host sends to a capture file (pcapng; pcap if the name ends so).",
        HelpName = "FILE",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        ReplayCommand replay = new();
        Command command = new("replay", "Run every frame of a capture through the receive path of a host.");
        replay._host.AddTo(command);
        replay._run.AddTo(command);
        command.Add(replay._json);
        command.Add(replay._out);
        command.SetAction(replay.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!_host.TryOpen(parsed, out Scene? scene, out int code))
        {
            return code;
        }

        using (scene)
        {
            if (!_run.TryRead(parsed, scene, out ReplayOptions? options, out string? misuse))
            {
                return ExitCode.Refuse(misuse);
            }

            if (!SentFrames.TryCreate(parsed.GetValue(_out), out SentFrames sent, out string? fault))
            {
                return ExitCode.Fail(fault);
            }

            using (sent)
            {
                return Replay(parsed.GetValue(_json), options, scene, sent);
            }
        }
    }

    private static int Replay(bool asJson, ReplayOptions options, Scene scene, SentFrames sent)
    {
        options = options with { MeasureCounters = asJson, Sent = sent.Sender };
        Stopwatch watch = Stopwatch.StartNew();
        long frames;
        long cutFrames;
        if (asJson)
        {
            using Stream output = Terminal.OpenOutput();
            using ReplayJson json = new(output, scene.File.Name, scene.Device, scene.Host.Devices);
            using ReplaySession session = new(scene.Host, options, json);
            session.Run(scene.Reader);
            json.Finish(session.Load);
            (frames, cutFrames) = (scene.Reader.FrameCount, session.CutFrames);
        }
        else
        {
            ReplayReport report = new(scene);
            using ReplaySession session = new(scene.Host, options, report);
            Progress.Run("replaying", scene.File.Length, () => scene.Reader.Position, () => session.Run(scene.Reader));
            report.Print(session.Paths, session.Load);
            (frames, cutFrames) = (scene.Reader.FrameCount, session.CutFrames);
        }

        double seconds = watch.Elapsed.TotalSeconds;
        Console.Error.WriteLine($"{Quantity.Of(frames, "frame")} in {seconds:0.000} s, {frames / seconds:N0} frames a second");
        if (cutFrames != 0)
        {
            ExitCode.Warn($"{Quantity.Of(cutFrames, "frame")} cut by the capture's snapshot length: no more was received than is in the file.");
        }

        return scene.Reader.Fault is { } captureFault ? ExitCode.Fail(captureFault.ToString()) : ExitCode.Success;
    }
}
