using System.CommandLine;
using Saker.Cli.Output;
using Saker.Host.Inspection;
using Saker.Host.Spreading;
using Saker.Stack.Nic;

namespace Saker.Cli.Commands;

/// <summary><c>saker rss</c>: how a capture's flows spread over the queues of a card, and what would spread them better.</summary>
internal sealed class RssCommand
{
    private const int InferredQueues = 4;

    private readonly HostOptions _host = new();
    private readonly CardOptions _card = new();

    private readonly Option<int[]> _cpus = NumberList.Create("--cpus", "CPUs", "The CPUs of the queues' interrupts, in the queues' order; fewer are used in turn. Default: queue N on CPU N.", []);

    private readonly Option<int> _flows = NumberOption.Create("--flows", "N", "numbers", usual: 5, FlowTable.MaximumFlows, "How many of the heaviest flows to list.");

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: settings, queues, flows, remedies, summary." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        RssCommand rss = new();
        Command command = new("rss", "Tell how a capture's flows and frames spread over a card's queues and CPUs, and which ethtool command would spread them better.");
        rss._host.AddTo(command);
        rss._card.AddTo(command);
        command.Add(rss._cpus);
        command.Add(rss._flows);
        command.Add(rss._json);
        command.SetAction(rss.Run);
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
            if (!_card.TryRead(parsed, scene.Device.Card, scene.IsInferred ? InferredQueues : null, out CardSettings? card, out string fault))
            {
                return ExitCode.Refuse(fault);
            }

            SpreadResult? result = null;
            Progress.Run("reading", scene.File.Length, () => scene.Reader.Position, () =>
            {
                FlowTally tally = SpreadReading.Read(scene.Reader, scene.Host, scene.Device, card, everything: !scene.IsInferred);
                result = new SpreadResult(scene.Device.Name, card, tally, parsed.GetValue(_cpus)!);
            });
            int top = parsed.GetValue(_flows);
            if (parsed.GetValue(_json))
            {
                using Stream output = Terminal.OpenOutput();
                SpreadJson.Write(output, scene.File.Name, result!, top);
            }
            else
            {
                new RssReport(scene, result!, top).Print();
            }

            return scene.Reader.Fault is { } captureFault ? ExitCode.Fail(captureFault.ToString()) : ExitCode.Success;
        }
    }
}
