using Saker.Kernel;
using Saker.Kernel.Interop;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Asks the kernel about memory for packets, with no look at it before.</summary>
internal static unsafe class RawUmem
{
    /// <summary>Whether the kernel takes a layout.</summary>
    public static bool TryRegister(UmemLayout layout)
    {
        using SafeSocketDescriptor socket = new(Libc.socket(XdpSockets.AF_XDP, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0));
        using var memory = MappedMemory.TryAllocate((nuint)layout.Size, hugePage: 0, out _) ?? throw new KernelException("There is no memory.");
        XdpSockets.UmemRegistration registration = new()
        {
            addr = (ulong)memory.Start,
            len = (ulong)layout.Size,
            chunk_size = (uint)layout.ChunkSize,
            headroom = (uint)layout.Headroom,
            tx_metadata_len = (uint)layout.TransmitMetadataLength,
            flags = (layout.IsUnaligned ? XdpSockets.XDP_UMEM_UNALIGNED_CHUNK_FLAG : 0) | (layout.TransmitMetadataLength != 0 ? XdpSockets.XDP_UMEM_TX_METADATA_LEN : 0),
        };
        return Libc.setsockopt(socket, XdpSockets.SOL_XDP, XdpSockets.XDP_UMEM_REG, (byte*)&registration, (uint)sizeof(XdpSockets.UmemRegistration)) == 0;
    }
}
