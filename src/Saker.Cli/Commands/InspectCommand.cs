using System.CommandLine;
using Saker.Cli.Output;
using Saker.Host.Inspection;
using Saker.Wire.Captures;

namespace Saker.Cli.Commands;

/// <summary><c>saker inspect</c>: what is in a capture.</summary>
internal sealed class InspectCommand
{
    private readonly Argument<string> _capture = new("CAPTURE")
    {
        Description = "A pcap or pcapng file of any link type, gzipped or not; - for standard input.",
    };

    private readonly Option<int> _flows = NumberOption.Create("--flows", "N", "numbers", usual: 10, FlowTable.MaximumFlows, "How many flows and talkers to list.");

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        InspectCommand inspect = new();
        Command command = new("inspect", "Tell what is in a capture: times, sizes, protocols, flows, talkers, and what is wrong with its frames.")
        {
            inspect._capture,
            inspect._flows,
            inspect._json,
        };
        command.SetAction(inspect.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        using CaptureFile file = new(parsed.GetRequiredValue(_capture));
        if (!file.TryOpenLast(out CaptureReader? reader, out CaptureFault? fault, anyLinkType: true))
        {
            return ExitCode.Fail(fault.ToString());
        }

        using (reader)
        {
            CaptureInspection? inspection = null;
            Progress.Run("reading", file.Length, () => reader.Position, () => inspection = CaptureInspection.Take(reader));
            int top = parsed.GetValue(_flows);
            if (parsed.GetValue(_json))
            {
                using Stream output = Terminal.OpenOutput();
                InspectionJson.Write(output, file.Name, inspection!, top);
            }
            else
            {
                new InspectReport(file.Name, inspection!, top).Print();
            }

            return reader.Fault is { } captureFault ? ExitCode.Fail(captureFault.ToString()) : ExitCode.Success;
        }
    }
}
