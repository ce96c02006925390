using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

/// <summary>No content whatever makes a reader throw, and what precedes damage is read.</summary>
public class CaptureRobustnessTests
{
    private static readonly byte[][] Sound = [SoundPcap(false), SoundPcap(true), SoundPcapng(false), SoundPcapng(true)];

    public static TheoryData<int> SoundFiles => [.. Enumerable.Range(0, Sound.Length)];

    [Theory]
    [MemberData(nameof(SoundFiles))]
    public void A_file_cut_at_any_byte_gives_the_frames_before_the_cut_and_the_offset_of_what_was_cut(int index)
    {
        byte[] file = Sound[index];
        List<KeptFrame> whole = CaptureReading.ReadSound(file);
        HashSet<long> boundaries = Boundaries(file);
        for (int length = 0; length < file.Length; length++)
        {
            (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(file[..length]);

            Assert.Equal(whole.TakeWhile(frame => EndOf(frame, whole, file) <= length), frames);
            if (boundaries.Contains(length))
            {
                Assert.Null(fault);
            }
            else
            {
                Assert.NotNull(fault);
                Assert.Equal(boundaries.Append(0).Where(boundary => boundary <= length).Max(), fault.Offset);
            }
        }
    }

    [Fact]
    public void A_gzip_cut_at_any_byte_gives_a_beginning_of_the_frames()
    {
        foreach (byte[] file in Sound)
        {
            List<KeptFrame> whole = CaptureReading.ReadSound(file);
            byte[] packed = CaptureReading.Gzip(file);
            for (int length = 0; length < packed.Length; length++)
            {
                (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(packed[..length]);
                Assert.Equal(whole.Take(frames.Count), frames);
                Assert.NotNull(fault);
            }
        }
    }

    [Fact]
    public void Random_bytes_after_a_magic_number_never_throw()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        byte[][] starts =
        [
            [], new CaptureBytes().PcapHeader().ToArray(), new CaptureBytes(true).PcapHeader(0xa1b23c4d, snapLength: uint.MaxValue).ToArray(),
            new CaptureBytes().PcapHeader(0xa1b2cd34).ToArray(), new CaptureBytes().Section().Interface().ToArray(),
            new CaptureBytes(true).Section().Interface().ToArray(), [0x1f, 0x8b, 8],
        ];
        foreach (int input in Enumerable.Range(0, Effort.Inputs(7_000, 1_000_000)))
        {
            byte[] noise = new byte[random.Next(120)];
            random.NextBytes(noise);
            MakeNumbersSmall(noise, random);
            ReadWithoutException([.. starts[input % starts.Length], .. noise], Seed, input);
        }
    }

    [Fact]
    public void Mutated_captures_never_throw()
    {
        const int Seed = 12;
        var random = new Random(Seed);
        foreach (int input in Enumerable.Range(0, Effort.Inputs(8_000, 1_000_000)))
        {
            byte[] file = [.. Sound[input % Sound.Length]];
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                file[random.Next(file.Length)] = (byte)(random.Next(3) == 0 ? random.Next(4) : random.Next(256));
            }

            ReadWithoutException(input % 7 == 0 ? CaptureReading.Gzip(file) : file, Seed, input);
        }
    }

    private static void ReadWithoutException(byte[] file, int seed, int input)
    {
        try
        {
            if (!CaptureReader.TryOpen(new MemoryStream(file), "test", out CaptureReader? reader, out CaptureFault? fault, anyLinkType: true))
            {
                Assert.NotEmpty(fault.ToString());
                return;
            }

            long end = 0;
            while (reader.TryReadNext(out CaptureFrame frame))
            {
                Assert.True(frame.Offset >= end, "Frames come one after another.");
                end = frame.Offset + frame.Bytes.Length;
                Assert.True(end <= reader.Position && frame.InterfaceIndex < reader.Interfaces.Count);
                _ = frame.Comment;
                _ = frame.Direction;
                _ = frame.BytesWithoutFcs;
                frame.TryGetQueue(out _);
                frame.TryGetHash(out _, out _);
                LinkLayer.TryResolve(frame.LinkType, frame.Bytes, out _);
            }

            Assert.False(reader.TryReadNext(out _));
            Assert.True(reader.Fault is null || reader.Fault.Offset <= reader.Position);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}, input {input}: {Convert.ToHexStringLower(file)}", exception);
        }
    }

    // Random lengths are nearly always far too large; small ones get further into the parsers.
    private static void MakeNumbersSmall(byte[] noise, Random random)
    {
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (i % 4, random.Next(4)) is (0, _) or (_, 0) ? noise[i] : (byte)0;
        }
    }

    // Where a file may end without a fault: after the file header and each record, or after each block.
    private static HashSet<long> Boundaries(byte[] file)
    {
        HashSet<long> boundaries = [];
        if (file[0] == 0x0a)
        {
            bool isBigEndian = file[8] == 0x1a;
            for (int at = 0; at < file.Length; boundaries.Add(at))
            {
                at += isBigEndian ? (file[at + 6] << 8) | file[at + 7] : file[at + 4] | (file[at + 5] << 8);
            }
        }
        else
        {
            boundaries.Add(24);
            boundaries.UnionWith(CaptureReading.ReadSound(file).Select(frame => frame.Offset + 16 + (frame.Hex.Length / 2)));
        }

        return boundaries;
    }

    private static long EndOf(KeptFrame frame, List<KeptFrame> whole, byte[] file) => Boundaries(file).Where(boundary => boundary > frame.Offset).Min();

    private static byte[] SoundPcap(bool isBigEndian) => new CaptureBytes(isBigEndian).PcapHeader()
        .PcapRecord(1_700_000_000, 1, [.. Enumerable.Repeat((byte)0xaa, 60)])
        .PcapRecord(1_700_000_000, 2, [])
        .PcapRecord(1_700_000_001, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0, 0x45], original: 1514)
        .ToArray();

    private static byte[] SoundPcapng(bool isBigEndian) => new CaptureBytes(isBigEndian)
        .Section(options => options.TextOption(4, "x").EndOfOptions())
        .Interface(1, 0, options => options.TextOption(2, "eth0").Option(9, 9).EndOfOptions())
        .Enhanced(0, 5, [1, 2, 3, 4, 5], options: options => options.TextOption(1, "hi").UInt32Option(2, 1).EndOfOptions())
        .Block(5, body => body.UInt32(0).UInt64(0))
        .Simple(3, [1, 2, 3])
        .Section().Interface(101)
        .Obsolete(0, 5, [0x45, 2, 3])
        .Enhanced(0, 6, [])
        .ToArray();
}
