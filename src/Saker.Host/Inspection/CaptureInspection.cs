using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Inspection;

/// <summary>Frames of one interface of a capture.</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Frames">How many.</param>
/// <param name="Bytes">Their bytes on the wire.</param>
public readonly record struct InterfaceTotal(CaptureInterface Interface, long Frames, long Bytes);

/// <summary>
/// What is in a capture: times, sizes, protocols, flows, talkers, and what is wrong. Gathered frame by frame in memory that does not grow with the capture's
/// length: flows, addresses and protocols are bounded in number, and what is beyond is counted.
/// </summary>
public sealed class CaptureInspection
{
    /// <summary>Interfaces with a count of their own; frames of further ones are in the totals only.</summary>
    public const int MaximumInterfaces = 1024;

    /// <summary>Addresses of which a <see cref="TalkerTable{TAddress}"/> keeps what they sent and received.</summary>
    public const int MaximumAddresses = 100_000;

    private readonly List<(long Frames, long Bytes)> _interfaces = [];
    private readonly CaptureReader _reader;

    private CaptureInspection(CaptureReader reader) => _reader = reader;

    /// <summary>The form of the file.</summary>
    public CaptureFormat Format => _reader.Format;

    /// <summary>Whether it was compressed.</summary>
    public bool IsCompressed => _reader.IsCompressed;

    /// <summary>Why it could not be read to its end; null: it could.</summary>
    public CaptureFault? Fault => _reader.Fault;

    /// <summary>Its interfaces.</summary>
    public IEnumerable<InterfaceTotal> Interfaces => _reader.Interfaces.Take(MaximumInterfaces).Select((port, index) =>
        index < _interfaces.Count ? new InterfaceTotal(port, _interfaces[index].Frames, _interfaces[index].Bytes) : new InterfaceTotal(port, 0, 0));

    /// <summary>How many frames.</summary>
    public long Frames { get; private set; }

    /// <summary>Their bytes on the wire.</summary>
    public long Bytes { get; private set; }

    /// <summary>The bytes that the capture kept of them.</summary>
    public long CapturedBytes { get; private set; }

    /// <summary>Frames of which it kept a part only.</summary>
    public long CutFrames { get; private set; }

    /// <summary>The earliest time, in nanoseconds since the Unix epoch.</summary>
    public long FirstTime { get; private set; }

    /// <summary>The latest time, in nanoseconds since the Unix epoch.</summary>
    public long LastTime { get; private set; }

    /// <summary>Frames that bear an earlier time than the one before them.</summary>
    public long FramesBackInTime { get; private set; }

    /// <summary>From the earliest frame to the latest, in seconds.</summary>
    public double Seconds => (LastTime - FirstTime) / 1e9;

    /// <summary>First fragments of IP packets.</summary>
    public long FirstFragments { get; private set; }

    /// <summary>Later fragments of IP packets.</summary>
    public long LaterFragments { get; private set; }

    /// <summary>Lengths.</summary>
    public SizeDistribution Sizes { get; } = new();

    /// <summary>Protocols.</summary>
    public ProtocolTree Protocols { get; } = new();

    /// <summary>Flows, by the innermost addresses and ports.</summary>
    public FlowTable Flows { get; } = new();

    /// <summary>Who talks, by IP address; those of IPv4 are mapped into IPv6.</summary>
    public TalkerTable<IPv6Address> Talkers { get; } = new();

    /// <summary>Who talks, by link address.</summary>
    public TalkerTable<MacAddress> Stations { get; } = new();

    /// <summary>What is wrong.</summary>
    public CaptureProblems Problems { get; } = new();

    /// <summary>Reads a capture to its end, or to its fault.</summary>
    /// <param name="reader">The capture, at its beginning, opened for any link type.</param>
    public static CaptureInspection Take(CaptureReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        CaptureInspection inspection = new(reader);
        long previous = long.MinValue;
        while (reader.TryReadNext(out CaptureFrame frame))
        {
            inspection.Add(frame, previous);
            previous = frame.TimestampNanoseconds;
        }

        return inspection;
    }

    internal void AddFragment(bool isFirst)
    {
        FirstFragments += isFirst ? 1 : 0;
        LaterFragments += isFirst ? 0 : 1;
    }

    private void Add(in CaptureFrame frame, long previous)
    {
        int length = frame.OriginalLength;
        long time = frame.TimestampNanoseconds;
        FirstTime = Frames == 0 ? time : Math.Min(FirstTime, time);
        LastTime = Frames == 0 ? time : Math.Max(LastTime, time);
        FramesBackInTime += time < previous ? 1 : 0;
        Frames++;
        Bytes += length;
        CapturedBytes += frame.Bytes.Length;
        CutFrames += frame.IsCut ? 1 : 0;
        Sizes.Add(length);
        CountInterface(frame.InterfaceIndex, length);

        ProtocolNode? link = Protocols.Count(null, ProtocolLayer.Link, (int)frame.LinkType, length);
        ReadOnlySpan<byte> bytes = frame.BytesWithoutFcs;
        if (!LinkLayer.TryResolve(frame.LinkType, bytes, out LinkLayerInfo info))
        {
            if (LinkLayer.IsSupported(frame.LinkType) && !frame.IsCut)
            {
                Problems.Add(CaptureProblem.LinkHeader, frame.Number);
            }

            return;
        }

        if (info is { Source: { } source, Destination: { } destination })
        {
            Stations.Add(source, destination, length);
        }

        new ProtocolWalk(this, frame.Number, length, frame.IsCut, link).ReadNetwork(info.Protocol, bytes[info.NetworkOffset..]);
        FlowKey key = FlowDissector.Dissect(bytes, info.Protocol, info.NetworkOffset, FlowDissectorOptions.EnterVxlan).Key;
        if (key.Family != FlowAddressFamily.None)
        {
            Flows.Add(key, time, length);
            Talkers.Add(key.Source, key.Destination, length);
        }
    }

    private void CountInterface(int index, int length)
    {
        if (index >= MaximumInterfaces)
        {
            return;
        }

        while (_interfaces.Count <= index)
        {
            _interfaces.Add((0, 0));
        }

        (long frames, long bytes) = _interfaces[index];
        _interfaces[index] = (frames + 1, bytes + length);
    }
}
