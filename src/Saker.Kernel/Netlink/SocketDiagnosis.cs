using System.Runtime.InteropServices;
using Saker.Kernel.Devices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Netlink;

/// <summary>What the kernel tells of a socket over sock_diag(7), and <c>/proc/net</c> does not.</summary>
/// <param name="Device">The device that it is bound to (<c>SO_BINDTODEVICE</c>); null: none.</param>
/// <param name="ReceiveBuffer">The size of its receive buffer in bytes, as <c>SO_RCVBUF</c> reads; null: not told.</param>
/// <param name="IsIPv6Only">Whether a socket of IPv6 takes no IPv4 (<c>IPV6_V6ONLY</c>); null: not told.</param>
/// <param name="TakesAllGroups">Whether it gets the groups that others have joined, too (<c>IP_MULTICAST_ALL</c>); null: not told.</param>
public sealed record SocketFacts(string? Device, uint? ReceiveBuffer, bool? IsIPv6Only, bool? TakesAllGroups);

/// <summary>Asks about the sockets of this thread's network namespace over sock_diag(7).</summary>
public static unsafe class SocketDiagnosis
{
    // linux/sock_diag.h, linux/inet_diag.h
    private const ushort SocketDiagnosisByFamily = 20;
    private const ushort RequestDump = 0x301;
    private const int MessageHeaderLength = 16;
    private const int RequestLength = MessageHeaderLength + 56;
    private const int DeviceOffset = MessageHeaderLength + 40;
    private const int InodeOffset = MessageHeaderLength + 68;
    private const int AttributesOffset = InodeOffset + sizeof(uint);
    private const ushort MemoryAttribute = 7, IPv6OnlyAttribute = 11, OptionsAttribute = 22;
    private const byte AskForMemory = 1 << (MemoryAttribute - 1);
    private const int ReceiveBufferOffset = sizeof(uint); // SK_MEMINFO_RCVBUF
    private const byte MulticastAllOption = 1 << 6;

    private static readonly byte[] Families = [2, 10];
    private static readonly byte[] Protocols = [6, 17, 136, 255];

    /// <summary>What is told of each socket, by the inode numbers that <c>/proc/net</c> shows. Protocols that cannot be asked are left out.</summary>
    public static IReadOnlyDictionary<uint, SocketFacts> ByInode()
    {
        var sockets = new Dictionary<uint, SocketFacts>();
        using var socket = KernelSocket.Open(Libc.AF_NETLINK, Libc.SOCK_RAW, Libc.NETLINK_SOCK_DIAG);
        var buffer = new byte[32 * 1024];
        foreach (var family in Families)
        {
            foreach (var protocol in Protocols)
            {
                Ask(socket, family, protocol);
                while (socket.TryReceive(buffer, [], out var length) && Collect(buffer.AsSpan(0, Math.Min(length, buffer.Length)), sockets))
                {
                }
            }
        }

        return sockets;
    }

    /// <summary>The name of the device with an index in this thread's namespace.</summary>
    public static string NameOf(uint index) => DeviceName.Of((int)index) ?? $"if{index}";

    private static void Ask(KernelSocket socket, byte family, byte protocol)
    {
        Span<byte> request = stackalloc byte[RequestLength];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], SocketDiagnosisByFamily);
        MemoryMarshal.Write(request[6..], RequestDump);
        request[MessageHeaderLength] = family;
        request[MessageHeaderLength + 1] = protocol;
        request[MessageHeaderLength + 2] = AskForMemory;
        MemoryMarshal.Write(request[(MessageHeaderLength + 4)..], uint.MaxValue); // every state
        socket.Send(request);
    }

    /// <summary>Takes the sockets of one batch of messages; false when the dump has ended.</summary>
    private static bool Collect(ReadOnlySpan<byte> messages, Dictionary<uint, SocketFacts> sockets)
    {
        while (messages.Length >= MessageHeaderLength)
        {
            var length = MemoryMarshal.Read<int>(messages);
            if (length < MessageHeaderLength || length > messages.Length || MemoryMarshal.Read<ushort>(messages[4..]) != SocketDiagnosisByFamily)
            {
                return false;
            }

            if (length >= AttributesOffset)
            {
                var index = MemoryMarshal.Read<uint>(messages[DeviceOffset..]);
                sockets[MemoryMarshal.Read<uint>(messages[InodeOffset..])] = Read(index == 0 ? null : NameOf(index), messages[AttributesOffset..length]);
            }

            messages = messages[Math.Min(messages.Length, (length + 3) & ~3)..];
        }

        return true;
    }

    private static SocketFacts Read(string? device, ReadOnlySpan<byte> attributes)
    {
        const int HeaderLength = 4;
        var facts = new SocketFacts(device, null, null, null);
        while (attributes.Length >= HeaderLength && MemoryMarshal.Read<ushort>(attributes) is var length && length >= HeaderLength && length <= attributes.Length)
        {
            var value = attributes[HeaderLength..length];
            facts = MemoryMarshal.Read<ushort>(attributes[2..]) switch
            {
                MemoryAttribute when value.Length >= ReceiveBufferOffset + sizeof(uint)
                    => facts with { ReceiveBuffer = MemoryMarshal.Read<uint>(value[ReceiveBufferOffset..]) },
                IPv6OnlyAttribute when value.Length > 0 => facts with { IsIPv6Only = value[0] != 0 },
                OptionsAttribute when value.Length > 0 => facts with { TakesAllGroups = (value[0] & MulticastAllOption) != 0 },
                _ => facts,
            };
            attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        }

        return facts;
    }
}
