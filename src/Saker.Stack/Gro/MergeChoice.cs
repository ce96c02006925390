using System.Runtime.CompilerServices;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>Which packets of a device are not to be looked at, since they cannot be merged: known once for a poll.</summary>
internal readonly struct MergeChoice
{
    private const int IPv4ProtocolOffset = 9;
    private const int IPv6NextHeaderOffset = 6;

    private readonly bool _passesUdp;
    private readonly bool _passesAll;

    /// <param name="offload">What is set of the device.</param>
    /// <param name="passesUdp">Whether neither the device nor a socket wants datagrams merged.</param>
    public MergeChoice(ReceiveOffload offload, bool passesUdp)
    {
        Offload = offload;
        _passesAll = !offload.IsOn;
        _passesUdp = passesUdp;
    }

    /// <summary>What is set of the device.</summary>
    public ReceiveOffload Offload { get; }

    /// <summary>Whether a packet goes up as it is. The commonest that does, a datagram, is told by one octet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Passes(ushort protocol, ReadOnlySpan<byte> data) =>
        _passesAll || (_passesUdp && (protocol == (ushort)EtherType.IPv4
            ? data.Length > IPv4ProtocolOffset && data[IPv4ProtocolOffset] == (byte)IPProtocol.Udp
            : protocol == (ushort)EtherType.IPv6 && data.Length > IPv6NextHeaderOffset && data[IPv6NextHeaderOffset] == (byte)IPProtocol.Udp));
}
