using System.CommandLine;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Cli.Output;
using Saker.Host.AfXdp;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Wire;

namespace Saker.Cli.Commands;

/// <summary><c>saker xsk rxdrop</c>, <c>txonly</c> and <c>l2fwd</c>: receive, send, or send back by AF_XDP sockets, and say how fast.</summary>
internal sealed class XskTrafficCommand
{
    private const int LongestPacket = 4096, MostSeconds = 1_000_000;

    private readonly TrafficKind _kind;

    private readonly XskSocketOptions _sockets = new();

    private readonly Option<string> _steer = new("--steer")
    {
        Description = "Which packets the sockets get, such as udp:53,tcp:4000-4100,icmp,arp,ethertype:0x88b5, or !tcp:22 for all but those; the rest goes on to the kernel, so that a device in use stays usable. Default: all.",
        HelpName = "LIST",
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<string?> _object = new("--object") { Description = "An XDP program of your own that redirects to a map of sockets.", HelpName = "PROG.o" };

    private readonly Option<string?> _program = new("--program", "-p") { Description = "Of --object: which program, by its function's name.", HelpName = "NAME" };

    private readonly Option<bool> _attached = new("--no-program") { Description = "Attach no program, and put the sockets into no map: another process does." };

    private readonly Option<int> _batch = NumberOption.Create("--batch", "N", "packets", usual: 64, most: 1 << 16, "How many packets are handled at once.");

    private readonly Option<bool> _poll = new("--poll") { Description = "Sleep while there is nothing to do (poll); else look again at once, which takes a whole processor." };

    private readonly Option<int?> _duration = NumberOption.CreateOptional("--duration", "seconds", MostSeconds, "End after so many seconds. Default: at Ctrl-C.");

    private readonly Option<long?> _count = new("--count", "-n") { Description = "End after so many packets.", HelpName = "N" };

    private readonly Option<int> _interval = NumberOption.Create("--interval", "SECONDS", "seconds", usual: 1, most: MostSeconds, "How often to tell what was counted; 0: at the end only.");

    private readonly Option<bool> _time = new("--time") { Description = "Take the time that this process spends on each packet, without the kernel's part where there is no call in between." };

    private readonly Option<bool> _touch = new("--touch") { Description = "Read a byte of each packet, as one would that looks at it." };

    private readonly Option<int> _size = NumberOption.Create("--size", "BYTES", "bytes", usual: 64, LongestPacket, "Bytes of the packet, with its link header and without its check sequence.");

    private readonly Option<string?> _destination = new("--destination") { Description = "The Ethernet address to send to. Default: of l2fwd the one that a packet came from, of txonly ff:ff:ff:ff:ff:ff.", HelpName = "MAC" };

    private readonly Option<string?> _source = new("--source") { Description = "The Ethernet address to send by. Default: of l2fwd the one that a packet was for, of txonly 02:00:00:00:00:01.", HelpName = "MAC" };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: one for each interval, and the summary." };

    private XskTrafficCommand(TrafficKind kind) => _kind = kind;

    /// <summary>Makes the command.</summary>
    public static Command Create(TrafficKind kind)
    {
        XskTrafficCommand traffic = new(kind);
        Command command = kind switch
        {
            TrafficKind.ReceiveDrop => new Command("rxdrop", "Receive packets by AF_XDP sockets, and drop them (as root)."),
            TrafficKind.TransmitOnly => new Command("txonly", "Send packets by AF_XDP sockets, as fast as it goes (as root)."),
            _ => new Command("l2fwd", "Send each packet back by the AF_XDP socket by which it came, with its Ethernet addresses exchanged (as root)."),
        };
        traffic._sockets.AddTo(command);
        Option[] own = kind switch
        {
            TrafficKind.ReceiveDrop => [traffic._steer, traffic._object, traffic._program, traffic._attached, traffic._touch],
            TrafficKind.TransmitOnly => [traffic._size, traffic._destination, traffic._source],
            _ => [traffic._steer, traffic._object, traffic._program, traffic._attached, traffic._destination, traffic._source],
        };
        foreach (Option option in (IEnumerable<Option>)[.. own, traffic._batch, traffic._poll, traffic._duration, traffic._count, traffic._interval, traffic._time, traffic._json])
        {
            command.Add(option);
        }

        command.SetAction(traffic.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!TryRead(parsed, out XdpTrafficOptions? options, out int code))
        {
            return code;
        }

        if (!XdpTraffic.TryOpen(options, out XdpTraffic? traffic, out KernelRefusal? refusal))
        {
            return refusal.ErrorNumber == 0 ? ExitCode.Refuse($"{refusal}.") : ExitCode.Fail($"{refusal}.");
        }

        using (traffic)
        {
            Work(parsed, traffic);
        }

        return ExitCode.Success;
    }

    private void Work(ParseResult parsed, XdpTraffic traffic)
    {
        using StopSignal stop = new();
        XskTrafficReport report = new(traffic, parsed.GetValue(_json));
        report.Begin();
        if (parsed.GetValue(_duration) is { } seconds)
        {
            stop.After(TimeSpan.FromSeconds(seconds));
        }

        TimeSpan interval = TimeSpan.FromSeconds(parsed.GetValue(_interval));
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long beginning = Stopwatch.GetTimestamp();
        using Timer? ticking = interval == TimeSpan.Zero ? null : new Timer(_ => report.Tick(TrafficReading.Of(traffic, Stopwatch.GetElapsedTime(beginning))), null, interval, interval);
        traffic.Run(stop.Token);
        TimeSpan time = Stopwatch.GetElapsedTime(beginning);
        ticking?.Dispose();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        report.End(TrafficReading.Of(traffic, time), allocated);
    }

    private bool TryRead(ParseResult parsed, [NotNullWhen(true)] out XdpTrafficOptions? options, out int code)
    {
        options = null;
        code = ExitCode.Success;
        if (!TryReadAddress(parsed, _destination, out MacAddress? destination, out code) || !TryReadAddress(parsed, _source, out MacAddress? source, out code))
        {
            return false;
        }

        if (parsed.GetValue(_count) is <= 0)
        {
            code = ExitCode.Refuse("--count takes numbers from 1.");
            return false;
        }

        options = _sockets.Read(parsed, _kind) with
        {
            Batch = parsed.GetValue(_batch),
            Sleeps = parsed.GetValue(_poll),
            Count = parsed.GetValue(_count),
            MeasuresTime = parsed.GetValue(_time),
            Touches = _kind == TrafficKind.ReceiveDrop && parsed.GetValue(_touch),
            Destination = destination,
            Source = source,
        };
        return _kind == TrafficKind.TransmitOnly ? TryMakePacket(parsed, ref options, out code) : TryReadProgram(parsed, ref options, out code);
    }

    private static bool TryReadAddress(ParseResult parsed, Option<string?> option, out MacAddress? address, out int code)
    {
        (address, code) = (null, ExitCode.Success);
        if (parsed.CommandResult.Command.Options.Contains(option) && parsed.GetValue(option) is { } text)
        {
            if (!MacAddress.TryParse(text, out MacAddress given))
            {
                code = ExitCode.Refuse($"{option.Name} takes an Ethernet address such as 52:54:00:12:34:56; '{text}' is none.");
                return false;
            }

            address = given;
        }

        return true;
    }

    private bool TryMakePacket(ParseResult parsed, ref XdpTrafficOptions options, out int code)
    {
        int size = parsed.GetValue(_size);
        if (size < EthernetView.FixedLength)
        {
            code = ExitCode.Refuse($"--size takes numbers from {EthernetView.FixedLength}, an Ethernet header, to {LongestPacket}; {size} is none of them.");
            return false;
        }

        code = ExitCode.Success;
        options = options with { Packet = [.. TrafficPacket.Make(size, options.Destination ?? MacAddress.Broadcast, options.Source ?? TrafficPacket.UsualSource)] };
        return true;
    }

    private bool TryReadProgram(ParseResult parsed, [NotNullWhen(true)] ref XdpTrafficOptions options, out int code)
    {
        code = ExitCode.Success;
        if (!XdpSteering.TryParse(parsed.GetRequiredValue(_steer), out XdpSteering? steering, out string? fault))
        {
            code = ExitCode.Refuse($"--steer: {fault}.");
            return false;
        }

        ObjectSpec? spec = null;
        if (parsed.GetValue(_object) is { } path && !ObjectFile.TryRead(path, out spec, out fault))
        {
            code = ExitCode.Fail(fault);
            return false;
        }

        options = options with
        {
            Program = parsed.GetValue(_attached) ? null : options.Program! with { Steering = steering, Object = spec, Program = parsed.GetValue(_program) },
        };
        return true;
    }
}
