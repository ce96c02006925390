using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Observation;

namespace Saker.Stack.Netfilter;

/// <summary>Asks the functions at a device's hook about its packets in one direction (<c>nf_hook_slow</c> for the netdev family).</summary>
internal sealed class NetfilterHook : IPacketHook
{
    private readonly Stage _stage;

    public NetfilterHook(NetfilterChain chain, HookDirection direction)
    {
        Chain = chain;
        _stage = direction == HookDirection.Ingress ? Stage.NetfilterIngress : Stage.NetfilterEgress;
    }

    public NetfilterChain Chain { get; }

    /// <inheritdoc/>
    public PacketHookResult Run(PacketBuffer packet, PacketContext context)
    {
        context.Enter(packet, _stage);
        foreach (NetfilterEntry entry in Chain.Entries)
        {
            context.Note(packet, "function", entry);
            switch (entry.Function(packet, context))
            {
                case NetfilterVerdict.Accept:
                    break;
                case NetfilterVerdict.Stolen:
                    return PacketHookResult.Taken;
                case NetfilterVerdict.Queue:
                    context.Drop(packet, _stage, DropReason.NotSpecified);
                    return PacketHookResult.Dropped;
                default:
                    context.Drop(packet, _stage, DropReason.NetfilterDrop);
                    return PacketHookResult.Dropped;
            }
        }

        return PacketHookResult.GoOn;
    }
}
