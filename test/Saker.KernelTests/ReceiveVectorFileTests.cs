using System.Text.Json;
using Saker.KernelTests.Vectors;

namespace Saker.KernelTests;

/// <summary>What the vector files say about themselves; needs no kernel.</summary>
public sealed class ReceiveVectorFileTests
{
    [Fact]
    public void Protocols_with_a_handler_are_those_that_the_snapshot_names()
    {
        var vectors = ReceiveVectors.Read(Path.Combine(Repository.PathOf("test/vectors/receive"), "plain.json"));
        var handled = vectors.Cases
            .Where(@case => @case.Name.StartsWith("protocols ", StringComparison.Ordinal))
            .SelectMany(@case => @case.Expect)
            .Select((answer, protocol) => (answer, protocol))
            .Where(entry => entry.answer.Reason != "IP_NOPROTO")
            .Select(entry => entry.protocol);

        using var snapshot = JsonDocument.Parse(vectors.Snapshot);
        var named = snapshot.RootElement.GetProperty("protocols").GetProperty("internet").EnumerateArray().Select(number => number.GetInt32());
        Assert.Equal(named, handled);
    }

    [Fact]
    public void Sent_frame_is_the_same_but_for_identification_and_checksum()
    {
        var frame = Oracle.Frame.IPv4([8, 0, 0, 0, 1, 2, 3, 4], 1, id: 1);
        var another = Oracle.Frame.IPv4([8, 0, 0, 0, 1, 2, 3, 4], 1, id: 2);
        var different = Oracle.Frame.IPv4([8, 0, 0, 0, 1, 2, 3, 5], 1, id: 1);
        Assert.Equal(SentFrame.Normalize(frame), SentFrame.Normalize(another));
        Assert.NotEqual(SentFrame.Normalize(frame), SentFrame.Normalize(different));
    }

    [Fact]
    public void Sent_frame_of_any_bytes_is_normalized_without_fault()
    {
        var random = new Random(20250101);
        for (var i = 0; i < 20_000; i++)
        {
            var frame = new byte[random.Next(120)];
            random.NextBytes(frame);
            if (frame.Length > 34)
            {
                (frame[12], frame[13], frame[23]) = (8, 0, (byte)(random.Next(2) == 0 ? 1 : 6));
            }

            Assert.Equal(frame.Length, SentFrame.Normalize(frame).Length);
        }
    }
}
