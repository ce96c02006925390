using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Netlink;

/// <summary>
/// Which sockets of this thread's network namespace are bound to a device (<c>SO_BINDTODEVICE</c>), asked over sock_diag(7), because
/// <c>/proc/net/udp</c> and its siblings do not say.
/// </summary>
public static unsafe class SocketDevices
{
    // linux/sock_diag.h, linux/inet_diag.h
    private const ushort SocketDiagnosisByFamily = 20;
    private const ushort RequestDump = 0x301;
    private const int MessageHeaderLength = 16;
    private const int RequestLength = MessageHeaderLength + 56;
    private const int DeviceOffset = MessageHeaderLength + 40;
    private const int InodeOffset = MessageHeaderLength + 68;
    private const int DataMessage = SocketDiagnosisByFamily;

    private static readonly byte[] Families = [2, 10];
    private static readonly byte[] Protocols = [6, 17, 136, 255];

    /// <summary>The device names by the sockets' inode numbers, as <c>/proc/net</c> shows them. Protocols that cannot be asked are left out.</summary>
    public static IReadOnlyDictionary<uint, string> ByInode()
    {
        var devices = new Dictionary<uint, string>();
        using var socket = KernelSocket.Open(Libc.AF_NETLINK, Libc.SOCK_RAW, Libc.NETLINK_SOCK_DIAG);
        var buffer = new byte[32 * 1024];
        foreach (var family in Families)
        {
            foreach (var protocol in Protocols)
            {
                Ask(socket, family, protocol);
                while (socket.TryReceive(buffer, [], out var length) && Collect(buffer.AsSpan(0, Math.Min(length, buffer.Length)), devices))
                {
                }
            }
        }

        return devices;
    }

    private static void Ask(KernelSocket socket, byte family, byte protocol)
    {
        Span<byte> request = stackalloc byte[RequestLength];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], SocketDiagnosisByFamily);
        MemoryMarshal.Write(request[6..], RequestDump);
        request[MessageHeaderLength] = family;
        request[MessageHeaderLength + 1] = protocol;
        MemoryMarshal.Write(request[(MessageHeaderLength + 4)..], uint.MaxValue); // every state
        socket.Send(request);
    }

    /// <summary>Takes the bound sockets of one batch of messages; false when the dump has ended.</summary>
    private static bool Collect(ReadOnlySpan<byte> messages, Dictionary<uint, string> devices)
    {
        while (messages.Length >= MessageHeaderLength)
        {
            var length = MemoryMarshal.Read<int>(messages);
            if (length < MessageHeaderLength || length > messages.Length || MemoryMarshal.Read<ushort>(messages[4..]) != DataMessage)
            {
                return false;
            }

            if (length >= InodeOffset + sizeof(uint) && MemoryMarshal.Read<uint>(messages[DeviceOffset..]) is not 0 and var index)
            {
                devices[MemoryMarshal.Read<uint>(messages[InodeOffset..])] = NameOf(index);
            }

            messages = messages[Math.Min(messages.Length, (length + 3) & ~3)..];
        }

        return true;
    }

    /// <summary>The name of the device with an index in this thread's namespace.</summary>
    public static string NameOf(uint index)
    {
        const int LongestName = 16;
        var name = stackalloc byte[LongestName];
        return Libc.if_indextoname(index, name) is null ? $"if{index}" : Marshal.PtrToStringUTF8((nint)name)!;
    }
}
