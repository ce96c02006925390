using System.CommandLine;
using System.Globalization;
using System.Net;
using Saker.Cli.Output;
using Saker.Host.AfXdp;
using Saker.Wire;

namespace Saker.Cli.Commands;

/// <summary><c>saker xsk generate</c>: frames out of a device, as fast as the kernel makes them.</summary>
internal sealed class XskGenerateCommand
{
    private const string WantedMac = "a link address such as 02:00:00:00:00:01", WantedAddress = "an address such as 198.18.0.1 or 2001:db8::1";

    private static readonly GeneratedTraffic Usual = new();

    private readonly Argument<string> _device = new("DEV") { Description = "The device that sends them, in this network namespace." };

    private readonly Option<long?> _count = ParsedOption.CreateOptional<long>("--count", "N", "a number of frames", "How many frames. Default: until Ctrl-C, or the time is over.");

    private readonly Option<double?> _rate = ParsedOption.CreateOptional<double>("--rate", "PPS", "frames a second", "Frames a second, in bursts of a millisecond. Default: as fast as it goes.");

    private readonly Option<double?> _duration = ParsedOption.CreateOptional<double>("--duration", "SECONDS", "seconds such as 2.5", "For how long. Default: until Ctrl-C, or all are sent.");

    private readonly Option<int> _size = NumberOption.Create("--size", "BYTES", "bytes", Usual.Size, GeneratedTraffic.LongestFrame, "A frame's length from its link header, without the check sequence.");

    private readonly Option<int> _flows = NumberOption.Create("--flows", "N", "flows", Usual.Flows, GeneratedTraffic.MostFlows, "How many flows take turns; they differ in what --vary says.");

    private readonly Option<FlowFields> _vary = VaryOption();

    private readonly Option<MacAddress> _sourceMac = ParsedOption.Create("--source-mac", "MAC", WantedMac, Usual.SourceMac, "The source's link address.");

    private readonly Option<MacAddress> _destinationMac = ParsedOption.Create("--destination-mac", "MAC", WantedMac, Usual.DestinationMac, "The destination's link address.");

    private readonly Option<IPAddress> _source = ParsedOption.Create("--source", "IP", WantedAddress, Usual.Source, "The source address of the first flow.");

    private readonly Option<IPAddress> _destination = ParsedOption.Create("--destination", "IP", WantedAddress, Usual.Destination, "The destination address of the first flow, of the same family.");

    private readonly Option<int> _sourcePort = NumberOption.Create("--source-port", "PORT", "ports", Usual.SourcePort, ushort.MaxValue, "The UDP source port of the first flow.");

    private readonly Option<int> _destinationPort = NumberOption.Create("--destination-port", "PORT", "ports", Usual.DestinationPort, ushort.MaxValue, "The UDP destination port of the first flow.");

    private readonly Option<int?> _vlan = NumberOption.CreateOptional("--vlan", "VLANs", 4094, "Tag the frames for this VLAN.");

    private readonly Option<bool> _numbered = new("--numbered") { Description = "Let the payload begin with the frame's number on its CPU: 64 bits in network order, from 0." };

    private readonly Option<int[]> _cpus = NumberList.Create("--cpus", "CPUs", "The CPUs that send, a thread bound to each; each begins at a flow of its own. Default: one thread, not bound.", []);

    private readonly Option<int?> _batch = NumberOption.CreateOptional("--batch", "frames", 256, "How many frames the kernel makes at a time. Default: 64.");

    private readonly Option<bool> _json = new("--json") { Description = "The report as one JSON object." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        XskGenerateCommand generate = new();
        Command command = new(
            "generate",
            "Send UDP frames out of a device as fast as the kernel makes them (as root): an XDP program makes them of test frames that live, with their checksums, and redirects them to it.")
        {
            generate._device, generate._count, generate._rate, generate._duration, generate._size, generate._flows, generate._vary, generate._sourceMac, generate._destinationMac, generate._source,
            generate._destination, generate._sourcePort, generate._destinationPort, generate._vlan, generate._numbered, generate._cpus, generate._batch, generate._json,
        };
        command.SetAction(generate.Run);
        return command;
    }

    private static Option<FlowFields> VaryOption() => new("--vary")
    {
        Description = "In what flows differ, a list: source-port, source, destination-port, destination. Ports take 14 bits of a flow's number, addresses 24. Default: source-port,source.",
        HelpName = "LIST",
        DefaultValueFactory = _ => Usual.Varied,
        CustomParser = result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            FlowFields fields = FlowFields.None;
            foreach (string word in given.Split(','))
            {
                FlowFields? field = word switch
                {
                    "source-port" => FlowFields.SourcePort,
                    "source" => FlowFields.Source,
                    "destination-port" => FlowFields.DestinationPort,
                    "destination" => FlowFields.Destination,
                    _ => null,
                };
                if (field is null)
                {
                    result.AddError($"--vary takes source-port, source, destination-port and destination, with commas between; '{word}' is none of them.");
                    return Usual.Varied;
                }

                fields |= field.Value;
            }

            return fields;
        },
    };

    private int Run(ParseResult parsed)
    {
        string device = parsed.GetRequiredValue(_device);
        GeneratedTraffic traffic = new()
        {
            SourceMac = parsed.GetValue(_sourceMac),
            DestinationMac = parsed.GetValue(_destinationMac),
            Source = parsed.GetRequiredValue(_source),
            Destination = parsed.GetRequiredValue(_destination),
            SourcePort = (ushort)parsed.GetValue(_sourcePort),
            DestinationPort = (ushort)parsed.GetValue(_destinationPort),
            Size = parsed.GetValue(_size),
            Vlan = (ushort?)parsed.GetValue(_vlan),
            Flows = parsed.GetValue(_flows),
            Varied = parsed.GetValue(_vary),
            IsNumbered = parsed.GetValue(_numbered),
        };
        if (traffic.Fault is { } senseless)
        {
            return ExitCode.Refuse(senseless + ".");
        }

        if (!PacketGenerator.TryCreate(device, traffic, out PacketGenerator? generator, out string? fault))
        {
            return ExitCode.Fail(fault);
        }

        using (generator)
        using (StopSignal signal = new())
        {
            GeneratorOptions options = new()
            {
                Count = parsed.GetValue(_count),
                Rate = parsed.GetValue(_rate),
                Duration = parsed.GetValue(_duration) is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)) : null,
                Cpus = parsed.GetRequiredValue(_cpus),
                BatchSize = parsed.GetValue(_batch) ?? new GeneratorOptions().BatchSize,
            };
            return Tell(device, generator.Run(options, Watch, signal.Token), parsed.GetValue(_json));
        }
    }

    private static void Watch(GeneratorReport report) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{report.Elapsed.TotalSeconds,5:0} s  {report.Given,15:N0} frames  {report.Rate / 1e6:0.000} M/s  {report.Dropped:N0} dropped"));

    private static int Tell(string device, GeneratorReport report, bool json)
    {
        if (json)
        {
            using Stream output = Terminal.OpenOutput();
            GeneratorJson.Write(output, device, report);
        }
        else if (report.Given > 0)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Quantity.Of(report.Given, "frame")} of {report.FrameSize} bytes given to {device} in {report.Elapsed.TotalSeconds:0.000} s: {report.Rate / 1e6:0.000} M/s, {report.WireBits / 1e9:0.000} Gbit/s on a wire"));
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{device} counts {report.Sent:N0} sent and {report.Dropped:N0} dropped{(report.Refused > 0 ? $"; of {report.Refused:N0} it counts nothing" : "")}"));
        }

        return report.Fault is { } fault ? ExitCode.Fail(fault) : ExitCode.Success;
    }
}
