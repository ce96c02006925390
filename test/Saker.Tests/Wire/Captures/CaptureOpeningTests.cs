using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

public sealed class CaptureOpeningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saker-captures-").FullName;

    public static TheoryData<string, CaptureFaultKind, string> Foreign => new()
    {
        { "", CaptureFaultKind.Empty, "test: is empty; a capture without frames would still have a header" },
        { "d4c3b2", CaptureFaultKind.UnknownFormat, "test: has only 3 bytes, which is too short for a capture" },
        { "28b52ffd00000000", CaptureFaultKind.UnknownFormat, "it looks like zstd compressed data; decompress it first: zstd -d" },
        { "fd377a585a000000", CaptureFaultKind.UnknownFormat, "it looks like xz compressed data; decompress it first: xz -d" },
        { "425a683931415926", CaptureFaultKind.UnknownFormat, "it looks like bzip2 compressed data; decompress it first: bzip2 -d" },
        { "04224d1800000000", CaptureFaultKind.UnknownFormat, "it looks like lz4 compressed data; decompress it first: lz4 -d" },
        { "504b030400000000", CaptureFaultKind.UnknownFormat, "it looks like a zip archive; unpack it first: unzip" },
        { "736e6f6f7000000000000002", CaptureFaultKind.UnknownFormat, "it looks like a snoop capture; convert it: editcap -F pcapng IN OUT" },
        { "474d425503000000", CaptureFaultKind.UnknownFormat, "it looks like a Microsoft Network Monitor capture; convert it" },
        { "0000000000f15365020000400000003c0000", CaptureFaultKind.UnknownFormat, "it looks like an ERF capture; convert it" },
        { "7b2266726d65223a317d0a", CaptureFaultKind.UnknownFormat, "it looks like text; save the capture as pcapng" },
        { "00000000000000000000", CaptureFaultKind.UnknownFormat, "it looks like zeros only; the capture was never written; take it again" },
        { "0102030405060708", CaptureFaultKind.UnknownFormat, "it looks like nothing known (it begins with 01020304); `file` may tell what it is" },
        { "a1b234cd00000000", CaptureFaultKind.UnknownFormat, "it looks like a pcap file with a damaged or private magic number" },
        { "0d0a0d0d0a1c0000", CaptureFaultKind.UnknownFormat, "it looks like a pcapng file damaged by a transfer in text mode; copy it again as binary" },
        { "7f454c4602010100", CaptureFaultKind.UnknownFormat, "it looks like an ELF object; name a capture" },
        {
            "d4c3b2a102000400000000000000000000000400",
            CaptureFaultKind.Truncated,
            "the pcap file header at byte 0 is 24 bytes long, but the capture ends after 20 of them"
        },
        {
            "0a0d0d0a1c0000004d3c2b1a0100",
            CaptureFaultKind.Truncated,
            "the section header block at byte 0 is 28 bytes long, but the capture ends after 14 of them"
        },
        { "d4c3b2a1020005000000000000000000000004000100000000", CaptureFaultKind.UnsupportedVersion, "is pcap of version 2.5, which no one writes" },
        {
            "d4c3b2a1020004000000000000000000000004006900000000",
            CaptureFaultKind.UnsupportedLinkType,
            "test: holds frames of link type 105 (IEEE802_11), which is not supported; supported are Ethernet (1), raw IP"
        },
        {
            "d4c3b2a1020004000000000000000000000004003f42000000", CaptureFaultKind.UnsupportedLinkType, "link type 16959, which is not supported"
        },
        { "d4c3b2a102000400000000000000000000000400010001000000", CaptureFaultKind.Malformed, "the link type 0x00010001 in its header" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void What_is_no_capture_is_refused_with_one_clear_line(string hex, CaptureFaultKind kind, string message)
    {
        CaptureFault fault = CaptureReading.Refusal(Convert.FromHexString(hex));

        Assert.Equal(kind, fault.Kind);
        Assert.Contains(message, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.ToString());
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void The_same_inside_gzip_says_so(string hex, CaptureFaultKind kind, string message)
    {
        CaptureFault fault = CaptureReading.Refusal(CaptureReading.Gzip(Convert.FromHexString(hex)));

        Assert.Equal(kind, fault.Kind);
        Assert.True(fault.IsDecompressedOffset);
        Assert.NotEmpty(message);
        if (kind == CaptureFaultKind.UnknownFormat && hex.Length > 6)
        {
            Assert.StartsWith("holds gzip data of something that is not a pcap or pcapng capture", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Gzip_in_gzip_is_opened_once_only()
    {
        byte[] twice = CaptureReading.Gzip(CaptureReading.Gzip(new CaptureBytes().PcapHeader().ToArray()));

        Assert.Contains("it looks like gzip data inside gzip data; decompress it once: gzip -d", CaptureReading.Refusal(twice).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_that_cannot_be_read_are_faults()
    {
        Assert.False(CaptureReader.TryOpen(_folder, out _, out CaptureFault? fault));
        Assert.Equal(CaptureFaultKind.Directory, fault.Kind);
        Assert.Equal($"{_folder}: is a directory; name a capture file in it", fault.ToString());
        Assert.Null(fault.Offset);

        string missing = Path.Combine(_folder, "missing.pcap");
        Assert.False(CaptureReader.TryOpen(missing, out _, out fault));
        Assert.Equal(CaptureFaultKind.NotFound, fault.Kind);
        Assert.Equal($"{missing}: there is no such file; check the path", fault.ToString());

        Assert.False(CaptureReader.TryOpen(Path.Combine(_folder, "no", "folder.pcap"), out _, out fault));
        Assert.Equal(CaptureFaultKind.NotFound, fault.Kind);
    }

    [Fact]
    public void A_file_without_permission_is_a_fault()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Path.Combine(_folder, "secret.pcap");
        File.WriteAllBytes(path, new CaptureBytes().PcapHeader().ToArray());
        File.SetUnixFileMode(path, UnixFileMode.None);

        // Root may read everything.
        if (CaptureReader.TryOpen(path, out CaptureReader? reader, out CaptureFault? fault))
        {
            reader.Dispose();
            Assert.True(Environment.IsPrivilegedProcess);
            return;
        }

        Assert.Equal(CaptureFaultKind.NoPermission, fault.Kind);
    }

    [Fact]
    public void A_file_is_read_from_its_path_plain_or_compressed()
    {
        byte[] file = new CaptureBytes().PcapHeader().PcapRecord(1, 0, [1, 2, 3]).ToArray();
        foreach ((string name, byte[] content) in new[] { ("plain.pcap", file), ("packed.pcap.gz", CaptureReading.Gzip(file)) })
        {
            string path = Path.Combine(_folder, name);
            File.WriteAllBytes(path, content);

            Assert.True(CaptureReader.TryOpen(path, out CaptureReader? reader, out _));
            using (reader)
            {
                Assert.Equal(path, reader.Source);
                Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), reader.IsCompressed);
                Assert.True(reader.TryReadNext(out CaptureFrame frame));
                Assert.Equal(24, frame.Offset);
                Assert.False(reader.TryReadNext(out _));
                Assert.Null(reader.Fault);
                Assert.Equal(file.Length, reader.Position);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_stream_that_gives_little_at_a_time_is_read_alike(int step)
    {
        byte[] file = new CaptureBytes().PcapHeader().PcapRecord(1, 0, [1, 2, 3]).PcapRecord(1, 0, new byte[3000]).ToArray();

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(new TricklingStream(file, step));
        (List<KeptFrame> packed, CaptureFault? packedFault) = CaptureReading.ReadAll(new TricklingStream(CaptureReading.Gzip(file), step));

        Assert.Null(fault);
        Assert.Null(packedFault);
        Assert.Equal(CaptureReading.ReadSound(file), frames);
        Assert.Equal(frames, packed);
    }

    [Fact]
    public void A_stream_that_fails_ends_the_capture_with_the_failure()
    {
        byte[] file = new CaptureBytes().PcapHeader().PcapRecord(1, 0, [1, 2, 3]).ToArray();

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(new FailingStream(file));

        Assert.Single(frames);
        Assert.Equal(new CaptureFault(CaptureFaultKind.ReadFailed, "test", "reading failed at byte 43: The disk is on fire.", 43), fault);
    }

    [Fact]
    public void A_gzip_that_ends_early_is_read_so_far()
    {
        var bytes = new CaptureBytes().PcapHeader();
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            byte[] frame = new byte[1000];
            random.NextBytes(frame);
            bytes.PcapRecord(1, 0, frame);
        }

        byte[] packed = CaptureReading.Gzip(bytes.ToArray());

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(packed[..(packed.Length / 2)]);

        Assert.InRange(frames.Count, 50, 150);
        Assert.NotNull(fault);
        Assert.True(fault.IsDecompressedOffset);
        Assert.Equal(CaptureFaultKind.ReadFailed, fault.Kind);
        Assert.Contains("the gzip data is damaged or cut short: it decompresses only up to byte ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_left_open_only_where_the_caller_wants_it()
    {
        byte[] file = new CaptureBytes().PcapHeader().ToArray();
        foreach (byte[] content in new[] { file, CaptureReading.Gzip(file), [1, 2, 3, 4, 5] })
        {
            foreach (bool leaveOpen in new[] { false, true })
            {
                var stream = new MemoryStream(content);
                if (CaptureReader.TryOpen(stream, "test", out CaptureReader? reader, out _, leaveOpen: leaveOpen))
                {
                    Assert.True(stream.CanRead);
                    reader.Dispose();
                }

                Assert.Equal(leaveOpen, stream.CanRead);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
