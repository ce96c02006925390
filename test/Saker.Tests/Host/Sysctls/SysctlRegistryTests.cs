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
            HostSettings settings = new();
            Assert.NotEqual(sysctl.Apply(settings, Other(sysctl, 1)), sysctl.Apply(settings, Other(sysctl, 2)));
        }

        foreach (InterfaceSysctl sysctl in SysctlRegistry.OfInterfaces)
        {
            IPv4InterfaceSettings settings = new();
            Assert.NotEqual(sysctl.Apply(settings, Number(0), Number(0)), sysctl.Apply(settings, Number(1), Number(1)));
        }

        static SysctlValue Number(long number) => new([number]);
        static SysctlValue Other(Sysctl sysctl, int number)
        {
            long value = sysctl.Type.Most == 1 ? number - 1 : Math.Max(sysctl.Type.Least, 0) + (sysctl.Type.Name == "flag" ? number - 1 : number);
            return new SysctlValue([.. Enumerable.Repeat(value, sysctl.Type.Count)]);
        }
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
}
