using System.Net;
using System.Net.Sockets;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Routes;

/// <summary>A host's tables, asked as a program does. The kernel tests compare whole networks with the kernel; here is what must hold without it.</summary>
public sealed class TableHostTests
{
    private readonly TableHost _host = new();

    public TableHostTests()
    {
        _host.Add(2, new BpfDevice(1500) { LinkAddress = new byte[] { 2, 0, 0, 0, 0, 2 } });
        _host.Add(3, new BpfDevice(1400));
        _host.AddAddress(2, IPAddress.Parse("10.2.0.1"), 24);
        _host.AddAddress(3, IPAddress.Parse("2001:db8:3::1"), 64);
    }

    [Theory]
    [InlineData("10.2.0.7", FibResult.NoNeighbor)]
    [InlineData("10.2.0.1", FibResult.NotForwarded)]
    [InlineData("10.2.0.255", FibResult.NotForwarded)]
    [InlineData("10.9.0.1", FibResult.NotForwarded)]
    [InlineData("2001:db8:3::7", FibResult.NoNeighbor)]
    [InlineData("2001:db8:3::", FibResult.NotForwarded)]
    [InlineData("fe80::1", FibResult.NotForwarded)]
    public void Addresses_bring_their_routes(string destination, FibResult result) => Assert.Equal(result, Ask(destination).Result);

    [Fact]
    public void Neighbor_gives_both_link_addresses()
    {
        _host.AddNeighbor(2, IPAddress.Parse("10.2.0.7"), new byte[] { 2, 0, 0, 0, 0, 7 });
        (FibResult result, byte[] answer) = Ask("10.2.0.7");
        Assert.Equal(FibResult.Success, result);
        Assert.Equal("020000000002020000000007", Convert.ToHexStringLower(answer.AsSpan(52, 12)));
    }

    [Fact]
    public void First_rule_with_an_answer_counts()
    {
        _host.Add(new FibRoute(IPNetwork.Parse("10.2.0.0/16")) { Type = FibRouteType.Prohibit, Table = 100 });
        _host.Add(new FibRule(200) { Table = 100 });
        Assert.Equal(FibResult.Prohibit, Ask("10.2.0.7").Result);
        _host.Add(new FibRule(100) { Table = FibRoute.MainTable, Destination = IPNetwork.Parse("10.2.0.0/28") });
        Assert.Equal(FibResult.NoNeighbor, Ask("10.2.0.7").Result);
        Assert.Equal(FibResult.Prohibit, Ask("10.2.0.17").Result);
        _host.Add(new FibRule(50) { Action = FibRouteType.Blackhole, Family = AddressFamily.InterNetworkV6 });
        Assert.Equal(FibResult.Prohibit, Ask("10.2.0.17").Result);
        Assert.Equal(FibResult.NotForwarded, Ask("2001:db8:3::7").Result);
    }

    [Fact]
    public void Addresses_that_cannot_be_are_refused()
    {
        Assert.Contains("no device 9", Assert.Throws<ArgumentException>(() => _host.AddAddress(9, IPAddress.Loopback, 8)).Message, StringComparison.Ordinal);
        Assert.Contains("no prefix of 33 bits", Assert.Throws<ArgumentException>(() => _host.AddAddress(2, IPAddress.Loopback, 33)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _host.AddAddress(2, IPAddress.Loopback, -1));
    }

    [Fact]
    public void Copies_that_a_device_does_not_take_are_not_sent()
    {
        _host.Add(4, new BpfDevice(1500, IsUp: false));
        SkbContext packet = new();
        packet.Load(new byte[1419]);
        BpfCpu cpu = new(host: _host);
        Assert.Equal(1, _host.Send(cpu, packet, 3, isIngress: false));
        Assert.Equal(2, _host.Send(cpu, packet, 4, isIngress: false));
        Assert.Equal(1, _host.Send(cpu, packet, 4, isIngress: true));
        Assert.Empty(_host.Sent);
        Assert.Equal(0, _host.Send(cpu, packet, 2, isIngress: false));
        Assert.Equal(1419, Assert.Single(_host.Sent).Bytes.Length);
    }

    private (FibResult Result, byte[] Answer) Ask(string destination)
    {
        IPAddress address = IPAddress.Parse(destination);
        byte[] bytes = new byte[FibLookup.Size];
        FibLookup lookup = new(bytes, FibFlags.None, comparesLength: true);
        bytes[0] = address.AddressFamily == AddressFamily.InterNetworkV6 ? FibLookup.IPv6Family : FibLookup.IPv4Family;
        lookup.Device = 2;
        address.GetAddressBytes().CopyTo(lookup.Destination);
        return (_host.LookupRoute(new BpfCpu(host: _host), lookup), bytes);
    }
}
