using Saker.Host.Snapshots;

namespace Saker.Tests.Host;

public sealed class SnapshotPartsTests
{
    [Theory]
    [InlineData("/proc/sys/net/ipv4/ip_forward", "net.ipv4.ip_forward")]
    [InlineData("/proc/sys/net/ipv4/conf/eth0.5/rp_filter", "net.ipv4.conf.eth0/5.rp_filter")]
    public void Setting_is_named_as_sysctl_names_it(string path, string name) => Assert.Equal(name, SysctlTree.NameOf(path));

    [Theory]
    [InlineData("0100000A:0035", "10.0.0.1:53")]
    [InlineData("00000000:0000", "0.0.0.0:0")]
    [InlineData("00000000000000000000000001000000:1F90", "[::1]:8080")]
    public void Socket_end_is_read_from_its_hexadecimal_words(string text, string end) => Assert.Equal(end, SocketTable.EndPoint(text));
}
