using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

/// <summary>Captures from the world: each is read to its end or a fault that is told, and comes through the writers unchanged.</summary>
public class CaptureFolderTests
{
    public static TheoryData<string> Names => [.. CaptureFolder.Files().Select(path => Path.GetFileName(path))];

    [CapturesTheory]
    [MemberData(nameof(Names))]
    public void Every_capture_is_read_and_survives_being_written_again(string name)
    {
        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(File.OpenRead(CaptureFolder.PathOf(name)), anyLinkType: true);

        Assert.True(frames.Count > 0 || fault is not null, "A capture has frames, or a fault says why not.");
        Assert.Equal(frames, Rewritten(frames));
    }

    private static IEnumerable<KeptFrame> Rewritten(List<KeptFrame> frames)
    {
        var stream = new MemoryStream();
        using (var writer = new PcapngWriter(stream, leaveOpen: true))
        {
            foreach (int index in Enumerable.Range(0, frames.Count == 0 ? 0 : frames.Max(frame => frame.Interface) + 1))
            {
                writer.AddInterface(frames.FirstOrDefault(frame => frame.Interface == index)?.LinkType ?? LinkType.Null);
            }

            foreach (KeptFrame frame in frames)
            {
                writer.Write(
                    frame.Interface, frame.Time, Convert.FromHexString(frame.Hex), frame.OriginalLength, (uint)frame.Direction, frame.Comment);
            }
        }

        stream.Position = 0;
        (List<KeptFrame> again, CaptureFault? fault) = CaptureReading.ReadAll(stream, anyLinkType: true);
        Assert.Null(fault);
        return again.Zip(frames, (written, read) => written with { Offset = read.Offset });
    }
}
