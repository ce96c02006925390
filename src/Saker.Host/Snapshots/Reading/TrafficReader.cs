using System.Globalization;
using Saker.Bpf.Classic;
using Saker.Host.Hosts;
using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>
/// Reads <c>tc</c>: the filters of each device and direction, as <c>tc -j -d filter show</c> prints them. Classic BPF and <c>matchall</c> are evaluated, with the actions <c>gact</c>
/// and <c>mirred redirect</c>; all else is a limitation.
/// </summary>
internal sealed class TrafficReader(SnapshotDevices devices, SnapshotLimitations limitations)
{
    private static readonly Dictionary<string, ushort> Protocols = new(StringComparer.Ordinal)
    {
        ["all"] = TrafficFilter.AllProtocols,
        ["ip"] = (ushort)EtherType.IPv4,
        ["ipv4"] = (ushort)EtherType.IPv4,
        ["ipv6"] = (ushort)EtherType.IPv6,
        ["arp"] = (ushort)EtherType.Arp,
        ["802.1Q"] = (ushort)EtherType.Vlan,
        ["802.1ad"] = (ushort)EtherType.ServiceVlan,
        ["802_2"] = (ushort)EtherType.Ieee8022,
        ["802_3"] = (ushort)EtherType.Ieee8023,
    };

    private static readonly Dictionary<string, TrafficVerdict> Controls = new(StringComparer.Ordinal)
    {
        ["pass"] = TrafficVerdict.Ok,
        ["ok"] = TrafficVerdict.Ok,
        ["drop"] = TrafficVerdict.Shot,
        ["shot"] = TrafficVerdict.Shot,
        ["stolen"] = TrafficVerdict.Stolen,
        ["trap"] = TrafficVerdict.Trap,
        ["pipe"] = TrafficVerdict.Pipe,
        ["reclassify"] = TrafficVerdict.Reclassify,
        ["continue"] = TrafficVerdict.Unspecified,
    };

    public static IReadOnlyList<TrafficConfiguration> Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations)
    {
        TrafficReader reader = new(devices, limitations);
        return [.. snapshot.Entries(SnapshotPart.TrafficControl).Select(reader.ReadChain).OfType<TrafficConfiguration>()];
    }

    private TrafficConfiguration? ReadChain(SnapshotEntry entry)
    {
        if (entry.RequiredText("ifname") is null || devices.Find(entry, "ifname") is not { } device)
        {
            return null;
        }

        if (!Enum.TryParse(entry.Text("direction"), ignoreCase: true, out HookDirection direction) || !Enum.IsDefined(direction))
        {
            entry.FaultValue("direction", "neither ingress nor egress");
            return null;
        }

        // Of equals the newest is asked first and shown first, so that the last one shown is added first.
        TrafficChain chain = TrafficChain.Empty;
        foreach (SnapshotEntry filter in entry.Entries("filters").Where(filter => filter.Has("options")).Reverse())
        {
            if (ReadFilter(device, filter) is { } read)
            {
                if (chain.Filters.Any(other => other.Priority == read.Priority && other.Protocol != read.Protocol))
                {
                    filter.Contradiction($"priority {read.Priority} of {device.Name} belongs to filters of another protocol");
                    return null;
                }

                chain = chain.With(read);
            }
        }

        return new TrafficConfiguration(device, direction, chain);
    }

    private TrafficFilter? ReadFilter(NetworkDevice device, SnapshotEntry entry)
    {
        if (entry.Number("pref", 1, ushort.MaxValue) is not { } priority || ReadProtocol(entry) is not { } protocol || entry.Object("options") is not { } options)
        {
            return null;
        }

        string kind = entry.TextOrNothing("kind");
        TrafficClassifier? classifier = kind switch
        {
            _ when entry.Number("chain", 0, uint.MaxValue) > 0 => null,
            "matchall" => ReadAction(options),
            "bpf" when options.Has("bytecode") => ReadProgram(options),
            _ => null,
        };
        if (classifier is null)
        {
            limitations.Add($"tc: a filter of {device.Name} (pref {priority}, {kind}) is not evaluated");
            return null;
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"pref {priority} {kind}");
        return new TrafficFilter(name, (ushort)priority, classifier) { Protocol = protocol };
    }

    private static ushort? ReadProtocol(SnapshotEntry entry)
    {
        string text = entry.Text("protocol") ?? "all";
        if (Protocols.TryGetValue(text, out ushort protocol))
        {
            return protocol;
        }

        // tc prints a number for what has no name: [35041].
        ReadOnlySpan<char> number = text.AsSpan().Trim("[]");
        if (ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out protocol)
            || (number.StartsWith("0x") && ushort.TryParse(number[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out protocol)))
        {
            return protocol;
        }

        entry.FaultValue("protocol", "no protocol that is known by a name; say its number");
        return null;
    }

    private TrafficClassifier? ReadProgram(SnapshotEntry options)
    {
        if (ReadBytecode(options) is not { } program)
        {
            return null;
        }

        ClassicFilter filter = new(program);
        if (options.IsTrue("direct-action"))
        {
            return (frame, ref context) => Verdict(context.Packets.Ask(filter, frame));
        }

        return ReadAction(options) is { } action
            ? (frame, ref context) => context.Packets.Ask(filter, frame) == 0 ? TrafficVerdict.Unspecified : action(frame, ref context)
            : null;
    }

    /// <summary>A program as <c>tc</c> prints it, or in the text that <c>tc</c> takes.</summary>
    private static ClassicProgram? ReadBytecode(SnapshotEntry options)
    {
        string text = options.TextOrNothing("bytecode");
        if (text.Length == 0 && options.Object("bytecode") is { } printed)
        {
            text = string.Join(',', printed.Entries("insns").Select(Line).Prepend(printed.TextOrNothing("length")));
        }

        if (ClassicText.TryParse(text, out ClassicProgram? program, out ClassicFault? fault))
        {
            return program;
        }

        options.Contradiction($"'bytecode': {fault}");
        return null;

        static string Line(SnapshotEntry code) => string.Join(' ', ((string[])["code", "jt", "jf", "k"]).Select(code.TextOrNothing));
    }

    /// <summary>What is done with a frame that a filter has chosen; without an action it goes on.</summary>
    private TrafficClassifier? ReadAction(SnapshotEntry options)
    {
        SnapshotEntry[] actions = [.. options.Entries("actions")];
        if (actions.Length == 0)
        {
            return (frame, ref context) => TrafficVerdict.Ok;
        }

        SnapshotEntry action = actions[0];
        switch (action.TextOrNothing("kind"))
        {
            case "gact" when actions.Length == 1 && Controls.TryGetValue(action.Object("control_action")?.TextOrNothing("type") ?? string.Empty, out TrafficVerdict verdict):
                return (frame, ref context) => verdict;
            case "mirred" when action.TextOrNothing("mirred_action") == "redirect" && devices.Find(action, "to_dev") is { } target:
                HookDirection direction = action.TextOrNothing("direction") == "ingress" ? HookDirection.Ingress : HookDirection.Egress;
                return (frame, ref context) => context.Redirect(target, direction);
            default:
                return null;
        }
    }

    /// <summary>A program's own verdict; a number that is none is no answer (<c>cls_bpf_exec_opcode</c>).</summary>
    private static TrafficVerdict Verdict(uint code) =>
        (TrafficVerdict)(int)code is (TrafficVerdict.Ok or TrafficVerdict.Shot or TrafficVerdict.Stolen or TrafficVerdict.Trap) and var verdict
            ? verdict
            : TrafficVerdict.Unspecified;
}
