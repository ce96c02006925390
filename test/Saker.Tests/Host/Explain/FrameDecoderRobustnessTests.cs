using Saker.Host.Explain;
using Saker.Tests.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Explain;

/// <summary>The decoder ends and tells something of any bytes, and each field's bytes are those of the frame.</summary>
public sealed class FrameDecoderRobustnessTests
{
    private const int Seed = 20_250;

    [Fact]
    public void Mutated_frames_are_taken_apart()
    {
        Random random = new(Seed);
        int inputs = Effort.Inputs(20_000, 1_000_000);
        for (int i = 0; i < inputs; i++)
        {
            byte[] frame = [.. SampleFrames.All[random.Next(SampleFrames.All.Count)]];
            for (int change = random.Next(6); change >= 0; change--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            Decode(random.Next(3) == 0 ? frame[..random.Next(frame.Length + 1)] : frame, $"seed {Seed}, input {i}");
        }
    }

    [Fact]
    public void Random_bytes_behind_each_type_are_taken_apart()
    {
        Random random = new(Seed);
        ushort[] types = [0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x8864, 0x6558, 0x0030];
        int inputs = Effort.Inputs(20_000, 1_000_000);
        for (int i = 0; i < inputs; i++)
        {
            byte[] frame = new byte[random.Next(14, 200)];
            random.NextBytes(frame);
            ushort type = types[random.Next(types.Length)];
            (frame[12], frame[13]) = ((byte)(type >> 8), (byte)type);
            if (type == 0x0800 && frame.Length > 24)
            {
                frame[14] = (byte)(0x40 | random.Next(4, 9));
                frame[23] = new byte[] { 1, 2, 4, 6, 17, 41, 47, 50, 51, 136 }[random.Next(10)];
            }

            Decode(frame, $"seed {Seed}, input {i}");
        }
    }

    [Fact]
    public void Nests_without_end_are_left_after_some_headers()
    {
        byte[] frame = new byte[9000];
        for (int at = 12; at < frame.Length - 1; at += 4)
        {
            (frame[at], frame[at + 1]) = (0x81, 0x00);
        }

        Assert.InRange(FrameDecoder.Decode(frame).Count, 2, 64);
    }

    [CapturesFact]
    public void Captured_frames_are_taken_apart()
    {
        foreach (string path in CaptureFolder.Files())
        {
            if (!CaptureReader.TryOpen(path, out CaptureReader? reader, out _))
            {
                continue;
            }

            using (reader)
            {
                while (reader.TryReadNext(out CaptureFrame frame) && frame.Number <= 50)
                {
                    Decode(frame.Bytes.ToArray(), $"{path}, frame {frame.Number}");
                }
            }
        }
    }

    private static void Decode(byte[] frame, string input)
    {
        try
        {
            IReadOnlyList<DecodedHeader> headers = FrameDecoder.Decode(frame, isCut: frame.Length % 2 == 0);
            Assert.NotEmpty(headers);
            foreach (HeaderField field in headers.SelectMany(header => header.Fields))
            {
                int start = Math.Min(field.Offset, frame.Length);
                Assert.True(frame.AsSpan(start, field.Raw.Length).SequenceEqual(field.Raw.Span), $"{field.Name} at {field.Offset} has other bytes");
            }

            FrameSummary.Describe(frame);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{input}: {Convert.ToHexStringLower(frame)}", exception);
        }
    }
}
