using System.Globalization;
using System.Runtime.InteropServices;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.KernelTests.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>A process that may not map any more memory. The limit is the whole process's, so that nothing runs beside.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class AddressSpaceTests
{
    private const int RLIMIT_AS = 9;

    [KernelFact]
    public void A_ring_for_which_there_is_no_room_leaves_no_socket_and_no_ring_behind()
    {
        using VethPair wire = new();
        using Umem umem = Umem.Create(new UmemOptions { Layout = new UmemLayout { ChunkCount = 16 }, Pages = UmemPages.Usual });
        XdpSocketOptions options = new() { Device = "eth0" };
        wire.Near.Enter(() => XdpSocket.Open(umem, options)).Dispose();
        string[] before = Sockets();

        // RX, TX and FILL are mapped by then; COMPLETION takes 64 MiB.
        KernelException thrown = wire.Near.Enter(() =>
        {
            (ulong soft, ulong hard) = Limit;
            Limit = (MappedBytes() + (32UL << 20), hard);
            try
            {
                return Assert.Throws<KernelException>(() => XdpSocket.Open(umem, options with { CompletionRingSize = 1 << 23 }));
            }
            finally
            {
                Limit = (soft, hard);
            }
        });

        Assert.StartsWith("mmap of the COMPLETION ring: Cannot allocate memory", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(before, Sockets());
        wire.Near.Enter(() => XdpSocket.Open(umem, options)).Dispose();
    }

    private static (ulong Soft, ulong Hard) Limit
    {
        get
        {
            ulong[] limit = new ulong[2];
            Assert.Equal(0, getrlimit(RLIMIT_AS, limit));
            return (limit[0], limit[1]);
        }

        set => Assert.Equal(0, setrlimit(RLIMIT_AS, [value.Soft, value.Hard]));
    }

    /// <summary>What is open of sockets, and what of them is mapped.</summary>
    private static string[] Sockets() =>
    [
        .. Directory.GetFiles("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget ?? "").Where(IsSocket).Order(),
        .. File.ReadLines("/proc/self/maps").Where(IsSocket),
    ];

    private static bool IsSocket(string text) => text.Contains("socket:", StringComparison.Ordinal);

    private static ulong MappedBytes() => ulong.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture) * (ulong)Environment.SystemPageSize;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, [Out] ulong[] limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, ulong[] limit);
}
