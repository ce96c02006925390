using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Saker.KernelTests.Links;

/// <summary><c>saker up</c> as a process of its own, at a device that a kernel has the other end of.</summary>
public sealed class UpCommandTests
{
    [KernelTheory]
    [InlineData("packet", "INT")]
    [InlineData("packet", "TERM")]
    [InlineData("xdp", "INT")]
    public void A_signal_ends_it_with_a_summary(string kind, string signal)
    {
        using LinkSetup setup = LinkSetup.Unlinked(queues: 2);
        using Process up = Start(setup, $"{kind}:eth0", "--queues", "2");
        using JsonDocument begin = ReadLine(up);
        Assert.Equal(($"{kind}:eth0", 1500, 2), (
            begin.RootElement.GetProperty("link").GetString(), begin.RootElement.GetProperty("mtu").GetInt32(), begin.RootElement.GetProperty("queues").GetInt32()));
        using (KernelPeer peer = new(setup))
        {
            Assert.True(peer.Ping(1, 56));
            Assert.Equal([1, 2, 3], peer.Exchange(new IPEndPoint(new IPAddress([10, 0, 0, 2]), 7), [1, 2, 3]));
        }

        SystemCommand.Run("kill", $"-{signal}", up.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        string[] lines = up.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(up.WaitForExit(10_000));
        Assert.Equal(0, up.ExitCode);
        Assert.Empty(up.StandardError.ReadToEnd());

        using JsonDocument last = JsonDocument.Parse(lines[^1]);
        JsonElement counters = last.RootElement.GetProperty("summary").GetProperty("counters");
        Assert.Equal(1, counters.GetProperty("IcmpMsg.InType8").GetInt64());
        Assert.Equal(1, counters.GetProperty("Udp.OutDatagrams").GetInt64());
        Assert.Equal(1, last.RootElement.GetProperty("summary").GetProperty("stages").GetProperty("icmp_echo").GetInt64());
    }

    [KernelFact]
    public void It_ends_by_itself_after_its_duration()
    {
        using LinkSetup setup = LinkSetup.Unlinked();
        using Process up = Start(setup, "packet:eth0", "--duration", "2");
        Assert.True(up.WaitForExit(30_000));
        Assert.Equal(0, up.ExitCode);
        Assert.Contains("\"summary\"", up.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
    }

    [KernelFact]
    public void Killed_it_leaves_no_program_behind()
    {
        using LinkSetup setup = LinkSetup.Unlinked();
        using Process up = Start(setup, "xdp:eth0");
        ReadLine(up).Dispose();
        Assert.Contains("xdp", ShowDevice(setup), StringComparison.Ordinal);

        up.Kill();
        up.WaitForExit();

        Assert.True(SpinWait.SpinUntil(() => !ShowDevice(setup).Contains("xdp", StringComparison.Ordinal), 5000));
    }

    private static string ShowDevice(LinkSetup setup) => setup.Outside(() => System.Text.Encoding.UTF8.GetString(SystemCommand.Run("ip", "link", "show", "dev", "eth0").Output));

    private static OwnedProcess Start(LinkSetup setup, string link, params string[] further) => setup.Outside(() =>
        OwnedProcess.Run("saker.dll", ["up", "--link", link, "--address", "10.0.0.2/24", "--udp-echo", "7", "--json", .. further]));

    private static JsonDocument ReadLine(Process process) => JsonDocument.Parse(process.StandardOutput.ReadLine() ?? process.StandardError.ReadToEnd());
}
