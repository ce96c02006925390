using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf.Classic;

namespace Saker.Kernel.Interop;

/// <summary>The C library's system call wrappers, as declared in their manual pages. Every caller checks the result.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    public const int EAGAIN = 11;
    public const int EPERM = 1;
    public const int EINTR = 4;
    public const int ENXIO = 6;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int ENODEV = 19;
    public const int EINVAL = 22;
    public const int ENOPROTOOPT = 92;
    public const int EOPNOTSUPP = 95;
    public const int EAFNOSUPPORT = 97;
    public const int ENETDOWN = 100;
    public const int ENOBUFS = 105;

    // sched.h
    public const int CLONE_NEWNET = 0x40000000;

    // sys/mount.h
    public const ulong MS_BIND = 4096;
    public const int MNT_DETACH = 2;

    // sys/mman.h
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_PRIVATE = 2;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_POPULATE = 0x8000;
    public const int MAP_HUGETLB = 0x40000;
    public const int MADV_HUGEPAGE = 14;
    public const int MADV_POPULATE_WRITE = 23;

    // sys/socket.h
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int AF_PACKET = 17;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_TRUNC = 0x20;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_BROADCAST = 6;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVBUF = 8;
    public const int SO_BINDTODEVICE = 25;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_SNDBUFFORCE = 32;
    public const int SO_RCVBUFFORCE = 33;
    public const int SO_TIMESTAMPNS = 35;
    public const int SO_MEMINFO = 55;

    // netinet/in.h
    public const int IPPROTO_IP = 0;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_UDP = 17;
    public const int IPPROTO_UDPLITE = 136;
    public const int IP_RECVERR = 11;
    public const int IP_FREEBIND = 15;
    public const int IP_ADD_MEMBERSHIP = 35;
    public const int IP_MULTICAST_ALL = 49;

    // netinet/in.h, linux/in6.h
    public const int IPPROTO_IPV6 = 41;
    public const int IPV6_V6ONLY = 26;

    // linux/udp.h
    public const int UDP_GRO = 104;

    // linux/tcp.h
    public const int TCP_REPAIR = 19;
    public const int TCP_REPAIR_QUEUE = 20;
    public const int TCP_QUEUE_SEQ = 21;
    public const int TCP_RECV_QUEUE = 1;
    public const int TCP_SEND_QUEUE = 2;

    // linux/if_packet.h
    public const int SOL_PACKET = 263;
    public const int PACKET_ADD_MEMBERSHIP = 1;
    public const int PACKET_DROP_MEMBERSHIP = 2;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_AUXDATA = 8;
    public const int PACKET_ORIGDEV = 9;
    public const int PACKET_VNET_HDR = 15;
    public const int PACKET_FANOUT = 18;
    public const int PACKET_ROLLOVER_STATS = 21;
    public const int PACKET_FANOUT_DATA = 22;
    public const int PACKET_IGNORE_OUTGOING = 23;
    public const int PACKET_MR_PROMISC = 1;
    public const int PACKET_MR_ALLMULTI = 2;
    public const uint TP_STATUS_VLAN_VALID = 1 << 4;

    // linux/netlink.h, linux/rtnetlink.h, linux/sock_diag.h
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_SOCK_DIAG = 4;
    public const int NETLINK_GENERIC = 16;

    [LibraryImport(Library, SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setns(SafeFileHandle descriptor, int namespaceType);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int gettid();

    [LibraryImport(Library, SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nuint size, ulong* mask);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int clock_gettime(int clock, TimeSpecification* time);

    [LibraryImport(Library, SetLastError = true)]
    public static partial uint geteuid();

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, ulong flags, nint data);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statfs(string path, long* status);

    [LibraryImport(Library, SetLastError = true)]
    public static partial byte* mmap(byte* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int munmap(nint address, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* happening);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* happenings, int count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint perf_event_open(nint number, void* attributes, nint process, nint cpu, nint group, nint flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);

    [LibraryImport(Library, SetLastError = true)]
    public static partial byte* if_indextoname(uint index, byte* name);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int socketpair(int family, int type, int protocol, int* descriptors);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int bind(SafeSocketDescriptor socket, byte* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int connect(SafeSocketDescriptor socket, byte* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int listen(SafeSocketDescriptor socket, int backlog);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int accept4(SafeSocketDescriptor socket, byte* address, uint* length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setsockopt(SafeSocketDescriptor socket, int level, int name, byte* value, uint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int getsockopt(SafeSocketDescriptor socket, int level, int name, byte* value, uint* length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint send(SafeSocketDescriptor socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recvfrom(SafeSocketDescriptor socket, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint recvmsg(SafeSocketDescriptor socket, MessageHeader* message, int flags);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(nint descriptor);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, int mode);

    // sys/uio.h: struct iovec; sys/socket.h: struct msghdr
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* iov_base;
        public nuint iov_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* msg_name;
        public uint msg_namelen;
        public IoVector* msg_iov;
        public nuint msg_iovlen;
        public byte* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    // time.h
    public const int CLOCK_THREAD_CPUTIME_ID = 3;

    // poll.h: struct pollfd
    public const short POLLIN = 1;
    public const short POLLOUT = 4;
    public const short POLLERR = 8;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int fd;
        public short events;
        public short revents;
    }

    // linux/filter.h: struct sock_fprog
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        public ushort len;
        public ClassicInstruction* filter;
    }

    // fcntl.h
    public const int O_RDONLY = 0;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
}

/// <summary>
/// A socket's file descriptor, closed with its handle. Calls that give a descriptor are declared with their C result, <c>int</c>: a handle made by the
/// marshaller would take the whole register, in which a C function's -1 need not be sign-extended.
/// </summary>
internal sealed class SafeSocketDescriptor : SafeHandleMinusOneIsInvalid
{
    public SafeSocketDescriptor(int descriptor)
        : base(ownsHandle: true)
        => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Libc.close(handle) == 0;
}
