using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Saker.Kernel.Namespaces;
using Saker.KernelTests.Bpf;
using Saker.KernelTests.Links;

namespace Saker.KernelTests.AfXdp;

/// <summary>The samples, as processes of their own.</summary>
public sealed partial class SampleTests
{
    private static readonly IPAddress Host = new([10, 0, 0, 2]);

    [KernelTheory]
    [InlineData("-N")]
    [InlineData("-S")]
    public void What_xdpsock_sends_xdpsock_sends_back(string mode)
    {
        using VethPair wire = new();
        using Process forwarding = Start(wire.Near, "xdpsock", "-l", "-i", "eth0", mode, "-c", "-p", "-n", "1000");
        Assert.StartsWith("1 on eth0 queue 0, copy; ", forwarding.StandardOutput.ReadLine(), StringComparison.Ordinal);
        using Process sending = Start(wire.Far, "xdpsock", "-t", "-i", "eth0", "-p", "-b", "16", "-d", "1", "-n", "1000");
        var (_, sent) = Counts(sending.StandardOutput.ReadToEnd());
        Assert.True(sending.WaitForExit(10_000));
        var (received, forwarded) = Counts(Interrupt(forwarding));
        Assert.InRange(sent, 1000, long.MaxValue);
        Assert.InRange(received, 1, sent);
        Assert.InRange(forwarded, 1, received);
    }

    [KernelFact]
    public void Xdpsock_sends_the_packet_that_it_is_told_to_send()
    {
        using VethPair wire = new();
        using Process sending = Start(wire.Far, "xdpsock", "-t", "-i", "eth0", "-s", "200", "-G", "02:00:00:00:00:01", "-H", "02:00:00:00:00:02", "-p", "-d", "2");
        byte[] packet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, .. new byte[186]];
        Assert.True(SpinWait.SpinUntil(() => wire.Sees(packet), 10_000), "No such packet came.");
        Interrupt(sending);
    }

    [KernelFact]
    public void Xdpsock_with_several_sockets_lets_them_take_turns()
    {
        using VethPair wire = new();
        using Process receiving = Start(wire.Near, "xdpsock", "-r", "-i", "eth0", "-M", "3", "-p", "-n", "1000");
        Assert.StartsWith("3 on eth0 queue 0, ", receiving.StandardOutput.ReadLine(), StringComparison.Ordinal);
        wire.Far.Enter(() =>
        {
            for (var i = 0; i < 30; i++)
            {
                Assert.False(wire.Passes());
            }
        });
        Assert.Equal((30, 0), Counts(Interrupt(receiving)));
    }

    [KernelFact]
    public void Xdp_echo_sends_datagrams_back_and_counts_them_by_port()
    {
        using LinkSetup setup = LinkSetup.Unlinked();
        setup.RunOutside("ip address add 10.0.0.2/24 dev eth0");

        // The program sends back what it got, and a checksum that the kernel leaves to the card would be missing.
        setup.Kernel.Enter(() => SystemCommand.Run("ethtool", "-K", "eth1", "tx", "off"));
        using var echo = setup.Outside(() => Start("xdp-echo", "eth0"));
        using KernelPeer peer = new(setup);
        Assert.True(peer.Ping(1, 56));
        Assert.True(SpinWait.SpinUntil(() => peer.Exchange(new IPEndPoint(Host, 4000), [1]) is not null, 20_000));
        Assert.Equal([1, 2, 3], peer.Exchange(new IPEndPoint(Host, 4242), [1, 2, 3]));
        Assert.Equal([4], peer.Exchange(new IPEndPoint(Host, 4242), [4]));

        // What is not steered to the socket remains the kernel's.
        Assert.True(peer.Ping(2, 56));
        string[] lines = Interrupt(echo).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Matches("^port 4000: [0-9]+ packets$", lines[0]);
        Assert.Equal("port 4242: 2 packets", lines[1]);
    }

    [KernelTheory]
    [InlineData(2, "one of -r, -t and -l is wanted", "-i", "eth0")]
    [InlineData(2, "-G takes a station", "-t", "-i", "eth0", "-G", "02:00")]
    [InlineData(2, "there is no option '--what'", "--what")]
    [InlineData(1, "AF_XDP socket: there is no device saker-none", "-r", "-i", "saker-none")]
    public void Xdpsock_refuses_what_cannot_be(int code, string told, params string[] arguments)
    {
        using var refused = Start("xdpsock", arguments);
        Assert.StartsWith($"xdpsock: {told}", refused.StandardError.ReadToEnd(), StringComparison.Ordinal);
        refused.WaitForExit();
        Assert.Equal(code, refused.ExitCode);
    }

    private static OwnedProcess Start(NetworkNamespace network, string sample, params string[] arguments) => network.Enter(() => Start(sample, arguments));

    private static OwnedProcess Start(string sample, params string[] arguments) => OwnedProcess.Run($"{sample}.dll", arguments);

    private static string Interrupt(Process process)
    {
        SystemCommand.Run("kill", "-INT", process.Id.ToString(CultureInfo.InvariantCulture));
        var said = process.StandardOutput.ReadToEnd();
        Assert.Empty(process.StandardError.ReadToEnd());
        Assert.True(process.WaitForExit(10_000));
        Assert.Equal(0, process.ExitCode);
        return said;
    }

    private static (long Received, long Sent) Counts(string said)
    {
        var match = Summary().Match(said);
        Assert.True(match.Success, said);
        long Number(string name) => long.Parse(match.Groups[name].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return (Number("received"), Number("sent"));
    }

    [GeneratedRegex("(?<received>[0-9,]+) received, (?<sent>[0-9,]+) sent in ")]
    private static partial Regex Summary();
}
