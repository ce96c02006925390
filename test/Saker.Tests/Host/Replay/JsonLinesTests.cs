using System.Globalization;
using System.Text;
using System.Text.Json;
using Saker.Host.Replay;

namespace Saker.Tests.Host.Replay;

public sealed class JsonLinesTests
{
    [Fact]
    public void Numbers_are_written_as_they_are()
    {
        long[] numbers = [0, 1, 9, 10, 99, 100, -1, 12_345, long.MaxValue, long.MinValue];
        using MemoryStream output = new();
        JsonLines lines = new(output);
        foreach (long number in numbers)
        {
            lines.Add(",\"n\":"u8, number);
        }

        lines.End();
        lines.Flush();
        string expected = string.Concat(numbers.Select(number => string.Create(CultureInfo.InvariantCulture, $",\"n\":{number}")));
        Assert.Equal(expected + "\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Texts_are_quoted_as_a_writer_would()
    {
        foreach (string text in (string[])["plain", "with \"quotes\" \\ and \n", "<é>&'", "\u0001"])
        {
            Assert.Equal(text, JsonDocument.Parse(JsonLines.Quote(text)).RootElement.GetString());
        }

        Assert.Equal(",\"dev.eth0.rx_packets\":", Encoding.UTF8.GetString(JsonLines.Key("dev.eth0.rx_packets")));
    }

    [Fact]
    public void Lines_of_any_length_come_whole_pieces_and_a_writers_in_turn()
    {
        byte[] piece = JsonLines.Quote(new string('x', 100_000));
        using MemoryStream output = new();
        JsonLines lines = new(output);
        for (int i = 0; i < 5; i++)
        {
            lines.Add("["u8);
            lines.Add(piece);
            using (Utf8JsonWriter writer = new(lines, new JsonWriterOptions { SkipValidation = true }))
            {
                lines.Add(","u8);
                writer.WriteStringValue(new string('y', 200_000));
            }

            lines.Add("]"u8);
            lines.End();
        }

        lines.Flush();
        string[] all = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, all.Length);
        Assert.All(all, line => Assert.Equal([100_000, 200_000], JsonDocument.Parse(line).RootElement.EnumerateArray().Select(text => text.GetString()!.Length)));
    }
}
