using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Rules;

/// <summary>Where sockets can be read (<c>struct bpf_sock</c>, <c>struct bpf_tcp_sock</c>, <c>struct bpf_xdp_sock</c>).</summary>
internal static class SocketFields
{
    private const int SocketSize = 80, TcpSize = 112, XdpSize = 4;
    private const int Family = 4, Type = 8, Protocol = 12, SourceAddresses = 24, SourcePort = 44, DestinationPort = 48, Padding = 50, DestinationAddresses = 52, State = 72, Queue = 76;
    private const int TcpBytes = 80, TcpBytesEnd = 96;

    /// <summary>Whether a load is allowed.</summary>
    public static bool IsAllowed(RegisterKind kind, int offset, int size) => offset >= 0 && offset % size == 0 && kind switch
    {
        RegisterKind.SocketCommon => offset is < Type or >= SourceAddresses && IsInSocket(offset, size),
        RegisterKind.Socket => IsInSocket(offset, size),
        RegisterKind.TcpSocket => offset + size <= TcpSize && size == (offset is >= TcpBytes and < TcpBytesEnd ? 8 : 4),
        _ => offset + size <= XdpSize && size == 4,
    };

    /// <summary>Every field is one of 4 bytes; of some the lower bytes can be had alone, of addresses each.</summary>
    private static bool IsInSocket(int offset, int size) => offset + size <= SocketSize && (size == 4 || (size < 4 && IsDivisible(offset)));

    private static bool IsDivisible(int offset) => offset
        is Family or Type or Protocol or State or Queue or >= SourceAddresses and <= SourcePort or >= DestinationPort and < Padding or >= DestinationAddresses and < State;
}
