using FsCheck.Fluent;
using Saker.Host.Sysctls;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;

namespace Saker.Tests.Host.Sysctls;

/// <summary>What was asked of the kernel is in <c>SysctlTests</c> of the kernel tests, which writes the same.</summary>
public class HostSysctlsTests
{
    private static readonly SysctlDevice[] Devices = [new("lo", HasAddress: true), new("eth0", HasAddress: true), new("eth1", HasAddress: false)];

    [Fact]
    public void Written_values_go_over_given_ones_in_their_order()
    {
        HostSysctls sysctls = Written("net.ipv4.ip_default_ttl=3", "net.ipv4.ip_default_ttl=0x20");
        Assert.Equal(32, sysctls.Settings.IPv4.DefaultTimeToLive);
        Assert.Equal((0, (string?)null), (sysctls.Warnings.Count, sysctls.Refusal));
    }

    [Theory]
    [InlineData("net.ipv4.ip_forward")]
    [InlineData("net.ipv4.conf.all.forwarding")]
    public void A_host_that_becomes_a_router_forwards_by_every_device_and_takes_no_redirects(string name)
    {
        HostSysctls sysctls = Written($"{name}=1");
        Assert.All(["lo", "eth0", "eth1"], device => Assert.True(sysctls.SettingsOf(device).Forwarding));
        Assert.Equal(("1", "1", "0"), (Value(sysctls, "ip_forward"), Value(sysctls, "conf.default.forwarding"), Value(sysctls, "conf.all.accept_redirects")));
    }

    [Fact]
    public void Only_a_change_makes_a_router()
    {
        HostSysctls sysctls = Written("net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.forwarding=0", "net.ipv4.conf.all.accept_redirects=1", "net.ipv4.ip_forward=1");
        Assert.False(sysctls.SettingsOf("eth0").Forwarding);
        Assert.Equal("1", Value(sysctls, "conf.all.accept_redirects"));
    }

    [Fact]
    public void A_router_that_becomes_a_host_takes_redirects_again()
    {
        HostSysctls sysctls = Written("net.ipv4.ip_forward=2", "net.ipv4.conf.eth0.forwarding=1", "net.ipv4.ip_forward=0");
        Assert.False(sysctls.SettingsOf("eth0").Forwarding);
        Assert.Equal("1", Value(sysctls, "conf.all.accept_redirects"));
    }

    [Fact]
    public void Forwarding_of_a_device_is_its_own()
    {
        HostSysctls sysctls = Written("net.ipv4.conf.eth1.forwarding=1");
        Assert.Equal((false, true), (sysctls.SettingsOf("eth0").Forwarding, sysctls.SettingsOf("eth1").Forwarding));
        Assert.Equal("0", Value(sysctls, "ip_forward"));
    }

    [Fact]
    public void What_default_says_is_taken_by_devices_without_an_address()
    {
        HostSysctls sysctls = Written("net.ipv4.conf.default.rp_filter=2");
        Assert.Equal((0, 2), (sysctls.SettingsOf("eth0").ReversePathFilter, sysctls.SettingsOf("eth1").ReversePathFilter));
        Assert.Empty(sysctls.Warnings);
    }

    [Fact]
    public void What_was_written_to_a_device_stays()
    {
        HostSysctls sysctls = Written("net.ipv4.conf.eth1.rp_filter=1", "net.ipv4.conf.default.rp_filter=2");
        Assert.Equal(1, sysctls.SettingsOf("eth1").ReversePathFilter);
        Assert.Equal("--sysctl: net.ipv4.conf.default.rp_filter counts for devices to come; those of the host have a value of their own", Assert.Single(sysctls.Warnings));
    }

    [Fact]
    public void Some_of_default_are_not_handed_down()
    {
        HostSysctls sysctls = Written("net.ipv4.conf.default.forwarding=1", "net.ipv4.conf.default.route_localnet=1", "net.ipv4.conf.default.drop_unicast_in_l2_multicast=1");
        Assert.Equal(new IPv4InterfaceSettings(), sysctls.SettingsOf("eth1"));
        Assert.Equal(3, sysctls.Warnings.Count);
    }

    [Fact]
    public void Neighbours_are_treated_as_each_device_says()
    {
        HostSysctls sysctls = Written("net.ipv4.neigh.eth0.locktime=0", "net.ipv4.neigh.eth0.retrans_time_ms=250");
        Assert.Equal(NeighborSettings.Default with { LockTime = 0, RetransmitTime = 250_000_000 }, sysctls.SettingsOf("eth0").Neighbors);
        Assert.Equal(NeighborSettings.Default, sysctls.SettingsOf("eth1").Neighbors);
    }

    [Fact]
    public void Default_of_neighbours_is_taken_by_untouched_devices_without_an_address()
    {
        HostSysctls sysctls = Written("net.ipv4.neigh.default.ucast_solicit=7", "net.ipv4.neigh.eth1.mcast_solicit=1", "net.ipv4.neigh.default.mcast_solicit=9");
        Assert.Equal((3, 3), (sysctls.SettingsOf("eth0").Neighbors.UnicastProbes, sysctls.SettingsOf("eth0").Neighbors.MulticastProbes));
        Assert.Equal((7, 1), (sysctls.SettingsOf("eth1").Neighbors.UnicastProbes, sysctls.SettingsOf("eth1").Neighbors.MulticastProbes));
    }

    [Fact]
    public void There_is_no_neighbour_setting_of_all()
    {
        Assert.NotNull(Written("net.ipv4.neigh.all.ucast_solicit=7").Refusal);
        Assert.True(SysctlRegistry.TryFind("net.ipv4.neigh.eth0.ucast_solicit", out Sysctl? sysctl, out _));
        Assert.Equal(["default", "lo", "eth0", "eth1"], new HostSysctls(Devices).ValuesOf(sysctl).Select(value => value.Key.Split('.')[3]));
    }

    [Fact]
    public void Numbers_left_out_stay() => Assert.Equal("1 2 33554432", Value(Written("net.ipv4.tcp_rmem=1 2"), "tcp_rmem"));

    [Fact]
    public void What_decides_nothing_is_said_in_one_line() => Assert.Equal(
        "--sysctl: net.ipv4.conf.all.log_martians, net.ipv4.ip_early_demux decide nothing yet",
        Assert.Single(Written("net.ipv4.conf.all.log_martians=1", "net.ipv4.ip_early_demux=0", "net.ipv4.ip_default_ttl=1", "net.ipv4.ip_early_demux=1").Warnings));

    [Fact]
    public void A_device_that_is_not_there_is_refused()
    {
        HostSysctls sysctls = Written("net/ipv4/conf/eth0.5/rp_filter=1");
        Assert.Equal("--sysctl net.ipv4.conf.eth0/5.rp_filter: the host has no device 'eth0.5'; it has lo, eth0, eth1.", sysctls.Refusal);
    }

    [Fact]
    public void Any_numbers_make_settings_and_none_throws() => Properties.Hold(Prop.ForAll((int number, int other, byte row) =>
    {
        Sysctl sysctl = SysctlRegistry.All[row % SysctlRegistry.All.Count];
        HostSysctls sysctls = new(Devices);
        foreach (string place in (string[])[sysctl is InterfaceSysctl { HasAll: false } ? "eth1" : "all", "default", "eth0", "eth1"])
        {
            string text = $"{sysctl.NameFor(place)}={(place == "eth0" ? other : number)}";
            if (SysctlAssignment.TryParse(text, out SysctlAssignment? assignment, out _))
            {
                sysctls.Write([assignment]);
            }
        }

        _ = (sysctls.Settings, sysctls.SettingsOf("eth0"), sysctls.SettingsOf("eth1"));
        return sysctls.Refusal is null;
    }));

    internal static SysctlAssignment Assignment(string text)
    {
        Assert.True(SysctlAssignment.TryParse(text, out SysctlAssignment? assignment, out string? fault), fault);
        return assignment;
    }

    private static HostSysctls Written(params string[] assignments)
    {
        HostSysctls sysctls = new(Devices);
        sysctls.Write([.. assignments.Select(Assignment)]);
        return sysctls;
    }

    private static string Value(HostSysctls sysctls, string name)
    {
        Assert.True(SysctlRegistry.TryFind("net.ipv4." + name, out Sysctl? sysctl, out _));
        return sysctls.ValuesOf(sysctl).Single(value => value.Key == "net.ipv4." + name).Value.ToString();
    }
}
