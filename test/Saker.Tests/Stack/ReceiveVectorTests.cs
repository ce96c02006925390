using System.Text.Json;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Host.Sysctls;
using Saker.KernelTests.Vectors;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Softirq;

namespace Saker.Tests.Stack;

/// <summary>
/// What Linux did with frames, recorded, and what the receive path does with them: verdict, reason, every counter, every socket, every byte sent.
/// </summary>
public class ReceiveVectorTests
{
    /// <summary>Configurations that need a part that is not built, and which.</summary>
    private static readonly Dictionary<string, string> NotBuilt = new(StringComparer.Ordinal)
    {
        ["packet_sockets"] = "packet sockets",
        ["tcp_established"] = "TCP's states",
    };

    /// <summary>How the same packet lies in memory, or is dressed on the link, without a difference to what becomes of it.</summary>
    public enum Variant
    {
        /// <summary>As it is, in one piece.</summary>
        Linear,

        /// <summary>In fragments of 32 bytes.</summary>
        Fragmented,

        /// <summary>With an 802.1Q tag that bears a priority and no VLAN.</summary>
        PriorityTagged,

        /// <summary>With checksums that the card has looked at before.</summary>
        VerifiedByCard,
    }

    public static TheoryData<string, Variant> Configurations
    {
        get
        {
            TheoryData<string, Variant> data = [];
            foreach (string file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileNameWithoutExtension(file);
                foreach (Variant variant in NotBuilt.ContainsKey(name) ? [] : Enum.GetValues<Variant>())
                {
                    data.Add(name, variant);
                }
            }

            return data;
        }
    }

    private static string Folder { get; } = Path.Combine(Repository.Root, "test", "vectors", "receive");

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Frames_meet_the_fate_that_Linux_gave_them(string configuration, Variant variant)
    {
        ReceiveVectors vectors = Read(configuration);
        List<string> differences = Differences(vectors, vectors.Snapshot, variant, []);
        Assert.True(differences.Count == 0, $"{differences.Count} differences over {vectors.Cases.Count} cases:\n{string.Join('\n', differences)}");
    }

    /// <summary>Hosts that differ by their sysctls alone: one's snapshot with what is written on it is the other.</summary>
    [Theory]
    [InlineData("rp_filter", "forwarding", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0")]
    [InlineData("forwarding", "rp_filter", "net.ipv4.ip_forward=0", "net/ipv4/conf/all/rp_filter=1")]
    [InlineData("plain", "accept_source_route", "net.ipv4.conf.all.accept_source_route=1", "net.ipv4.conf.eth0.accept_source_route=1")]
    public void Written_sysctls_give_the_fate_that_Linux_gave_with_them(string before, string after, params string[] assignments)
    {
        SysctlAssignment[] written = [.. assignments.Select(text => SysctlAssignment.TryParse(text, out SysctlAssignment? assignment, out _) ? assignment : throw new ArgumentException(text))];
        ReceiveVectors vectors = Read(after);
        string snapshot = Read(before).Snapshot;
        Assert.NotEmpty(Differences(vectors, snapshot, Variant.Linear, []));
        List<string> differences = Differences(vectors, snapshot, Variant.Linear, written);
        Assert.True(differences.Count == 0, $"{differences.Count} differences over {vectors.Cases.Count} cases:\n{string.Join('\n', differences)}");
    }

    private static ReceiveVectors Read(string configuration) => ReceiveVectors.Read(Path.Combine(Folder, configuration + ".json"));

    private static List<string> Differences(ReceiveVectors vectors, string snapshot, Variant variant, SysctlAssignment[] written)
    {
        using JsonDocument setup = JsonDocument.Parse(vectors.Configuration);
        bool hasReaders = !setup.RootElement.TryGetProperty("readers", out JsonElement readers) || readers.GetBoolean();
        byte[] json = System.Text.Encoding.UTF8.GetBytes(snapshot);
        List<string> differences = [];
        foreach (ReceiveCase @case in vectors.Cases.Where(@case => NotJudged(@case) is null && Suits(@case, variant)))
        {
            // A stack takes its devices with it, so each case reads the snapshot anew.
            Assert.True(SnapshotReader.TryParse(json, "host.json", out HostConfiguration? host, out string? fault, written), fault);
            differences.AddRange(@case.Differences(Replay(@case, variant, host, hasReaders)));
        }

        return differences;
    }

    /// <summary>Why a case is not judged yet; null: it is.</summary>
    private static string? NotJudged(ReceiveCase @case) =>
        @case.Name.StartsWith("rule ", StringComparison.Ordinal) ? "policy rules are not evaluated"
        : @case.Name.StartsWith("IPv6 fragments", StringComparison.Ordinal) ? "fragments of IPv6 are not put together"
        : @case.Name.EndsWith("the socket is on another device", StringComparison.Ordinal) ? "the kernel does not tell which device a raw socket is bound to"
        : @case.Name.Contains("TCP SYN to the listener", StringComparison.Ordinal) || @case.Expect.SelectMany(answer => answer.Sent).Any(IsSynAck) ? "TCP's states are not built"
        : null;

    /// <summary>Whether a frame that the kernel sent is the second segment of a handshake.</summary>
    private static bool IsSynAck(string sent) =>
        Convert.FromHexString(sent.AsSpan(sent.LastIndexOf(' ') + 1)) is { Length: >= 54 } frame
        && frame[12] == 8 && frame[13] == 0 && frame[23] == 6 && (frame[47] & 0x12) == 0x12 && (frame[47] & 4) == 0;

    /// <summary>A second tag in front of a tag, or of what is no whole Ethernet frame, makes another case of it.</summary>
    private static bool Suits(ReceiveCase @case, Variant variant) =>
        variant != Variant.PriorityTagged
        || @case.Frames.All(frame => frame.Length >= 2 * (14 + 2) && frame[24..28] is not ("8100" or "88a8"));

    private static byte[] Dress(string frame, Variant variant) =>
        Convert.FromHexString(variant == Variant.PriorityTagged ? $"{frame[..24]}8100a000{frame[24..]}" : frame);

    /// <summary>The tag's four bytes count as received by the device, and nowhere else.</summary>
    private static Answer Undress(Answer answer, Variant variant)
    {
        if (variant != Variant.PriorityTagged)
        {
            return answer;
        }

        Dictionary<string, long> counters = new(answer.Counters, StringComparer.Ordinal);
        counters["dev.rx_bytes"] -= 4;
        return answer with { Counters = counters };
    }

    private static ReceiveCase Replay(ReceiveCase @case, Variant variant, HostConfiguration host, bool hasReaders)
    {
        foreach (NetworkDevice device in variant == Variant.VerifiedByCard ? host.Devices : [])
        {
            device.Card = device.Card with { Features = device.Card.Features | CardFeatures.RxChecksumming };
        }

        StackReplay replay = new()
        {
            Cpu = variant == Variant.Fragmented ? new CpuOptions { FrameSize = 512, FrameHeadroom = 480 } : new CpuOptions(),
            HasReaders = hasReaders,
        };
        IReadOnlyList<Answer> answers = replay.Ask(host, [.. @case.Frames.Select(frame => Dress(frame, variant))]);
        return new ReceiveCase(@case.Name, @case.Frames, [.. answers.Select(answer => Undress(answer, variant))]);
    }
}
