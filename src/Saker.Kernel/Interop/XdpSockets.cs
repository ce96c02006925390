using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>AF_XDP sockets as <c>linux/if_xdp.h</c> has them.</summary>
internal static class XdpSockets
{
    public const int AF_XDP = 44;
    public const int SOL_XDP = 283;

    public const int XDP_MMAP_OFFSETS = 1;
    public const int XDP_RX_RING = 2;
    public const int XDP_TX_RING = 3;
    public const int XDP_UMEM_REG = 4;
    public const int XDP_UMEM_FILL_RING = 5;
    public const int XDP_UMEM_COMPLETION_RING = 6;
    public const int XDP_STATISTICS = 7;
    public const int XDP_OPTIONS = 8;
    public const int XDP_MAX_TX_SKB_BUDGET = 9;

    public const ushort XDP_SHARED_UMEM = 1 << 0;
    public const ushort XDP_COPY = 1 << 1;
    public const ushort XDP_ZEROCOPY = 1 << 2;
    public const ushort XDP_USE_NEED_WAKEUP = 1 << 3;
    public const ushort XDP_USE_SG = 1 << 4;

    public const uint XDP_UMEM_UNALIGNED_CHUNK_FLAG = 1 << 0;
    public const uint XDP_UMEM_TX_SW_CSUM = 1 << 1;
    public const uint XDP_UMEM_TX_METADATA_LEN = 1 << 2;

    public const uint XDP_OPTIONS_ZEROCOPY = 1 << 0;

    public const long XDP_PGOFF_RX_RING = 0;
    public const long XDP_PGOFF_TX_RING = 0x80000000;
    public const long XDP_UMEM_PGOFF_FILL_RING = 0x100000000;
    public const long XDP_UMEM_PGOFF_COMPLETION_RING = 0x180000000;

    // asm-generic/socket.h
    public const int SO_BUSY_POLL = 46;
    public const int SO_PREFER_BUSY_POLL = 69;
    public const int SO_BUSY_POLL_BUDGET = 70;
    public const int SO_NETNS_COOKIE = 71;

    [StructLayout(LayoutKind.Sequential)]
    public struct Address
    {
        public ushort sxdp_family;
        public ushort sxdp_flags;
        public uint sxdp_ifindex;
        public uint sxdp_queue_id;
        public uint sxdp_shared_umem_fd;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct RingOffset
    {
        public ulong producer;
        public ulong consumer;
        public ulong desc;
        public ulong flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MapOffsets
    {
        public RingOffset rx;
        public RingOffset tx;
        public RingOffset fr;
        public RingOffset cr;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct UmemRegistration
    {
        public ulong addr;
        public ulong len;
        public uint chunk_size;
        public uint headroom;
        public uint flags;
        public uint tx_metadata_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Statistics
    {
        public ulong rx_dropped;
        public ulong rx_invalid_descs;
        public ulong tx_invalid_descs;
        public ulong rx_ring_full;
        public ulong rx_fill_ring_empty_descs;
        public ulong tx_ring_empty_descs;
    }
}
