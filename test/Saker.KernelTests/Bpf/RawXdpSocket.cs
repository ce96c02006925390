using System.Diagnostics;
using System.Runtime.InteropServices;
using Saker.Kernel;
using Saker.Kernel.Interop;

namespace Saker.KernelTests.Bpf;

/// <summary>An AF_XDP socket as system calls make it, with memory and rings that nobody uses: enough for a map to hold it, to be bound to a queue, and to count what comes.</summary>
internal sealed unsafe class RawXdpSocket : IDisposable
{
    private const int AddressFamily = 44;
    private const int Level = 283;
    private const int ReceiveRing = 2, MemoryRegistration = 4, FillRing = 5, CompletionRing = 6, Statistics = 7;
    private const int RingSize = 4;
    private const int ChunkSize = 4096, Chunks = 4;
    private const int StatisticsLength = 6;
    private const int DeviceBusy = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a socket may be bound with (<c>linux/if_xdp.h</c>).</summary>
    public const uint CopyMode = 1 << 1, ZeroCopyMode = 1 << 2, MultiBuffer = 1 << 4;

    private readonly SafeSocketDescriptor _descriptor;
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(ChunkSize * Chunks, ChunkSize);

    /// <summary>Makes a socket in the network namespace of the calling thread.</summary>
    public RawXdpSocket()
    {
        _descriptor = new SafeSocketDescriptor(Libc.socket(AddressFamily, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0));
        Check(_descriptor.IsInvalid ? -1 : 0, "socket(AF_XDP)");
        ulong* memory = stackalloc ulong[] { (ulong)_memory, ChunkSize * Chunks, ChunkSize, 0 };
        Check(Libc.setsockopt(_descriptor, Level, MemoryRegistration, (byte*)memory, 4 * sizeof(ulong)), "XDP_UMEM_REG");
        int size = RingSize;
        foreach (int ring in (ReadOnlySpan<int>)[ReceiveRing, FillRing, CompletionRing])
        {
            Check(Libc.setsockopt(_descriptor, Level, ring, (byte*)&size, sizeof(int)), $"setsockopt(SOL_XDP, {ring})");
        }
    }

    /// <summary>The descriptor's number.</summary>
    public uint Number => (uint)_descriptor.DangerousGetHandle();

    public SafeHandle Descriptor => _descriptor;

    /// <summary>How many frames have come to it; the kernel drops them, since there is no memory for them.</summary>
    public ulong Arrived
    {
        get
        {
            var statistics = stackalloc ulong[StatisticsLength];
            uint length = StatisticsLength * sizeof(ulong);
            Check(Libc.getsockopt(_descriptor, Level, Statistics, (byte*)statistics, &length), "XDP_STATISTICS");
            return statistics[0];
        }
    }

    /// <summary>Makes one and binds it to a queue, copying.</summary>
    public static RawXdpSocket Bound(int device, uint queue = 0)
    {
        RawXdpSocket socket = new();
        socket.Bind(device, queue);
        return socket;
    }

    /// <summary>Binds it to a queue, copying.</summary>
    public void Bind(int device, uint queue)
    {
        if (TryBind(device, queue, CopyMode) != 0)
        {
            throw KernelException.FromLastError($"bind to queue {queue}");
        }
    }

    /// <summary>Binds it to a queue. Where a socket that was closed had the queue it is free a little later.</summary>
    /// <param name="device">The device's index.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="flags"><c>XDP_*</c> of <c>sockaddr_xdp</c>.</param>
    /// <returns>0, or the error number.</returns>
    public int TryBind(int device, uint queue, uint flags)
    {
        uint* address = stackalloc uint[] { AddressFamily | (flags << 16), (uint)device, queue, 0 };
        var begun = Stopwatch.GetTimestamp();
        while (Libc.bind(_descriptor, (byte*)address, 4 * sizeof(uint)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != DeviceBusy || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                return error;
            }

            Thread.Sleep(1);
        }

        return 0;
    }

    public void Dispose()
    {
        _descriptor.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw KernelException.FromLastError(what);
        }
    }
}
