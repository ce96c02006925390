using Saker.Packets;
using Saker.Stack.Core;

namespace Saker.Stack.Sockets.Packet;

/// <summary>Finds a socket with room, where the chosen one of a fanout group has none (<c>fanout_demux_rollover</c>).</summary>
internal static class RolloverChoice
{
    /// <summary>Chooses.</summary>
    /// <param name="sockets">The group's sockets.</param>
    /// <param name="first">The one that was chosen by other rules; it keeps in mind where the last search ended.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="context">The CPU.</param>
    /// <param name="triesFirst">Whether that one gets the packet as long as it has room, and no other flow must make room for one that fills it.</param>
    /// <returns>The place of the socket; <paramref name="first"/> where none has room.</returns>
    public static int Choose(PacketSocket[] sockets, int first, PacketBuffer packet, PacketContext context, bool triesFirst)
    {
        RolloverState state = sockets[first].Rollover;
        ReceiveRoom room = ReceiveRoom.None;
        if (triesFirst)
        {
            room = sockets[first].RoomFor(packet, context.Cpu);
            if (room == ReceiveRoom.Normal || (room == ReceiveRoom.Low && !IsHuge(state, packet, context)))
            {
                return first;
            }
        }

        int start = Math.Min(state.Next, sockets.Length - 1);
        int candidate = start;
        do
        {
            if (!(triesFirst && candidate == first) && !sockets[candidate].IsUnderPressure(context.Cpu) && sockets[candidate].RoomFor(packet, context.Cpu) == ReceiveRoom.Normal)
            {
                state.Next = candidate;
                state.CountMoved(isHuge: room == ReceiveRoom.Low);
                return candidate;
            }

            candidate = candidate + 1 == sockets.Length ? 0 : candidate + 1;
        }
        while (candidate != start);
        state.CountFailed();
        return first;
    }

    /// <summary>Whether more than half of the socket's last packets were of this flow (<c>fanout_flow_is_huge</c>).</summary>
    private static bool IsHuge(RolloverState state, PacketBuffer packet, PacketContext context)
    {
        uint hash = packet.HasHash ? packet.Hash : context.FlowHash.Of(packet);
        int same = state.History.AsSpan().Count(hash);
        state.History[context.Cpu.NextRandom() % RolloverState.HistoryLength] = hash;
        return same > RolloverState.HistoryLength / 2;
    }
}
