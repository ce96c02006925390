using Saker.Bpf;
using Saker.Wire.Captures;

namespace Saker.Tests.Bpf.Programs;

/// <summary>A program of <c>test/vectors/bpf/programs</c>, what it is given, and what it is tried with.</summary>
/// <param name="Name">The program's name, and its object's unless that is told.</param>
internal sealed record ProgramCase(string Name)
{
    private const int LeastLength = 15, GreatestLength = 1514, FramesOfSample = 40;

    private static readonly Lazy<byte[][]> Samples = new(() => [.. ReadSamples()]);

    /// <summary>The object's name.</summary>
    public string Object { get; init; } = Name;

    /// <summary>Versions of the instruction set that it is compiled for.</summary>
    public int LeastVersion { get; init; } = 1;

    /// <summary>Values of global variables from the beginning.</summary>
    public (string Name, byte[] Value)[] Variables { get; init; } = [];

    /// <summary>Fills maps, which it gets by their names.</summary>
    public Action<Func<string, IBpfMap>> Fill { get; init; } = _ => { };

    /// <summary>The network around it; null: a loopback.</summary>
    public Func<ProgramNetwork>? Network { get; init; }

    /// <summary>The index of the device where its packets are.</summary>
    public uint Device { get; init; } = 1;

    /// <summary>Sends frames; unless told otherwise, a mix and what is in <c>samples</c>.</summary>
    public Action<ProgramSession> Drive { get; init; } = session => SendAll(session, new TrafficMix(Seed).Frames(MixedFrames).Concat(Samples.Value));

    /// <summary>Maps whose contents are not compared.</summary>
    public string[] Untold { get; init; } = [];

    /// <summary>The seed of mixes.</summary>
    public const int Seed = 64;

    /// <summary>How many frames of a mix are sent.</summary>
    public const int MixedFrames = 500;

    /// <summary>The frames of <c>samples</c>: the first ones of each.</summary>
    public static IEnumerable<byte[]> SampleFrames => Samples.Value;

    /// <summary>The path of its object for a version of the instruction set.</summary>
    public string PathOf(int version) => Repository.PathOf($"test/vectors/bpf/programs/{Object}.v{version}.o");

    /// <summary>Reads its object, with the variables as they are to be.</summary>
    public ObjectSpec Read(int version)
    {
        Assert.True(BpfObject.TryRead(File.ReadAllBytes(PathOf(version)), out ObjectSpec? spec, out ObjectFault? fault), fault?.ToString());
        return Variables.Aggregate(spec, (changed, variable) => changed.WithVariable(variable.Name, variable.Value));
    }

    /// <summary>Sends frames one after the other.</summary>
    public static void SendAll(ProgramSession session, IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            session.Send(frame);
        }
    }

    /// <summary>A way to send a mix, then frames of one kind, and what is in <c>samples</c>.</summary>
    /// <param name="count">How many of the kind.</param>
    /// <param name="next">Makes one.</param>
    public static Action<ProgramSession> DriveAlso(int count, Func<TrafficMix, byte[]> next) => session =>
    {
        TrafficMix mix = new(Seed);
        SendAll(session, mix.Frames(MixedFrames).Concat(Enumerable.Range(0, count).Select(_ => next(mix))).Concat(Samples.Value));
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static IEnumerable<byte[]> ReadSamples()
    {
        foreach (string path in Directory.EnumerateFiles(Repository.PathOf("samples")).Where(path => path.Contains(".pcap", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            Assert.True(CaptureReader.TryOpen(path, out CaptureReader? reader, out CaptureFault? fault), fault?.ToString());
            using (reader)
            {
                for (int i = 0; i < FramesOfSample && reader.TryReadNext(out CaptureFrame frame); i++)
                {
                    if (frame.Bytes.Length is >= LeastLength and <= GreatestLength)
                    {
                        yield return frame.Bytes.ToArray();
                    }
                }
            }
        }
    }
}
