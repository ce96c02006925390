using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Saker.Host.Sysctls;
using Saker.Stack.Ip.V4;

namespace Saker.Tests.Host.Sysctls;

public class SysctlRegistryTests
{
    [Fact]
    public void Names_are_there_once_and_in_order()
    {
        string[] names = [.. SysctlRegistry.All.Select(sysctl => sysctl.Name)];
        Assert.Equal(names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public void Defaults_make_the_settings_of_a_fresh_kernel()
    {
        Assert.Equal(new HostSettings(), HostSysctls.OfFreshKernel.Settings);
        Assert.Equal(new IPv4InterfaceSettings(), new HostSysctls([new SysctlDevice("eth0", HasAddress: true)]).SettingsOf("eth0"));
    }

    [Fact]
    public void Every_sysctl_changes_a_setting()
    {
        foreach (HostSysctl sysctl in SysctlRegistry.OfHost.Where(sysctl => sysctl.AliasOf is null))
        {
            Assert.NotEqual(sysctl.Apply(new(), Lowest(sysctl, 0)), sysctl.Apply(new(), Lowest(sysctl, 1)));
        }

        foreach (InterfaceSysctl sysctl in SysctlRegistry.OfInterfaces)
        {
            Assert.NotEqual(sysctl.Apply(new(), Number(0), Number(0)), sysctl.Apply(new(), Number(1), Number(1)));
        }
    }

    /// <summary>The settings that a sysctl makes are told by which property changes; whether one decides anything, by who names the property.</summary>
    [Fact]
    public void What_decides_is_asked_for_by_the_stack_and_what_does_not_is_not()
    {
        string stack = string.Concat(Directory
            .EnumerateFiles(Repository.PathOf("src/Saker.Stack"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(path) is not ("IPv4Settings.cs" or "IPv4Interface.cs" or "NeighborSettings.cs" or "ReceiveSettings.cs"))
            .Select(File.ReadAllText));
        foreach (InterfaceSysctl sysctl in SysctlRegistry.OfInterfaces)
        {
            IPv4InterfaceSettings off = sysctl.Apply(new(), Number(0), Number(0));
            IPv4InterfaceSettings on = sysctl.Apply(new(), Number(1), Number(1));
            Check(sysctl, ChangedProperty(off.Neighbors, on.Neighbors) ?? ChangedProperty(off, on));
        }

        foreach (HostSysctl sysctl in SysctlRegistry.OfHost)
        {
            HostSettings least = sysctl.Apply(new(), Lowest(sysctl, 0));
            HostSettings next = sysctl.Apply(new(), Lowest(sysctl, 1));
            if ((ChangedProperty(least.IPv4, next.IPv4) ?? ChangedProperty(least.Receive, next.Receive)) is { } property)
            {
                Check(sysctl, property);
            }
        }

        void Check(Sysctl sysctl, string? property)
        {
            Assert.NotNull(property);
            bool isRead = property == nameof(IPv4InterfaceSettings.IgnoreRoutesWithLinkDown) || Regex.IsMatch(stack, $@"\b{property}\b", RegexOptions.None, TimeSpan.FromSeconds(5));
            Assert.True(sysctl.IsDecisive == isRead, $"{sysctl.Name} {(sysctl.IsDecisive ? "is said to decide, but nothing asks for" : "is said to decide nothing, but the stack asks for")} {property}");
        }

        static string? ChangedProperty<T>(T one, T other) =>
            typeof(T).GetProperties().SingleOrDefault(property => !Equals(property.GetValue(one), property.GetValue(other)))?.Name;
    }

    [Fact]
    public void The_document_lists_every_sysctl()
    {
        string[] lines = File.ReadAllLines(Repository.PathOf("docs/sysctls.md"));
        int idle = Array.FindIndex(lines, line => line.StartsWith("## Read, but", StringComparison.Ordinal));
        Assert.Equal(Rows(isDecisive: true), lines[..idle].Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
        Assert.Equal(Rows(isDecisive: false), lines[idle..].Where(line => line.StartsWith("| `", StringComparison.Ordinal)));

        static IEnumerable<string> Rows(bool isDecisive) => SysctlRegistry.All
            .Where(sysctl => sysctl.IsDecisive == isDecisive)
            .Select(sysctl => $"| `{sysctl.Name}` | {sysctl.Type} | {sysctl.Default} | {sysctl.Meaning} |");
    }

    [Theory]
    [InlineData("net.ipv4.ip_forward", "net.ipv4.ip_forward", null)]
    [InlineData("net/ipv4/ip_forward", "net.ipv4.ip_forward", null)]
    [InlineData("net.ipv4.conf.all.rp_filter", "net.ipv4.conf.*.rp_filter", "all")]
    [InlineData("net.ipv4.conf.eth0/100.rp_filter", "net.ipv4.conf.*.rp_filter", "eth0/100")]
    [InlineData("net/ipv4/conf/eth0.100/rp_filter", "net.ipv4.conf.*.rp_filter", "eth0/100")]
    [InlineData("net.ipv4.neigh.eth0.locktime", "net.ipv4.neigh.*.locktime", "eth0")]
    [InlineData("net/ipv4/conf/a.b.c/arp_filter", "net.ipv4.conf.*.arp_filter", "a/b/c")]
    [InlineData("net.ipv4.conf.eth0.100.rp_filter", null, null)]
    [InlineData("net.ipv4.conf..rp_filter", null, null)]
    [InlineData("net.ipv4.conf.rp_filter", null, null)]
    [InlineData("net.ipv4.ip_forward.", null, null)]
    [InlineData("", null, null)]
    public void Names_have_dots_or_slashes_as_sysctl_has_them(string name, string? row, string? place)
    {
        Assert.Equal(row is not null, SysctlRegistry.TryFind(name, out Sysctl? sysctl, out string? found));
        Assert.Equal((row, place), (sysctl?.Name, found));
    }

    [Theory]
    [InlineData("net.ipv4.ip_forwad", "net.ipv4.ip_forward")]
    [InlineData("ip_forward", "net.ipv4.ip_forward")]
    [InlineData("rp_filter", "net.ipv4.conf.all.rp_filter")]
    [InlineData("net.ipv4.conf.eth0.rpfilter", "net.ipv4.conf.eth0.rp_filter")]
    [InlineData("net.ipv4.conf.eth0.100.rp_filter", "net.ipv4.conf.eth0/100.rp_filter")]
    [InlineData("unres_qlen_byte", "net.ipv4.neigh.default.unres_qlen_bytes")]
    [InlineData("net.ipv4.neigh.eth0.lock_time", "net.ipv4.neigh.eth0.locktime")]
    [InlineData("net.ipv4.rp_filter", "net.ipv4.conf.all.rp_filter")]
    [InlineData("net.ipv6.ip_default_ttl", "net.ipv4.ip_default_ttl")]
    [InlineData("kernel.hostname", null)]
    public void What_was_meant_is_guessed(string name, string? nearest) => Assert.Equal(nearest, SysctlRegistry.Nearest(name) is [string first, ..] ? first : null);

    [Theory]
    [InlineData("rp_filter", "net.ipv4.conf.*.rp_filter")]
    [InlineData("RP_FILTER", "net.ipv4.conf.*.rp_filter")]
    [InlineData("*rp_fil*", "net.ipv4.conf.*.rp_filter")]
    [InlineData("net/core", "net.core.rmem_default")]
    public void Patterns_are_parts_of_names_or_have_stars(string pattern, string name) => Assert.Contains(SysctlRegistry.Matching(pattern), sysctl => sysctl.Name == name);

    [Fact]
    public void A_name_in_full_is_itself_alone() => Assert.Equal("net.ipv4.conf.*.forwarding", Assert.Single(SysctlRegistry.Matching("net.ipv4.conf.eth0.forwarding")).Name);

    [Theory]
    [InlineData("0x1818", 0x1818L)]
    [InlineData("010", 8L)]
    [InlineData("-1", -1L)]
    [InlineData("-0x10", -16L)]
    [InlineData("0", 0L)]
    [InlineData("00", 0L)]
    [InlineData("2147483647", 2147483647L)]
    [InlineData("-2147483648", -2147483648L)]
    [InlineData("2147483648", null)]
    [InlineData("-2147483649", null)]
    [InlineData("0xffffffffffffffff", null)]
    [InlineData("08", null)]
    [InlineData("0777777777777777777777777", null)]
    [InlineData("0x", null)]
    [InlineData("-", null)]
    [InlineData("--1", null)]
    [InlineData("+1", null)]
    [InlineData("1.5", null)]
    [InlineData("one", null)]
    [InlineData("1 2", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("٣", null)]
    public void Numbers_are_read_as_the_kernel_reads_them(string text, long? number)
    {
        Assert.Equal(number is not null, SysctlType.BitMask.TryParse(text, out SysctlValue? value));
        Assert.Equal(number, value?.Number);
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_none_throws() => Properties.Hold(Prop.ForAll((string? name, string? value, byte row) =>
    {
        string known = SysctlRegistry.All[row % SysctlRegistry.All.Count].Name;
        foreach (string text in (string[])[$"{name}={value}", $"{known}={value}", $"{known}{name}={value}", $"{name}{value}"])
        {
            Assert.Equal(SysctlAssignment.TryParse(text, out SysctlAssignment? assignment, out string? fault), assignment is not null);
            Assert.Equal(fault is null, assignment is not null);
        }

        Assert.All(SysctlRegistry.Matching(name ?? string.Empty), Assert.NotNull);
    }));

    private static SysctlValue Number(long number) => new([number]);

    /// <summary>A value near the lower end of what a sysctl takes.</summary>
    private static SysctlValue Lowest(Sysctl sysctl, int more) => new([.. Enumerable.Repeat(Math.Max(sysctl.Type.Least, 0) + more, sysctl.Type.Count)]);
}
