using Saker.Host.Sysctls;
using Saker.Kernel.Namespaces;

namespace Saker.KernelTests;

/// <summary>The kernel has every sysctl that the stack knows, with the same default, range, and effects on others.</summary>
public sealed class SysctlTests
{
    /// <summary>Differences that come from the machine, or that stand in the documentation.</summary>
    private static readonly Dictionary<string, Difference> Differences = new(StringComparer.Ordinal)
    {
        // The machine's, not a namespace's: read there, written only by the first one. Its boot may have set another.
        ["net.core.rmem_default"] = Difference.Default | Difference.ReadOnly,

        // The greatest depends on how much memory the machine has.
        ["net.ipv4.tcp_rmem"] = Difference.Default,

        // Kept in ticks: one millisecond comes back as four.
        ["net.ipv4.icmp_ratelimit"] = Difference.Value,

        ["net.ipv4.neigh.*.retrans_time_ms"] = Difference.Value,
        ["net.ipv4.neigh.*.base_reachable_time_ms"] = Difference.Value,

        // Any number is taken, cut to 32 bits and then to ticks.
        ["net.ipv4.neigh.*.locktime"] = Difference.Value | Difference.Least | Difference.Most,

        // Kept without a sign, but looked at with one: above 2^63-1 all fragments would be refused.
        ["net.ipv4.ipfrag_high_thresh"] = Difference.Most,

        // A multicast routing daemon's.
        ["net.ipv4.conf.*.mc_forwarding"] = Difference.ReadOnly,
    };

    /// <summary>Those that a namespace does not even show: what the machine has, which its boot may have set.</summary>
    private static readonly Dictionary<string, string> OfTheMachine = ((string[])
    [
        "net.core.dev_weight", "net.core.dev_weight_rx_bias", "net.core.gro_normal_batch", "net.core.netdev_budget", "net.core.netdev_budget_usecs",
        "net.core.netdev_max_backlog", "net.core.netdev_tstamp_prequeue",
        .. SysctlRegistry.OfInterfaces.Where(sysctl => !sysctl.HasAll).Select(sysctl => sysctl.NameFor(SysctlName.Default)),
    ]).ToDictionary(name => name, name => File.ReadAllText(PathOf(name)).Trim(), StringComparer.Ordinal);

    /// <summary>Reads the machine's, before any test enters a namespace.</summary>
    public SysctlTests() => Assert.NotEmpty(OfTheMachine);

    [Flags]
    private enum Difference
    {
        None = 0,
        Default = 1,
        ReadOnly = 2,
        Value = 4,
        Most = 8,
        Least = 16,
    }

    [KernelFact]
    public void Kernel_has_every_sysctl_with_our_default()
    {
        using var fresh = NetworkNamespace.Create(Leftovers.NewName("sysctl"));
        foreach (var (name, value) in new HostSysctls([new SysctlDevice("lo", HasAddress: false)]).All())
        {
            var kernel = fresh.Enter(() => Read(name));
            Assert.True(kernel is not null, $"{name}: the kernel has no such sysctl");
            if (!Is(name, Difference.Default))
            {
                Assert.True(kernel == value, $"{name}: the kernel begins with {kernel}, Saker with {value} (a new namespace inherits net.ipv4.conf from the machine)");
            }
        }
    }

    [KernelFact]
    public void Kernel_takes_the_ends_of_every_range_and_nothing_beyond()
    {
        using var fresh = NetworkNamespace.Create(Leftovers.NewName("sysctl"));
        fresh.Enter(() => Write("net.ipv4.ipfrag_low_thresh", "0"));
        foreach (var sysctl in SysctlRegistry.All)
        {
            var name = sysctl.NameFor("lo");
            if (Is(name, Difference.ReadOnly))
            {
                continue;
            }

            Assert.True(fresh.Enter(() => Write(name, $"{sysctl.Type.Least}")), $"{name}: the kernel refuses {sysctl.Type.Least}");
            Assert.True(fresh.Enter(() => Write(name, $"{sysctl.Type.Most}")) || Is(name, Difference.Most), $"{name}: the kernel refuses {sysctl.Type.Most}");
            Assert.False(fresh.Enter(() => Write(name, $"{(Int128)sysctl.Type.Least - 1}")) && !Is(name, Difference.Least), $"{name}: the kernel takes less than {sysctl.Type.Least}");
            Assert.False(fresh.Enter(() => Write(name, $"{(Int128)sysctl.Type.Most + 1}")) && !Is(name, Difference.Most), $"{name}: the kernel takes more than {sysctl.Type.Most}");
        }
    }

    [KernelFact]
    public void Kernel_refuses_a_receive_buffer_that_we_refuse()
    {
        const string Name = "net.core.rmem_default";
        Assert.True(SysctlRegistry.TryFind(Name, out var sysctl, out _));
        var before = Read(Name)!;
        try
        {
            Assert.False(Write(Name, $"{sysctl.Type.Least - 1}"));
            Assert.False(Write(Name, $"{sysctl.Type.Most + 1}"));
        }
        finally
        {
            Assert.True(Write(Name, before));
        }
    }

    [KernelFact]
    public void Writes_have_the_effects_that_they_have_in_the_kernel()
    {
        using var kernel = NetworkNamespace.Create(Leftovers.NewName("sysctl"));
        kernel.Enter(() => NamespaceCommands.Run(
            kernel.Name,
            [
                "ip link set lo up",
                "ip link add eth0 type veth peer name eth1.5",
                "ip link set eth0 up",
                "ip address add 10.0.0.1/24 dev eth0",
                "sysctl -w net.ipv4.ipfrag_low_thresh=0",
            ]));
        SysctlDevice[] devices = [new("lo", HasAddress: true), new("eth0", HasAddress: true), new("eth1/5", HasAddress: false)];
        HostSysctls saker = new(devices, kernel.Enter(() => new HostSysctls(devices).All().ToDictionary(
            value => value.Name,
            value => SysctlRegistry.TryFind(value.Name, out var sysctl, out _) && sysctl.Type.TryParse(Read(value.Name)!, out var read) ? read : throw new InvalidDataException(value.Name),
            StringComparer.Ordinal)));

        // Half of the writes are about forwarding, which has the effects.
        string[] names = [.. saker.All().Select(value => value.Name).Where(name => !Is(name, Difference.ReadOnly | Difference.Value))];
        string[] switches = [.. names.Where(name => name.EndsWith("forward", StringComparison.Ordinal) || name.EndsWith(".forwarding", StringComparison.Ordinal) || name.EndsWith(".accept_redirects", StringComparison.Ordinal))];
        Random random = new(618);
        List<string> done = [];
        for (var i = 0; i < 600; i++)
        {
            var from = random.Next(2) == 0 ? switches : names;
            var text = $"{from[random.Next(from.Length)]}={random.Next(-1, 3)}";
            done.Add(text);
            var taken = SysctlAssignment.TryParse(text, out var assignment, out _);
            Assert.True(taken == kernel.Enter(() => Write(text[..text.IndexOf('=', StringComparison.Ordinal)], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..])), $"{text}: Saker {(taken ? "takes" : "refuses")} it, the kernel does not");
            if (assignment is not null)
            {
                saker.Write([assignment]);
            }

            Assert.Null(saker.Refusal);
            var values = kernel.Enter(() => saker.All().Select(value => (value.Name, Saker: value.Value, Kernel: Read(value.Name))).Where(value => value.Saker != value.Kernel).ToList());
            Assert.True(values.Count == 0, $"after {string.Join(' ', done.TakeLast(5))}: {string.Join(", ", values)}");
        }
    }

    private static bool Is(string name, Difference difference)
        => SysctlRegistry.TryFind(name, out var sysctl, out _)
            && ((OfTheMachine.ContainsKey(name) ? Difference.Default | Difference.ReadOnly : Differences.GetValueOrDefault(sysctl.Name)) & difference) != Difference.None;

    private static string PathOf(string name) => "/proc/sys/" + SysctlName.Exchange(name);

    private static string? Read(string name) => OfTheMachine.TryGetValue(name, out var value) ? value : File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)).Trim().Replace('\t', ' ') : null;

    private static bool Write(string name, string value)
    {
        try
        {
            File.WriteAllText(PathOf(name), value);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>All values of a host by name.</summary>
internal static class HostSysctlsValues
{
    public static IEnumerable<(string Name, string Value)> All(this HostSysctls sysctls)
        => SysctlRegistry.All.SelectMany(sysctls.ValuesOf).Select(value => (value.Key, value.Value.ToString()));
}
