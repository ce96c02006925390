using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Saker.Kernel.Interop;

/// <content>What links to devices of the running kernel take: rings of packet sockets, TAP devices, and waiting for several descriptors.</content>
internal static unsafe partial class Libc
{
    // fcntl.h
    public const int O_RDWR = 2;

    // poll.h
    public const short POLLHUP = 16;
    public const short POLLNVAL = 32;

    // sys/eventfd.h
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;

    // sys/socket.h
    public const int SO_ERROR = 4;

    // linux/if_packet.h
    public const int PACKET_RX_RING = 5;
    public const int PACKET_VERSION = 10;
    public const int PACKET_QDISC_BYPASS = 20;
    public const int PACKET_FANOUT_HASH = 0;
    public const int PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
    public const int TPACKET_V3 = 2;
    public const uint TP_STATUS_KERNEL = 0;
    public const uint TP_STATUS_USER = 1;
    public const uint TP_STATUS_CSUMNOTREADY = 1 << 3;
    public const uint TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    public const uint TP_STATUS_CSUM_VALID = 1 << 7;

    // linux/if_tun.h
    public const nuint TUNSETIFF = 0x4004_54ca;
    public const nuint TUNSETPERSIST = 0x4004_54cb;
    public const nuint TUNSETOFFLOAD = 0x4004_54d0;
    public const nuint TUNSETVNETHDRSZ = 0x4004_54d8;
    public const short IFF_TAP = 2;
    public const short IFF_MULTI_QUEUE = 0x100;
    public const short IFF_NO_PI = 0x1000;
    public const short IFF_VNET_HDR = 0x4000;
    public const nuint TUN_F_CSUM = 1;
    public const nuint TUN_F_TSO4 = 2;
    public const nuint TUN_F_TSO6 = 4;
    public const nuint TUN_F_USO4 = 0x20;
    public const nuint TUN_F_USO6 = 0x40;

    // linux/sockios.h, linux/if.h
    public const nuint SIOCGIFFLAGS = 0x8913;
    public const int IFNAMSIZ = 16;

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(SafeSocketDescriptor socket, nuint request, byte* argument);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ioctl(SafeFileHandle file, nuint request, byte* argument);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint write(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint readv(SafeFileHandle file, IoVector* vectors, int count);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint writev(SafeFileHandle file, IoVector* vectors, int count);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int sendmmsg(SafeSocketDescriptor socket, MessageOfMany* messages, uint count, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int ppoll(PollDescriptor* descriptors, nuint count, TimeSpecification* time, void* signals);

    // sys/socket.h: struct mmsghdr
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageOfMany
    {
        public MessageHeader msg_hdr;
        public uint msg_len;
    }

    // time.h: struct timespec
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpecification
    {
        public long tv_sec;
        public long tv_nsec;
    }

    // linux/if_packet.h: struct tpacket_req3
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketRingRequest
    {
        public uint tp_block_size;
        public uint tp_block_nr;
        public uint tp_frame_size;
        public uint tp_frame_nr;
        public uint tp_retire_blk_tov;
        public uint tp_sizeof_priv;
        public uint tp_feature_req_word;
    }
}
