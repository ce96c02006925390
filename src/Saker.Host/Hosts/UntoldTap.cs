using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Hosts;

/// <summary>
/// A packet socket of which a snapshot tells where it hangs, and not what its filter takes. Nothing is said to be delivered to it; but what nobody else wants has come to it, and so is not
/// dropped, whether its filter took it or not.
/// </summary>
/// <param name="Device">Whose packets it sees; null: those of all devices.</param>
/// <param name="Protocol">Which protocol's.</param>
public sealed record UntoldTap(NetworkDevice? Device, EtherType Protocol) : IPacketTap
{
    /// <inheritdoc/>
    public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context) => DropReason.Consumed;

    /// <inheritdoc/>
    public override string ToString() => $"packet socket 0x{(ushort)Protocol:x4} on {Device?.Name ?? "all devices"}, whose filter is not known";
}
