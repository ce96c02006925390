using System.Collections.Immutable;
using System.Globalization;
using Saker.Host.Sysctls;
using Saker.Stack.Ip.V6;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads the settings of IPv6 out of <c>sysctls</c>: those that the receive path evaluates.</summary>
internal sealed class IPv6SettingsReader
{
    private const int BitsOfAWord = 64;

    private readonly SnapshotEntry? _part;
    private readonly IReadOnlyDictionary<string, string> _texts;

    public IPv6SettingsReader(SnapshotDocument snapshot)
    {
        _part = snapshot.Object(SnapshotPart.Sysctls);
        _texts = SysctlReader.ReadTexts(snapshot);
    }

    /// <summary>Whether the snapshot tells of a device's part in IPv6.</summary>
    public bool Knows(string device) => _texts.ContainsKey(NameOf(device, "disable_ipv6"));

    /// <summary>The settings of IPv6 as a whole.</summary>
    public IPv6Settings ReadHost()
    {
        IPv6Settings defaults = new();
        return new IPv6Settings
        {
            Forwarding = Number("net.ipv6.conf.all.forwarding", 0) != 0,
            AutoFlowLabels = Number("net.ipv6.auto_flowlabels", defaults.AutoFlowLabels),
            FlowLabelReflect = Number("net.ipv6.flowlabel_reflect", defaults.FlowLabelReflect),
            IcmpEchoIgnoreAll = Number("net.ipv6.icmp.echo_ignore_all", 0) != 0,
            IcmpEchoIgnoreMulticast = Number("net.ipv6.icmp.echo_ignore_multicast", 0) != 0,
            IcmpRateLimit = Number("net.ipv6.icmp.ratelimit", defaults.IcmpRateLimit),
            IcmpRateMask = ReadMask("net.ipv6.icmp.ratemask", defaults.IcmpRateMask),
            MostHopByHopOptions = Number("net.ipv6.max_hbh_opts_number", defaults.MostHopByHopOptions),
            MostDestinationOptions = Number("net.ipv6.max_dst_opts_number", defaults.MostDestinationOptions),
            LongestHopByHopOptions = Number("net.ipv6.max_hbh_length", defaults.LongestHopByHopOptions),
            LongestDestinationOptions = Number("net.ipv6.max_dst_opts_length", defaults.LongestDestinationOptions),
        };
    }

    /// <summary>The settings of a device.</summary>
    public IPv6InterfaceSettings ReadDevice(string device)
    {
        IPv6InterfaceSettings defaults = new();
        return new IPv6InterfaceSettings
        {
            Disabled = IsOn(device, "disable_ipv6", false),
            Forwarding = IsOn(device, "forwarding", false),
            HopLimit = (byte)Number(NameOf(device, "hop_limit"), defaults.HopLimit, 1, byte.MaxValue),
            DropUnicastInL2Multicast = IsOn(device, "drop_unicast_in_l2_multicast", false),
            DropUnsolicitedAdvertisements = IsOn(device, "drop_unsolicited_na", false),
            SuppressFragmentedNeighborDiscovery = IsOn(device, "suppress_frag_ndisc", true),
            ForceTargetLinkAddress = IsOn(device, "force_tllao", false),
        };
    }

    private static string NameOf(string device, string setting) => $"net.ipv6.conf.{SysctlName.OfDevice(device)}.{setting}";

    private bool IsOn(string device, string setting, bool otherwise) => Number(NameOf(device, setting), otherwise ? 1 : 0) != 0;

    private int Number(string name, int otherwise, int least = int.MinValue, int most = int.MaxValue)
    {
        if (!_texts.TryGetValue(name, out string? text))
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        _part?.FaultValue(name, $"no whole number from {least} to {most}");
        return otherwise;
    }

    /// <summary>A list of numbers and ranges below 256, as in <c>0-1,3-127</c>.</summary>
    private ImmutableArray<ulong> ReadMask(string name, ImmutableArray<ulong> otherwise)
    {
        if (!_texts.TryGetValue(name, out string? text))
        {
            return otherwise;
        }

        ulong[] mask = new ulong[(byte.MaxValue + 1) / BitsOfAWord];
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !byte.TryParse(ends[0], out byte first) || !byte.TryParse(ends[^1], out byte last))
            {
                _part?.FaultValue(name, "no list of types such as 0-1,3-127");
                return otherwise;
            }

            for (int type = first; type <= last; type++)
            {
                mask[type / BitsOfAWord] |= 1UL << (type % BitsOfAWord);
            }
        }

        return [.. mask];
    }
}
