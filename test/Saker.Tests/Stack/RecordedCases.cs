using System.Text.Json;

namespace Saker.Tests.Stack;

/// <summary>A frame and what the kernel did with it.</summary>
internal sealed record RecordedFrame(byte[] Bytes, FrameResult Expected);

/// <summary>What the kernel was once asked: <c>test/vectors/receive</c>, whose files say how they were made.</summary>
internal static class RecordedCases
{
    /// <summary>The frames of all cases of a file, by the case's name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<RecordedFrame>> Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), file + ".json")));
        return document.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(
            entry => entry.GetProperty("name").GetString()!,
            entry => (IReadOnlyList<RecordedFrame>)[.. entry.GetProperty("frames").EnumerateArray().Zip(entry.GetProperty("expect").EnumerateArray(), Frame)],
            StringComparer.Ordinal);
    }

    /// <summary>The names of the sockets that were open.</summary>
    public static string[] Sockets(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), file + ".json")));
        return [.. document.RootElement.GetProperty("configuration").GetProperty("sockets").EnumerateArray().Select(socket => socket.GetProperty("name").GetString()!)];
    }

    private static RecordedFrame Frame(JsonElement bytes, JsonElement expected) => new(
        Convert.FromHexString(bytes.GetString()!),
        new FrameResult(
            expected.GetProperty("verdict").GetString()!,
            expected.GetProperty("reason").GetString(),
            [.. expected.GetProperty("sockets").EnumerateArray().Select(socket => socket.GetString()!)],
            expected.GetProperty("counters").EnumerateObject().ToDictionary(counter => counter.Name, counter => counter.Value.GetInt64(), StringComparer.Ordinal),
            [.. expected.GetProperty("sent").EnumerateArray().Select(frame => frame.GetString()!)]));

    private static string Folder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Saker.slnx")))
            {
                return Path.Combine(folder.FullName, "test", "vectors", "receive");
            }
        }

        throw new DirectoryNotFoundException("Tests run inside of the repository, whose root has Saker.slnx.");
    }
}
