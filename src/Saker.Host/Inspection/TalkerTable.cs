using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Host.Inspection;

/// <summary>What one address sent and received.</summary>
/// <param name="Address">The address.</param>
/// <param name="FramesSent">Frames from it.</param>
/// <param name="BytesSent">Their bytes on the wire.</param>
/// <param name="FramesReceived">Frames to it.</param>
/// <param name="BytesReceived">Their bytes on the wire.</param>
public readonly record struct Talker<TAddress>(TAddress Address, long FramesSent, long BytesSent, long FramesReceived, long BytesReceived)
{
    /// <summary>Bytes from it and to it.</summary>
    public long Bytes => BytesSent + BytesReceived;
}

/// <summary>Who talks. At most <see cref="CaptureInspection.MaximumAddresses"/> addresses are kept; those beyond are counted by frames.</summary>
/// <typeparam name="TAddress">What addresses are.</typeparam>
public sealed class TalkerTable<TAddress>
    where TAddress : struct, IEquatable<TAddress>, IComparable<TAddress>
{
    private readonly Dictionary<TAddress, Talker<TAddress>> _talkers = [];

    /// <summary>How many addresses are kept.</summary>
    public int Count => _talkers.Count;

    /// <summary>Frames of which an address found no place.</summary>
    public long FramesBeyond { get; private set; }

    /// <summary>Those with most bytes, the greatest first.</summary>
    public IReadOnlyList<Talker<TAddress>> Most(int count) =>
        [.. _talkers.Values.OrderByDescending(talker => talker.Bytes).ThenBy(talker => talker.Address).Take(count)];

    internal void Add(TAddress source, TAddress destination, int bytes)
    {
        ref Talker<TAddress> sender = ref Find(source);
        if (!Unsafe.IsNullRef(ref sender))
        {
            sender = sender with { Address = source, FramesSent = sender.FramesSent + 1, BytesSent = sender.BytesSent + bytes };
        }

        ref Talker<TAddress> receiver = ref Find(destination);
        if (!Unsafe.IsNullRef(ref receiver))
        {
            receiver = receiver with { Address = destination, FramesReceived = receiver.FramesReceived + 1, BytesReceived = receiver.BytesReceived + bytes };
        }
    }

    private ref Talker<TAddress> Find(TAddress address)
    {
        if (_talkers.Count < CaptureInspection.MaximumAddresses)
        {
            return ref CollectionsMarshal.GetValueRefOrAddDefault(_talkers, address, out _);
        }

        ref Talker<TAddress> found = ref CollectionsMarshal.GetValueRefOrNullRef(_talkers, address);
        FramesBeyond += Unsafe.IsNullRef(ref found) ? 1 : 0;
        return ref found;
    }
}
