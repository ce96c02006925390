using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Ip;

/// <summary>Allocates packets of this host's own, whatever they carry.</summary>
internal static class OwnPackets
{
    /// <summary>
    /// Allocates a packet with room in front for all headers. Its bytes, to be written by the caller, are what IP carries; those that do not
    /// fit in one chunk lie in fragments (<see cref="PacketBuffer.Write(int, ReadOnlySpan{byte})"/>).
    /// </summary>
    /// <param name="cpu">The CPU that sends it.</param>
    /// <param name="cause">The received packet because of which it is sent; a null handle: none.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="packet">The packet, the caller's until it is sent.</param>
    /// <returns>False if there is no memory.</returns>
    public static bool TryAllocate(Cpu cpu, PacketBuffer cause, int length, out PacketBuffer packet)
    {
        if (!cpu.Packets.TryAllocate(cpu.Frames, out packet))
        {
            return false;
        }

        int part = Math.Min(length, packet.Tailroom);
        packet.Put(part);
        for (int remaining = length - part; remaining > 0; remaining -= part)
        {
            if (!cpu.Packets.TryAllocate(cpu.Frames, out PacketBuffer fragment))
            {
                packet.Free();
                packet = default;
                return false;
            }

            part = Math.Min(remaining, fragment.Tailroom);
            fragment.Put(part);
            packet.AppendFragment(fragment);
        }

        packet.PacketType = PacketType.Outgoing;
        packet.Timestamp = cpu.Now;
        if (!cause.IsNull)
        {
            packet.Origin = cause.Origin;
        }

        return true;
    }
}
