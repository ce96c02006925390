using Saker.Packets;
using Saker.Stack.Devices;

namespace Saker.Stack.Core.TrafficControl;

/// <summary>
/// Decides about a frame, whose data begins at the link header. It may read and write the frame (after <see cref="PacketBuffer.TryMakeWritable"/>), and leaves its data
/// beginning where it did. Called on the CPU where the packet is.
/// </summary>
public delegate TrafficVerdict TrafficClassifier(PacketBuffer frame, ref TrafficContext context);

/// <summary>What a classifier gets beside the frame, and where it says where a frame is redirected to.</summary>
public ref struct TrafficContext
{
    internal TrafficContext(PacketContext packets) => Packets = packets;

    /// <summary>The CPU, and what can be done there.</summary>
    public PacketContext Packets { get; }

    internal NetworkDevice? Target { get; private set; }

    internal HookDirection Direction { get; private set; }

    /// <summary>Lets the frame be received by a device as if it came in there, or be sent by it (<c>bpf_redirect</c>).</summary>
    /// <returns><see cref="TrafficVerdict.Redirect"/>, for the classifier to return.</returns>
    public TrafficVerdict Redirect(NetworkDevice device, HookDirection direction)
    {
        Target = device;
        Direction = direction;
        return TrafficVerdict.Redirect;
    }
}

/// <summary>
/// A program that is asked before the filters (tcx). Of its verdicts only <see cref="TrafficVerdict.Ok"/>, <see cref="TrafficVerdict.Shot"/> and
/// <see cref="TrafficVerdict.Redirect"/> are final; with any other one, and with none, the filters decide.
/// </summary>
/// <param name="name">Its name, for people.</param>
/// <param name="classifier">What it does.</param>
public sealed class TrafficProgram(string name, TrafficClassifier classifier)
{
    /// <summary>Its name, for people.</summary>
    public string Name { get; } = name;

    /// <summary>What it does.</summary>
    public TrafficClassifier Classifier { get; } = classifier;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A filter of a <c>clsact</c> queueing discipline.</summary>
/// <param name="name">Its name, for people.</param>
/// <param name="priority">When it is asked: the lowest first. Not 0.</param>
/// <param name="classifier">What it does.</param>
public sealed class TrafficFilter(string name, ushort priority, TrafficClassifier classifier)
{
    /// <summary>The protocol that stands for all.</summary>
    public const ushort AllProtocols = 3;

    /// <summary>Its name, for people.</summary>
    public string Name { get; } = name;

    /// <summary>When it is asked: the lowest first.</summary>
    public ushort Priority { get; } = priority;

    /// <summary>Of which EtherType packets it is asked about, in host order. Of a packet with a VLAN tag it is the tag's.</summary>
    public ushort Protocol { get; init; } = AllProtocols;

    /// <summary>What it does.</summary>
    public TrafficClassifier Classifier { get; } = classifier;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
