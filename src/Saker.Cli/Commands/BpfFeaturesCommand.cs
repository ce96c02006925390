using System.CommandLine;
using System.Text.Json;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Kernel.Bpf;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf features</c>: what of BPF the running kernel has.</summary>
internal static class BpfFeaturesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Option<bool> helpers = new("--helpers") { Description = "Also which helpers XDP and tc programs may call there." };
        Command command = new("features", "Ask the running kernel which types of programs, maps and links it has, and say since which Linux they are there (as root).") { helpers, json };
        command.SetAction(parsed => Run(parsed.GetValue(helpers), parsed.GetValue(json)));
        return command;
    }

    private static int Run(bool withHelpers, bool json)
    {
        List<(string Group, string Name, BpfFeature Feature)> found =
        [
            .. Enum.GetValues<ProgramType>().Where(type => type != ProgramType.Unspecified).Select(type => ("program types", type.KernelName(), BpfFeatures.Of(type))),
            .. Enum.GetValues<MapType>().Where(type => type != MapType.Unspecified).Select(type => ("map types", type.KernelName(), BpfFeatures.Of(type))),
            .. Enum.GetValues<KernelLinkType>().Where(type => type != KernelLinkType.Unspecified).Select(type => ("link types", type.KernelName(), BpfFeatures.Of(type))),
        ];
        if (withHelpers)
        {
            found.AddRange(HelpersOf(ProgramType.Xdp, "helpers of xdp"));
            found.AddRange(HelpersOf(ProgramType.SchedulerClassifier, "helpers of tc"));
        }

        if (json)
        {
            WriteJson(found);
        }
        else
        {
            Print(found);
        }

        return ExitCode.Success;
    }

    private static IEnumerable<(string Group, string Name, BpfFeature Feature)> HelpersOf(ProgramType type, string group) =>
        KernelHelpers.All.Where(helper => helper.IsFor(type)).Select(helper => (group, helper.Name, BpfFeatures.OfHelper(type, helper.Number)));

    private static void Print(List<(string Group, string Name, BpfFeature Feature)> found)
    {
        Columns columns = new(Terminal.Output);
        string last = string.Empty;
        int width = found.Max(feature => feature.Name.Length) + 2;
        foreach ((string group, string name, BpfFeature feature) in found)
        {
            if (group != last)
            {
                if (last.Length > 0)
                {
                    columns.Line();
                }

                columns.Line(new Part(group, "bold"));
                last = group;
            }

            (string answer, string style) = feature.IsSupported switch
            {
                true => ("yes", "green"),
                false => ("no", "red"),
                null => ("unknown", "grey"),
            };
            columns.Line(new Part("  "), new Part(name, null, width), new Part(answer, style, 9), feature.Since is { } since ? $"Linux {since}" : "");
        }
    }

    private static void WriteJson(List<(string Group, string Name, BpfFeature Feature)> found)
    {
        using Stream output = Terminal.OpenOutput();
        using (Utf8JsonWriter writer = new(output))
        {
            writer.WriteStartObject();
            writer.WriteString("kernel", Environment.OSVersion.Version.ToString());
            foreach (IGrouping<string, (string Group, string Name, BpfFeature Feature)> group in found.GroupBy(feature => feature.Group))
            {
                writer.WriteStartObject(group.Key);
                foreach ((_, string feature, BpfFeature answer) in group)
                {
                    writer.WriteStartObject(feature);
                    if (answer.IsSupported is { } supported)
                    {
                        writer.WriteBoolean("supported", supported);
                    }
                    else
                    {
                        writer.WriteNull("supported");
                    }

                    writer.WriteString("since", answer.Since?.ToString());
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
