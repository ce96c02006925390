using Saker.Packets;
using Saker.Stack.Devices;

namespace Saker.Stack.Gro;

/// <summary>Makes a packet a part of a held one (<c>skb_gro_receive</c>, <c>skb_gro_receive_list</c>).</summary>
internal static class GroMerge
{
    /// <summary>The most segments that one packet stands for where small ones would fill it (<c>UDP_GRO_CNT_MAX</c>).</summary>
    public const int MostSmallSegments = 64;

    /// <summary>Hangs a candidate's payload behind a held packet; its headers stay in front of it, unused.</summary>
    /// <returns>False if the whole would be too long, or the candidate is not to be merged: nothing has changed.</returns>
    public static bool TryAppend(PacketBuffer held, ref GroControl control, in GroCandidate candidate)
    {
        int most = candidate.IsIPv6 ? candidate.Offload.MaximumSize : candidate.Offload.MaximumIPv4Size;
        if (candidate.MustFlush || held.Length + candidate.PayloadLength >= most)
        {
            return false;
        }

        control.Segments += (ushort)candidate.Segments;
        Charge(held, candidate.Packet);
        candidate.Packet.Pull(candidate.PayloadOffset);
        held.AppendFragment(candidate.Packet);
        return true;
    }

    /// <summary>Hangs a candidate behind a held packet so that it can be taken off again with its own headers.</summary>
    /// <inheritdoc cref="TryAppend" path="/returns"/>
    public static bool TryAppendSegment(PacketBuffer held, ref GroControl control, in GroCandidate candidate)
    {
        PacketBuffer packet = candidate.Packet;
        if (candidate.MustFlush || held.Length + packet.Length >= ReceiveOffload.LargestSize)
        {
            return false;
        }

        packet.MarkNetworkHeader(candidate.NetworkOffset);
        packet.MarkTransportHeader(candidate.TransportOffset - candidate.NetworkOffset);
        control.Segments++;
        Charge(held, packet);
        packet.Pull(candidate.PayloadOffset);
        held.AppendSegment(packet);
        return true;
    }

    /// <summary>Both packets' memory is the held one's now.</summary>
    private static void Charge(PacketBuffer held, PacketBuffer packet) => held.TrueSize += packet.TrueSize;

    /// <summary>Whether what is known of the checksums of two packets is the same, so that it can be known of both together.</summary>
    public static bool HasSameChecksumState(PacketBuffer held, PacketBuffer packet) =>
        (held.ChecksumState == ChecksumState.Complete) == (packet.ChecksumState == ChecksumState.Complete);
}
