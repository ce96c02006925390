using System.Text;
using System.Text.Json;
using Saker.Host.Hosts;
using Saker.Host.Oracle;
using Saker.Host.Replay;
using Saker.Stack.Devices;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Wire.Captures;

namespace Saker.Host.Verification;

/// <summary>Asks the user-space receive path what it does with frames, through the very JSON that <c>saker replay</c> prints.</summary>
internal sealed record StackReplay
{
    private const long Epoch = 1_700_000_000_000_000_000;
    private const long Millisecond = 1_000_000;

    /// <summary>The receiving device's name.</summary>
    public string DeviceName { get; init; } = "eth0";

    /// <summary>Packet memory, and the seed of chance.</summary>
    public CpuOptions Cpu { get; init; } = new();

    /// <summary>Whether what reaches a socket is read at once.</summary>
    public bool HasReaders { get; init; } = true;

    /// <summary>Sends frames one after the other to one host, and tells what became of each.</summary>
    /// <param name="host">The host; a stack takes its devices with it, so it serves once.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="times">When each arrives, in nanoseconds and ascending; null: a millisecond apart.</param>
    public IReadOnlyList<Answer> Ask(HostConfiguration host, IReadOnlyList<byte[]> frames, IReadOnlyList<long>? times = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(frames);
        List<long> arrivals = [.. frames.Select((_, index) => Epoch + (times?[index] ?? index * Millisecond))];
        using CaptureReader capture = Capture(frames, arrivals);
        NetworkDevice device = host.Devices.Single(device => device.Name == DeviceName);
        List<List<string>> sent = [.. frames.Select(_ => new List<string>())];
        using MemoryStream output = new();
        using (ReplayJson json = new(output, "frames", device, host.Devices))
        {
            ReplayOptions options = new()
            {
                Device = device,
                InjectEverything = true,
                Cpu = Cpu,
                Reader = HasReaders ? ReaderMode.Immediate : ReaderMode.None,
                Sent = (by, time, frame) =>
                {
                    // What a timer sends between two frames is nobody's.
                    if (arrivals.BinarySearch(time) is >= 0 and var index)
                    {
                        sent[index].Add((ReferenceEquals(by, device) ? string.Empty : by.Name + " ") + Convert.ToHexStringLower(frame));
                    }
                },
            };
            using ReplaySession session = new(host, options, json);
            session.Run(capture);
            json.Finish();
        }

        // On the kernel's side each device has a tap of its own, so that only the order of one device's frames is known.
        List<List<string>> byDevice = [.. sent.Select(frames => frames.OrderBy(frame => frame[..(frame.LastIndexOf(' ') + 1)], StringComparer.Ordinal).ToList())];
        return ReadLines(Encoding.UTF8.GetString(output.ToArray()), byDevice);
    }

    private static CaptureReader Capture(IReadOnlyList<byte[]> frames, List<long> arrivals)
    {
        MemoryStream stream = new();
        using (PcapWriter writer = new(stream, leaveOpen: true))
        {
            for (int i = 0; i < frames.Count; i++)
            {
                writer.Write(arrivals[i], frames[i]);
            }
        }

        stream.Position = 0;
        return CaptureReader.TryOpen(stream, "frames", out CaptureReader? reader, out CaptureFault? fault)
            ? reader
            : throw new InvalidOperationException(fault.ToString());
    }

    private static List<Answer> ReadLines(string lines, List<List<string>> sent)
    {
        List<Answer> answers = [];
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("frame", out _))
            {
                answers.Add(Read(document.RootElement, sent[answers.Count]));
            }
        }

        return answers.Count == sent.Count
            ? answers
            : throw new InvalidOperationException($"{answers.Count} outcomes of {sent.Count} frames");
    }

    private static Answer Read(JsonElement frame, List<string> sent)
    {
        if (frame.GetProperty("sent").GetInt32() is var count && count != sent.Count)
        {
            throw new InvalidOperationException($"{sent.Count} frames were sent, and {count} were counted");
        }

        return new Answer(
            frame.GetProperty("verdict").GetString()!,
            frame.GetProperty("reason").GetString(),
            frame.GetProperty("function").GetString(),
            frame.GetProperty("counters").EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetInt64(), StringComparer.Ordinal),
            [.. frame.GetProperty("sockets").EnumerateArray().Select(socket => socket.GetString()!)],
            sent);
    }
}
