using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Softirq;

/// <summary>
/// Computes the hash of a packet's flow where the card gave none (<c>__skb_get_hash</c>): of addresses, ports and protocol as the flow dissector finds them, the
/// same in both directions.
/// </summary>
/// <remarks>
/// The kernel's is SipHash with a key of its boot, so that which CPU a flow comes to cannot be foretold anyway. This one is a multiplicative hash with a key
/// from the seed: flows spread as evenly, and a replay repeats itself. It is not made to withstand an attacker who knows the seed.
/// </remarks>
internal sealed class FlowHash
{
    private readonly ulong _key;

    public FlowHash(ulong seed) => _key = Mix(seed ^ 0x6a09_e667_f3bc_c908);

    /// <summary>Computes the hash of a packet whose data begins at its network header, and notes it there.</summary>
    public void Set(PacketBuffer packet)
    {
        FlowKey key = FlowDissector.Dissect(packet.Linear, (EtherType)packet.Protocol, 0).Key;
        packet.SetHash(Compute(key), key.SourcePort != 0 || key.DestinationPort != 0);
    }

    /// <summary>The hash of the flow of a packet whose network header is marked, whatever its card said: the same in both directions.</summary>
    public uint Of(PacketBuffer packet)
    {
        int network = Math.Clamp(packet.NetworkHeaderOffset, 0, packet.LinearLength);
        return Compute(FlowDissector.Dissect(packet.Linear, (EtherType)packet.Protocol, network).Key);
    }

    /// <summary>The hash of a flow; never 0, which the kernel takes for none.</summary>
    public uint Compute(in FlowKey key)
    {
        ulong first = Mix(Mix(_key ^ key.Source.Upper) ^ key.Source.Lower);
        ulong second = Mix(Mix(_key ^ key.Destination.Upper) ^ key.Destination.Lower);

        // As in the kernel the lower address, and with it its port, comes first: both directions are one flow.
        int order = key.Source.Value.CompareTo(key.Destination.Value);
        bool isSwapped = order > 0 || (order == 0 && key.SourcePort > key.DestinationPort);
        uint ports = isSwapped ? ((uint)key.DestinationPort << 16) | key.SourcePort : ((uint)key.SourcePort << 16) | key.DestinationPort;
        ulong addresses = isSwapped ? Mix(second + (first << 1)) : Mix(first + (second << 1));
        ulong hash = Mix(addresses ^ ports ^ ((ulong)key.Protocol << 32) ^ ((ulong)(ushort)key.NetworkProtocol << 40) ^ ((ulong)key.FlowLabel << 8));
        return Math.Max((uint)(hash >> 32), 1);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * 0xd6e8_feb8_6659_fd93;
        value = (value ^ (value >> 32)) * 0xd6e8_feb8_6659_fd93;
        return value ^ (value >> 32);
    }
}
