using System.Diagnostics;
using System.Runtime.InteropServices;
using Saker.Kernel;
using Saker.Kernel.Interop;

namespace Saker.KernelTests.Bpf;

/// <summary>An AF_XDP socket as system calls make it, with memory and rings that nobody uses: enough for a map to hold it, and to be bound to a queue.</summary>
internal sealed unsafe class RawXdpSocket : IDisposable
{
    private const int AddressFamily = 44;
    private const int Level = 283;
    private const int ReceiveRing = 2, MemoryRegistration = 4, FillRing = 5, CompletionRing = 6;
    private const int RingSize = 4;
    private const int ChunkSize = 4096, Chunks = 4;
    private const ushort Copy = 1 << 1;
    private const int DeviceBusy = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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

    /// <summary>Binds it to a queue. Where a socket that was closed had the queue it is free a little later.</summary>
    public void Bind(int device, uint queue)
    {
        uint* address = stackalloc uint[] { AddressFamily | (Copy << 16), (uint)device, queue, 0 };
        var begun = Stopwatch.GetTimestamp();
        while (Libc.bind(_descriptor, (byte*)address, 4 * sizeof(uint)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != DeviceBusy || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw KernelException.FromLastError($"bind to queue {queue}");
            }

            Thread.Sleep(1);
        }
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
