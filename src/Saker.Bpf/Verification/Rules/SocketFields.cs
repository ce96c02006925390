using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Rules;

/// <summary>Where sockets can be read (<c>struct bpf_sock</c>, <c>struct bpf_tcp_sock</c>, <c>struct bpf_xdp_sock</c>).</summary>
internal static class SocketFields
{
    private const int CommonEnd = 8, CommonAgain = 24, SocketSize = 80, TcpSize = 112, XdpSize = 4;

    /// <summary>Whether a load is allowed.</summary>
    public static bool IsAllowed(RegisterKind kind, int offset, int size) => offset >= 0 && offset % size == 0 && kind switch
    {
        RegisterKind.SocketCommon => offset is < CommonEnd or >= CommonAgain && offset + size <= SocketSize && size <= 4,
        RegisterKind.Socket => offset + size <= SocketSize && size <= 4,
        RegisterKind.TcpSocket => offset + size <= TcpSize && size is 4 or 8,
        _ => offset + size <= XdpSize && size == 4,
    };
}
