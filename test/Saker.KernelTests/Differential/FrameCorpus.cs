using System.Buffers.Binary;
using Saker.Wire.Captures;

namespace Saker.KernelTests.Differential;

/// <summary>
/// The frames of the capture folder (<c>SAKER_CAPTURES</c>, else <c>../shared/captures</c> beside the checkout, if it is there) and of <c>samples</c>.
/// IPv6 is left out, and whatever does not fit through a link of 1500 bytes. The sum of a long capture is not its weight: each gives a few frames.
/// </summary>
internal sealed class FrameCorpus
{
    private const int LeastLength = 14, GreatestLength = 1514, FramesOfOne = 100;
    private static readonly string[] Endings = [".pcap", ".pcapng", ".cap", ".gz"];

    private readonly List<byte[][]> _captures = [];

    private FrameCorpus()
    {
    }

    /// <summary>How many frames were left out since they are IPv6.</summary>
    public int LeftOut { get; private set; }

    public static FrameCorpus Read()
    {
        var corpus = new FrameCorpus();
        foreach (var folder in (string?[])[CaptureFolder.Location, Repository.PathOf("samples")])
        {
            var files = folder is null ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
            foreach (var path in files.Where(path => Endings.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal))
            {
                corpus.Add(path);
            }
        }

        return corpus;
    }

    public byte[] Pick(Random random)
    {
        var frames = _captures[random.Next(_captures.Count)];
        return [.. frames[random.Next(frames.Length)]];
    }

    private void Add(string path)
    {
        if (!CaptureReader.TryOpen(path, out var reader, out _))
        {
            return; // another link type, or not a capture at all
        }

        using (reader)
        {
            List<byte[]> frames = [];
            while (frames.Count < FramesOfOne && reader.TryReadNext(out var frame))
            {
                var bytes = frame.BytesWithoutFcs;
                if (frame.LinkType != LinkType.Ethernet || bytes.Length is < LeastLength or > GreatestLength)
                {
                    continue;
                }

                if (BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) == 0x86dd)
                {
                    LeftOut++;
                    continue;
                }

                frames.Add(bytes.ToArray());
            }

            if (frames.Count > 0)
            {
                _captures.Add([.. frames]);
            }
        }
    }
}
