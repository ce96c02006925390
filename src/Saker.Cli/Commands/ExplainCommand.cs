using System.CommandLine;
using Saker.Cli.Output;
using Saker.Host.Explain;
using Saker.Host.Replay;

namespace Saker.Cli.Commands;

/// <summary><c>saker explain</c>: everything about one frame: its headers, its way, every check, the verdict, and what to look at next.</summary>
internal sealed class ExplainCommand
{
    private readonly HostOptions _host = new();
    private readonly RunOptions _run = new();

    private readonly Argument<long> _frame = new("FRAME")
    {
        Description = "The frame's number in the capture, from 1, as 'saker replay' and other tools count.",
        CustomParser = result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (long.TryParse(given, out long number) && number > 0 && number <= uint.MaxValue)
            {
                return number;
            }

            result.AddError($"FRAME is a frame's number, counted from 1; '{given}' is none.");
            return 0;
        },
    };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object: the frame with its headers, stages and checks." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        ExplainCommand explain = new();
        Command command = new("explain", "Tell the way of one frame of a capture: its headers, each stage with every check, the verdict, and what to look at next.");
        explain._host.AddTo(command, explain._frame);
        explain._run.AddTo(command);
        command.Add(explain._json);
        command.SetAction(explain.Run);
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

            long number = parsed.GetRequiredValue(_frame);
            FrameExplanation? explanation = null;
            Progress.Run(
                $"replaying up to frame {number}",
                scene.File.Length,
                () => scene.Reader.Position,
                () => explanation = FrameExplainer.Explain(scene.Host, options, scene.Reader, number, scene.IsInferred));
            if (explanation is null)
            {
                return scene.Reader.Fault is { } fault
                    ? ExitCode.Fail($"frame {number} cannot be reached: {fault}")
                    : ExitCode.Refuse($"{scene.File.Name} has {Quantity.Of(scene.Reader.FrameCount, "frame")}; there is no frame {number}.");
            }

            if (parsed.GetValue(_json))
            {
                using Stream output = Terminal.OpenOutput();
                ExplanationJson.Write(output, scene.File.Name, scene.Device.Name, explanation);
            }
            else
            {
                new ExplainReport(scene).Print(explanation);
            }

            return ExitCode.Success;
        }
    }
}
