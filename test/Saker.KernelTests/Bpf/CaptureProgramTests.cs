using Saker.Bpf;
using Saker.Tests.Bpf.Programs;
using Saker.Wire.Captures;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// The programs of <c>test/vectors/bpf/programs</c> over all frames of the capture folder, one capture after the other through the same maps. Left out is what the kernel's test
/// runs refuse: frames that are too short for Ethernet's header and a byte, longer than fits in a page, and for traffic control those that end before the header of IP that they
/// announce.
/// </summary>
public sealed class CaptureProgramTests
{
    private const int Version = 4;
    private const int LeastLength = 15, GreatestLength = 3520;

    private static readonly Lazy<byte[][]> Frames = new(() => [.. CaptureFolder.Files().SelectMany(Read)]);

    public static TheoryData<string> Names => [.. ProgramCases.All.Select(@case => @case.Name)];

    [KernelTheory(NeedsCaptures = true)]
    [MemberData(nameof(Names))]
    public void Every_engine_does_what_the_kernel_does(string name)
    {
        var @case = ProgramCases.Find(name);
        var isXdp = @case.Read(Version).FindProgram(name)!.Type == ProgramType.Xdp;
        byte[][] frames = [.. Frames.Value.Where(frame => isXdp || TrafficControlCases.Takes(frame))];
        Assert.NotEmpty(frames);
        ProgramAgreement.AssertSame(@case with { Drive = session => ProgramCase.SendAll(session, frames) }, Version);
    }

    /// <summary>The frames of a capture, up to where it is broken; of a file that is none, or has other links, none.</summary>
    private static IEnumerable<byte[]> Read(string path)
    {
        if (!CaptureReader.TryOpen(path, out var reader, out _))
        {
            yield break;
        }

        using (reader)
        {
            while (reader.TryReadNext(out var frame))
            {
                if (frame.Bytes.Length is >= LeastLength and <= GreatestLength)
                {
                    yield return frame.Bytes.ToArray();
                }
            }
        }
    }
}
