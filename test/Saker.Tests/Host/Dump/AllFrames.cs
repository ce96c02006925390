using Saker.Wire.Captures;

namespace Saker.Tests.Host.Dump;

/// <summary>The Ethernet frames of all captures, in one file: the time of each is its number, by which it is told from all others.</summary>
public sealed class AllFrames : IDisposable
{
    public AllFrames()
    {
        using PcapWriter writer = new(File.Create(Path));
        foreach (string file in (string[])[.. Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "samples"), "*.pcap*").Order(StringComparer.Ordinal), .. CaptureFolder.Files()])
        {
            Assert.True(CaptureReader.TryOpen(file, out CaptureReader? reader, out CaptureFault? fault, anyLinkType: true), fault?.ToString());
            using (reader)
            {
                while (reader.TryReadNext(out CaptureFrame frame))
                {
                    if (frame.LinkType == LinkType.Ethernet)
                    {
                        writer.Write(Count++, frame.Bytes, frame.OriginalLength);
                    }
                }
            }
        }
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>How many frames there are.</summary>
    public int Count { get; }

    /// <summary>The numbers of the frames of a capture.</summary>
    public static List<long> NumbersIn(byte[] capture)
    {
        Assert.True(CaptureReader.TryOpen(new MemoryStream(capture), "dump", out CaptureReader? reader, out CaptureFault? fault, anyLinkType: true), fault?.ToString());
        using (reader)
        {
            List<long> numbers = [];
            while (reader.TryReadNext(out CaptureFrame frame))
            {
                numbers.Add(frame.TimestampNanoseconds);
            }

            Assert.Null(reader.Fault);
            return numbers;
        }
    }

    public void Dispose() => File.Delete(Path);
}
