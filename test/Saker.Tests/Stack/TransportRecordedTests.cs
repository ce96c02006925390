using System.Text.RegularExpressions;
using Saker.Stack.Ip.V4;

namespace Saker.Tests.Stack;

/// <summary>Options, TCP, raw sockets, IGMP and LLC against what the kernel was once seen to do.</summary>
public sealed partial class TransportRecordedTests
{
    [Theory]
    [InlineData("plain", "option ", 50)]
    [InlineData("plain", "TCP ", 40)]
    [InlineData("plain", "IGMP", 18)]
    [InlineData("plain", "802.3", 10)]
    [InlineData("accept_source_route", "", 15)]
    [InlineData("raw_sockets", "sockets: ", 19)]
    [InlineData("tcp_established", "established: bad checksum", 1)]
    [InlineData("tcp_established", "established: from another port", 1)]
    [InlineData("tcp_established", "established: ethernet broadcast", 1)]
    public void Recorded_cases_end_as_in_the_kernel(string file, string prefix, int atLeast)
    {
        string[] sockets = RecordedCases.Sockets(file);
        List<string> differences = [];
        int asked = 0;
        foreach ((string name, IReadOnlyList<RecordedFrame> frames) in RecordedCases.Read(file))
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || !frames.All(frame => IsBuilt(name, frame)))
            {
                continue;
            }

            asked++;
            using TestHost host = new(new IPv4InterfaceSettings { AcceptSourceRoute = file == "accept_source_route" });
            foreach (string socket in sockets)
            {
                host.Open(socket);
            }

            differences.AddRange(frames.Select(frame => Difference(name, frame.Expected, host.Receive(frame.Bytes))).Where(text => text.Length > 0));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(asked >= atLeast, $"only {asked} cases of {file} begin with '{prefix}'");
    }

    /// <summary>What needs TCP's state machine is not compared.</summary>
    private static bool IsBuilt(string name, RecordedFrame frame) =>
        !name.Contains("ARP", StringComparison.Ordinal)
        && !name.Contains("ICMP", StringComparison.Ordinal)
        && !name.Contains("TCP SYN, then", StringComparison.Ordinal)
        && (frame.Expected.Counters.GetValueOrDefault("Tcp.OutSegs") == 0 || frame.Expected.Counters.ContainsKey("Tcp.OutRsts"));

    private static string Difference(string name, FrameResult expected, FrameResult seen)
    {
        string want = Describe(expected, expected);
        string have = Describe(seen, expected);
        return want == have ? string.Empty : $"{name}\n  kernel {want}\n  saker  {have}";
    }

    /// <summary>ICMP errors are another test's matter: where the kernel sent one, what sending moves is left out.</summary>
    private static string Describe(FrameResult result, FrameResult expected)
    {
        bool sentError = expected.Counters.ContainsKey("Icmp.OutMsgs");
        IEnumerable<string> counters = result.Counters
            .Where(counter => !sentError || !OfSending().IsMatch(counter.Key))
            .OrderBy(counter => counter.Key, StringComparer.Ordinal)
            .Select(counter => $"{counter.Key}={counter.Value}");
        IEnumerable<string> sockets = result.Sockets.Select(socket => DeviceOfSocket().Replace(socket, string.Empty)).Order(StringComparer.Ordinal);
        string sent = sentError ? string.Empty : string.Join(' ', result.Sent);
        return $"{result.Verdict} {result.Reason} [{string.Join(", ", sockets)}] {string.Join(' ', counters)} {sent}";
    }

    [GeneratedRegex(@"^(Icmp|Ip\.Out|IpExt\.Out|dev\.tx)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfSending();

    [GeneratedRegex(@"%\w+", RegexOptions.None, 1000)]
    private static partial Regex DeviceOfSocket();
}
