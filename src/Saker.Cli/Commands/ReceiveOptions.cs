using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Saker.Host.Replay;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Softirq;

namespace Saker.Cli.Commands;

/// <summary>How the card and the CPUs take frames in: options that change what the host's snapshot says.</summary>
internal sealed class ReceiveOptions
{
    private const int MaximumQueues = 128;
    private const int MaximumRing = 1 << 16;
    private const int MaximumCoalesce = 1_000_000;
    private const string AsHost = "host";
    private const string On = "on";
    private const string Off = "off";

    private readonly Option<int?> _queues = NumberOption.CreateOptional(
        "--queues", "queues", MaximumQueues, "How many queues of the card receive. Default: as the host has.");

    private readonly Option<int?> _ring = NumberOption.CreateOptional(
        "--ring", "descriptors", MaximumRing, "How many descriptors a receive ring has, as for ethtool -G rx. Default: as the host has, or 512.");

    private readonly Option<Moderation> _coalesce = new("--coalesce")
    {
        Description = "The card's interrupt moderation in microseconds: frames closer together share a poll. 0: each frame is alone; "
            + "host: as the host's card is set, and polled (napi_defer_hard_irqs, gro_flush_timeout). Default: 0.",
        HelpName = $"USECS|{AsHost}",
        DefaultValueFactory = _ => new Moderation(0),
        CustomParser = ReadCoalesce,
    };

    private readonly Option<int?> _cpus = NumberOption.CreateOptional(
        "--cpus", "CPUs", Cpu.MostCpus, "How many CPUs do the work. Queue N interrupts CPU N, and round again. Default: as many as RPS needs, or 1.");

    private readonly Option<ulong?> _rps = new("--rps")
    {
        Description = "The CPUs that the packets of all queues are spread over (receive packet steering), as rps_cpus has it: f is CPU 0 to 3; 0: none. "
            + "Default: as the host has.",
        HelpName = "MASK",
        CustomParser = ReadMask,
    };

    private readonly Option<string?> _gro = new("--gro")
    {
        Description = "Whether segments of a flow that share a poll are merged (generic-receive-offload). Default: as the host has.",
        HelpName = $"{On}|{Off}",
        CustomParser = ReadSwitch,
    };

    private readonly Option<MachineCosts> _cost = CostOption.Create();

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_queues);
        command.Add(_ring);
        command.Add(_coalesce);
        command.Add(_cpus);
        command.Add(_rps);
        command.Add(_gro);
        command.Add(_cost);
    }

    /// <summary>Sets the host up as the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="scene">The scene, whose device's card is set.</param>
    /// <param name="run">How frames are run; changed.</param>
    /// <param name="fault">What is wrong with an option, in one line.</param>
    public bool TryApply(ParseResult parsed, Scene scene, ref ReplayOptions run, [NotNullWhen(false)] out string? fault)
    {
        NetworkDevice device = scene.Device;
        if (!TrySetCard(parsed, device, out fault))
        {
            return false;
        }

        IReadOnlyList<RpsSetting> steering = parsed.GetValue(_rps) is { } mask
            ? [.. Enumerable.Range(0, device.Card.Queues).Select(queue => new RpsSetting(device, queue, mask))]
            : [.. scene.Host.Queues.Where(queues => queues.Device == device).SelectMany(queues => queues.Rps)];
        int needed = steering.Aggregate(1, (most, setting) => Math.Max(most, HighestCpu(setting.Cpus) + 1));
        int cpus = parsed.GetValue(_cpus) ?? needed;
        if (parsed.GetValue(_rps) is not null && cpus < needed)
        {
            fault = $"--rps names CPU {needed - 1}, and there are {cpus} CPUs; give --cpus {needed}, or leave it out.";
            return false;
        }

        run = run with { Coalesce = parsed.GetValue(_coalesce).Microseconds * 1000L, Rps = steering, CpuCount = cpus, Costs = parsed.GetValue(_cost) };
        return true;
    }

    private bool TrySetCard(ParseResult parsed, NetworkDevice device, [NotNullWhen(false)] out string? fault)
    {
        CardSettings card = device.Card;
        if (parsed.GetValue(_queues) is { } queues)
        {
            card = card.WithQueues(queues);
            if (!card.TryValidate(out fault))
            {
                fault = $"--queues: {fault}";
                return false;
            }
        }

        if (parsed.GetValue(_ring) is { } size)
        {
            if (!card.TryApply($"-G rx {size}", out CardSettings? sized, out fault))
            {
                fault = $"--ring: {fault}";
                return false;
            }

            card = sized;
        }

        if (parsed.GetValue(_gro) is { } merging)
        {
            CardFeatures rest = card.Features & ~CardFeatures.GenericReceiveOffload;
            card = card with { Features = merging == On ? rest | CardFeatures.GenericReceiveOffload : rest };
            device.Offload = device.Offload with { IsOn = merging == On };
        }

        device.Card = card;
        fault = null;
        return true;
    }

    private static int HighestCpu(ulong cpus) => BitOperations.Log2(cpus | 1);

    private static Moderation ReadCoalesce(ArgumentResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (given == AsHost)
        {
            return new Moderation(null);
        }

        if (int.TryParse(given, out int number) && number is >= 0 and <= MaximumCoalesce)
        {
            return new Moderation(number);
        }

        result.AddError($"--coalesce takes microseconds from 0 to {MaximumCoalesce}; '{given}' is none of them.");
        return default;
    }

    private static ulong? ReadMask(ArgumentResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (RpsMap.TryParse(given, out ulong mask))
        {
            return mask;
        }

        result.AddError($"--rps takes a set of CPUs from 0 to {Cpu.MostCpus - 1} in hexadecimal digits, such as f; '{given}' is none.");
        return null;
    }

    private static string? ReadSwitch(ArgumentResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (given is On or Off)
        {
            return given;
        }

        result.AddError($"--gro takes {On} or {Off}; '{given}' is neither.");
        return null;
    }

    /// <summary>How long the card's interrupt waits. (A parser's null would be taken for a fault.)</summary>
    /// <param name="Microseconds">How long; null: as the host's card is set.</param>
    private readonly record struct Moderation(int? Microseconds)
    {
        public override string ToString() => Microseconds is { } given ? $"{given}" : AsHost;
    }
}
