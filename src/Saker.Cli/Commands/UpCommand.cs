using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Cli.Output;
using Saker.Host.Links;
using Saker.Host.Live;
using Saker.Kernel;
using Saker.Wire;

namespace Saker.Cli.Commands;

/// <summary><c>saker up</c>: runs the stack live on a link.</summary>
internal sealed class UpCommand
{
    private const int LeastMtu = 68;
    private const int GreatestMtu = 65_521;
    private const int MostQueues = 64;
    private const int MostSeconds = 1_000_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Option<string> _link = new("--link")
    {
        Description = "Where the frames are: xdp:DEV[:QUEUES], an interface of this host by AF_XDP, which takes its frames away from the kernel; packet:DEV, one by packet sockets, where the kernel sees "
            + "the frames, too; or tap:NAME, one that is made.",
        HelpName = "KIND:NAME",
        Required = true,
    };

    private readonly Option<string[]> _addresses = new("--address")
    {
        Description = "An address to have, of IPv4 or IPv6, with the length of its prefix: 10.0.0.2/24, fd00::2/64. May be given several times. The link-local address of IPv6 comes by itself.",
        HelpName = "ADDRESS/LENGTH",
    };

    private readonly Option<string[]> _gateways = new("--gateway") { Description = "By whom other networks are reached. May be given once for IPv4 and once for IPv6.", HelpName = "ADDRESS" };

    private readonly Option<string?> _mac = new("--mac") { Description = "The link address. Default: the interface's own; with tap, one made of its name.", HelpName = "MAC" };

    private readonly Option<int?> _mtu = NumberOption.CreateOptional("--mtu", "bytes", GreatestMtu, "The longest packet to send. Default: as the interface has.");

    private readonly Option<int?> _queues = NumberOption.CreateOptional("--queues", "queues", MostQueues, "How many queues receive, each with a thread of its own. Default: 1, or as many as QUEUES names.");

    private readonly Option<string[]> _echo = new("--udp-echo") { Description = "A UDP port at which datagrams are sent back. May be given several times.", HelpName = "PORT" };

    private readonly Option<string[]> _discard = new("--udp-discard") { Description = "A UDP port at which datagrams are taken and forgotten. May be given several times.", HelpName = "PORT" };

    private readonly Option<int?> _duration = NumberOption.CreateOptional("--duration", "seconds", MostSeconds, "End after so long. Default: when interrupted.");

    private readonly Option<bool> _json = new("--json") { Description = "Print the counts as a line of JSON each second, and a summary at the end." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        UpCommand up = new();
        Command command = new("up", "Run the stack live on an interface: answer ARP, neighbour discovery, ping and a few services over IPv4 and IPv6, and count what happens.")
        {
            up._link,
            up._addresses,
            up._gateways,
            up._mac,
            up._mtu,
            up._queues,
            up._echo,
            up._discard,
            up._duration,
            up._json,
        };
        command.SetAction(up.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!TryRead(parsed, out LinkChoice? choice, out LiveHostOptions? options, out string fault))
        {
            return ExitCode.Refuse(fault);
        }

        try
        {
            using ILink link = choice.Open();
            LiveReport report = LiveReport.Create(parsed.GetValue(_json));
            return Live(link, options, report, parsed.GetValue(_duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        }
        catch (KernelException exception)
        {
            return ExitCode.Fail($"{choice.Name}: {exception.Message}{(exception.IsForbidden ? $"; this takes {choice.Capability}: run as root" : choice.Advice(exception))}");
        }
    }

    private static int Live(ILink link, LiveHostOptions options, LiveReport report, TimeSpan? duration)
    {
        using StopSignal stop = new();
        string? fault;
        LiveCounts last;
        using (LiveHost host = new(link, options))
        {
            report.Begin(link, options);
            TimeSpan next = Interval;
            while (!stop.Token.IsCancellationRequested && host.Fault is null)
            {
                TimeSpan now = host.Elapsed;
                if (now >= duration)
                {
                    break;
                }

                stop.Token.WaitHandle.WaitOne(Least(next - now, duration - now));
                if (host.Elapsed >= next)
                {
                    next += Interval;
                    report.Show(host.Count());
                }
            }

            host.Stop();
            fault = host.Fault;
            last = host.Count();
        }

        report.End(last);
        return fault is null ? ExitCode.Success : ExitCode.Fail(fault);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan? other)
    {
        TimeSpan least = other is { } given && given < one ? given : one;
        return least < TimeSpan.Zero ? TimeSpan.Zero : least;
    }

    private bool TryRead(ParseResult parsed, [NotNullWhen(true)] out LinkChoice? choice, [NotNullWhen(true)] out LiveHostOptions? options, out string fault)
    {
        options = null;
        choice = null;
        MacAddress? mac = null;
        if (parsed.GetValue(_mac) is { } text)
        {
            if (!MacAddress.TryParse(text, out MacAddress address) || !address.IsUnicast)
            {
                fault = $"--mac takes the address of one station, as in 02:00:00:00:00:02; '{text}' is none.";
                return false;
            }

            mac = address;
        }

        if (!LinkChoice.TryParse(parsed.GetRequiredValue(_link), parsed.GetValue(_queues), mac, out choice, out fault)
            || !LiveAddresses.TryRead(parsed.GetValue(_addresses) ?? [], parsed.GetValue(_gateways) ?? [], out LiveAddresses? addresses, out fault)
            || !TryReadPorts("--udp-echo", parsed.GetValue(_echo) ?? [], [], out List<ushort> echo, out fault)
            || !TryReadPorts("--udp-discard", parsed.GetValue(_discard) ?? [], echo, out List<ushort> discard, out fault))
        {
            return false;
        }

        int? mtu = parsed.GetValue(_mtu);
        if (mtu < LeastMtu)
        {
            fault = $"--mtu takes bytes from {LeastMtu} on, which every network must carry; {mtu} is less.";
            return false;
        }

        if (mtu < LiveHost.LeastIPv6Mtu && addresses.IPv6.Count != 0)
        {
            fault = $"--mtu {mtu}: IPv6 takes {LiveHost.LeastIPv6Mtu} bytes at least; leave its addresses out, or give a longer MTU.";
            return false;
        }

        options = new LiveHostOptions
        {
            Addresses = addresses.IPv4,
            IPv6Addresses = addresses.IPv6,
            Gateway = addresses.Gateway,
            IPv6Gateway = addresses.IPv6Gateway,
            Mtu = mtu,
            CpuCount = choice.Queues,
            EchoPorts = echo,
            DiscardPorts = discard,
            CountsStages = true,
        };
        return true;
    }

    private static bool TryReadPorts(string option, string[] given, List<ushort> taken, out List<ushort> ports, out string fault)
    {
        ports = [];
        fault = string.Empty;
        foreach (string text in given)
        {
            if (!ushort.TryParse(text, out ushort port) || port == 0)
            {
                fault = $"{option} takes a port from 1 to {ushort.MaxValue}; '{text}' is none.";
                return false;
            }

            if (taken.Contains(port) || ports.Contains(port))
            {
                fault = $"{option} {port}: the port has a service already.";
                return false;
            }

            ports.Add(port);
        }

        return true;
    }
}
