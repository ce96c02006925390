using System.Text;
using System.Text.Json;

namespace Saker.Tests.Host.Verification;

/// <summary>What a verification writes, and how differences are named.</summary>
public class VerificationJsonTests
{
    private static readonly Answer Kernel = new("dropped", "NO_SOCKET", "udp4_lib_rcv", Counters(("Udp.NoPorts", 1), ("Ip.InReceives", 1)), [], ["00"]);

    private static readonly FrameDifference Difference = new(
        3, Kernel, Kernel with { Verdict = "delivered", Reason = null, Counters = Counters(("Udp.InDatagrams", 1), ("Ip.InReceives", 1)), Sockets = ["udp 0.0.0.0:53"], Sent = [] });

    [Fact]
    public void Kind_says_what_differs_and_not_by_how_much() =>
        Assert.Equal("dropped NO_SOCKET: stack says delivered, Udp.InDatagrams more, Udp.NoPorts less, sockets, sent 0 for 1", Difference.Kind);

    [Fact]
    public void Every_line_is_an_object_and_the_last_one_has_the_sums()
    {
        VerificationTotals totals = new() { Frames = 5, Equal = 2, Outgoing = 1 };
        totals.Add(Difference);
        totals.AddNotCompared("not built: ipv6_rcv");
        using MemoryStream output = new();
        using (VerificationJson json = new(output, "a.pcap", "eth0"))
        {
            json.Difference(Difference);
            json.Finish(totals);
        }

        string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal("""{"schema":1,"capture":"a.pcap","device":"eth0"}""", lines[0]);
        using JsonDocument frame = JsonDocument.Parse(lines[1]);
        Assert.Equal(3, frame.RootElement.GetProperty("frame").GetInt32());
        Assert.Equal("NO_SOCKET", frame.RootElement.GetProperty("kernel").GetProperty("reason").GetString());
        Assert.Equal("udp 0.0.0.0:53", frame.RootElement.GetProperty("saker").GetProperty("sockets")[0].GetString());
        using JsonDocument summary = JsonDocument.Parse(lines[2]);
        JsonElement sums = summary.RootElement.GetProperty("summary");
        Assert.Equal((5, 2, 1), (sums.GetProperty("frames").GetInt32(), sums.GetProperty("equal").GetInt32(), sums.GetProperty("differ").GetInt32()));
        Assert.Equal(1, sums.GetProperty("notCompared").GetProperty("not built: ipv6_rcv").GetInt32());
        Assert.Equal(3, sums.GetProperty("kinds")[0].GetProperty("first").GetInt32());
    }

    [Fact]
    public void What_does_not_come_out_again_was_a_disturbance()
    {
        VerificationTotals first = new() { Frames = 5, Equal = 3 };
        first.Add(Difference);
        first.Add(Difference with { Number = 4 });
        VerificationTotals second = new() { Frames = 4 };
        second.Add(Difference);
        VerificationTotals confirmed = first.ConfirmedBy(second);
        Assert.Equal((5, 4, 1, 1), (confirmed.Frames, confirmed.Equal, confirmed.Differing, confirmed.Disturbed));
    }

    private static SortedDictionary<string, long> Counters(params (string Name, long Amount)[] moved)
    {
        SortedDictionary<string, long> counters = new(StringComparer.Ordinal);
        foreach ((string name, long amount) in moved)
        {
            counters[name] = amount;
        }

        return counters;
    }
}
