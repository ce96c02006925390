using System.Globalization;
using System.Text.Json;
using Saker.Host.Hosts;
using Saker.Host.Replay;
using Saker.Host.Snapshots;
using Saker.KernelTests.Vectors;
using Saker.Stack.Sockets;
using Saker.Wire.Captures;

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
        ["full_buffers"] = "the kernel's accounting of a frame's memory",
    };

    public static TheoryData<string> Configurations =>
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => !NotBuilt.ContainsKey(name)).Order(StringComparer.Ordinal)];

    private static string Folder { get; } = Path.Combine(Repository.Root, "test", "vectors", "receive");

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Frames_meet_the_fate_that_Linux_gave_them(string configuration)
    {
        ReceiveVectors vectors = ReceiveVectors.Read(Path.Combine(Folder, configuration + ".json"));
        using JsonDocument setup = JsonDocument.Parse(vectors.Configuration);
        bool hasReaders = !setup.RootElement.TryGetProperty("readers", out JsonElement readers) || readers.GetBoolean();
        List<string> differences = [];
        foreach (ReceiveCase @case in vectors.Cases.Where(@case => !NeedsHandshake(@case)))
        {
            // A stack takes its devices with it, so each case reads the snapshot anew.
            Assert.True(SnapshotReader.TryParse(System.Text.Encoding.UTF8.GetBytes(vectors.Snapshot), configuration, out HostConfiguration? host, out string? fault), fault);
            differences.AddRange(AnswerComparison.Differences(@case, Replay(@case, host, hasReaders)));
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences over {vectors.Cases.Count} cases:\n{string.Join('\n', differences)}");
    }

    /// <summary>A listener's answers to what begins or goes on with a connection are TCP's states', which are not built.</summary>
    private static bool NeedsHandshake(ReceiveCase @case) =>
        @case.Expect.Any(answer => answer.Verdict == "consumed" && @case.Name.Contains("listener", StringComparison.Ordinal))
        || @case.Name.StartsWith("TCP SYN, then", StringComparison.Ordinal);

    private static ReceiveCase Replay(ReceiveCase @case, HostConfiguration host, bool hasReaders)
    {
        using MemoryStream capture = new();
        using (PcapWriter writer = new(capture, leaveOpen: true))
        {
            for (int i = 0; i < @case.Frames.Count; i++)
            {
                writer.Write(1_700_000_000_000_000_000 + (i * 1_000_000L), Convert.FromHexString(@case.Frames[i]));
            }
        }

        capture.Position = 0;
        Assert.True(CaptureReader.TryOpen(capture, @case.Name, out CaptureReader? reader, out CaptureFault? fault), fault?.ToString());
        Saker.Stack.Devices.NetworkDevice device = host.Devices.Single(device => device.Name == "eth0");
        List<List<string>> sent = [.. @case.Frames.Select(_ => new List<string>())];
        using MemoryStream output = new();
        using (reader)
        using (ReplayJson json = new(output, @case.Name, device, host.Devices))
        {
            ReplayOptions options = new()
            {
                Device = device,
                InjectEverything = true,
                Reader = hasReaders ? ReaderMode.Immediate : ReaderMode.None,
                Sent = (by, time, frame) => sent[(int)((time - 1_700_000_000_000_000_000) / 1_000_000)].Add(
                    (ReferenceEquals(by, device) ? string.Empty : by.Name + " ") + Convert.ToHexStringLower(frame)),
            };
            using ReplaySession session = new(host, options, json);
            session.Run(reader);
            json.Finish();
        }

        string[] lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new ReceiveCase(@case.Name, @case.Frames, [.. lines[1..^1].Select((line, index) => Read(line, sent[index]))]);
    }

    private static Answer Read(string line, List<string> sent)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement frame = document.RootElement;
        Assert.Equal(sent.Count.ToString(CultureInfo.InvariantCulture), frame.GetProperty("sent").GetRawText());
        return new Answer(
            frame.GetProperty("verdict").GetString()!,
            frame.GetProperty("reason").GetString(),
            frame.GetProperty("function").GetString(),
            frame.GetProperty("counters").EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetInt64(), StringComparer.Ordinal),
            [.. frame.GetProperty("sockets").EnumerateArray().Select(socket => socket.GetString()!)],
            sent);
    }
}
