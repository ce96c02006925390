using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;

namespace Saker.Tests.Stack.Core;

/// <summary>A tap that writes down what it sees: <c>eth0 Host 0800</c>, with the tag beside the packet and the device it came by if that is another.</summary>
internal sealed class SeenPackets(List<string>? log = null, string name = "") : IPacketTap
{
    public List<string> Seen { get; } = log ?? [];

    public bool WantsOutgoing { get; init; }

    /// <summary>Why it could not take what it saw.</summary>
    public DropReason Answer { get; init; } = DropReason.Consumed;

    public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
    {
        NetworkDevice device = context.Devices[packet.Device];
        string tag = packet.HasVlanTag ? $" tag {packet.VlanProtocol:x4}:{packet.VlanTag}" : string.Empty;
        string from = device == original ? string.Empty : $" from {original}";
        Seen.Add($"{(name.Length == 0 ? string.Empty : name + ": ")}{device} {packet.PacketType} {packet.Protocol:x4}{tag}{from}");
        return Answer;
    }
}
