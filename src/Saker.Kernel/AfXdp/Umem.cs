using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Saker.Kernel.Interop;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>
/// Memory for packets that AF_XDP sockets share with the kernel. Sockets of several queues and devices may have one in common. Source: Documentation/networking/af_xdp.rst.
/// </summary>
/// <remarks>
/// The memory stays until it is disposed of, after its sockets. Frames that a closed socket had in its rings are not given back to an allocator.
/// Opening and closing sockets is for any thread, one at a time.
/// </remarks>
public sealed unsafe class Umem : IDisposable
{
    private const nuint HugePage = 2 * 1024 * 1024;

    private readonly MappedMemory _pages;
    private readonly List<XdpQueue> _queues = [];
    private readonly List<XdpSocket> _sockets = [];
    private int _allocated;

    private Umem(UmemOptions options, MappedMemory pages, string? hugePagesMissing)
    {
        _pages = pages;
        Options = options;
        HugePagesMissing = hugePagesMissing;
        Memory = new UmemMemory(pages.Start, options.Layout);
        Ledger = options.TracksFrames ? new FrameLedger(options.Layout) : null;
    }

    /// <summary>What it was made of.</summary>
    public UmemOptions Options { get; }

    /// <summary>Its bytes.</summary>
    public UmemMemory Memory { get; }

    /// <summary>How it is cut into chunks.</summary>
    public UmemLayout Layout => Options.Layout;

    /// <summary>Who watches who owns which frame; null: nobody.</summary>
    public FrameLedger? Ledger { get; }

    /// <summary>Whether it is made of huge pages.</summary>
    public bool IsHuge => Options.Pages != UmemPages.Usual && HugePagesMissing is null;

    /// <summary>Why it is not made of huge pages, and what would make them available; null: it is, or was not to be.</summary>
    public string? HugePagesMissing { get; }

    /// <summary>Bytes of the memory, whole pages.</summary>
    internal nuint MappedLength => _pages.Length;

    /// <summary>For opening and closing sockets.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>A socket that is open, through which others come to this memory; null: none is.</summary>
    internal XdpSocket? AnySocket => _sockets.Count == 0 ? null : _sockets[0];

    /// <summary>Makes a UMEM.</summary>
    /// <exception cref="KernelException">The layout is not valid, or there is no such memory.</exception>
    public static Umem Create(UmemOptions? options = null) => TryCreate(options ?? new UmemOptions(), out Umem? umem, out KernelRefusal? refusal) ? umem : throw refusal.ToException();

    /// <summary>Makes a UMEM.</summary>
    /// <param name="options">How.</param>
    /// <param name="umem">The UMEM.</param>
    /// <param name="refusal">Why there is none.</param>
    public static bool TryCreate(UmemOptions options, [NotNullWhen(true)] out Umem? umem, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(options);
        umem = null;
        if (!options.Layout.TryValidate(out string? fault))
        {
            refusal = new KernelRefusal($"UMEM: {fault}", 0);
            return false;
        }

        nuint size = (nuint)options.Layout.Size;
        string? missing = null;
        MappedMemory? pages = options.Pages == UmemPages.Usual ? null : MappedMemory.TryAllocate(size, HugePage, out _);
        if (pages is null && options.Pages != UmemPages.Usual)
        {
            missing = HugePageAdvice(size);
        }

        int error = 0;
        if (pages is null && options.Pages != UmemPages.Huge)
        {
            pages = options.Pages == UmemPages.BestAvailable
                ? MappedMemory.TryAllocateJoined(size, HugePage, out error)
                : MappedMemory.TryAllocate(size, hugePage: 0, out error);
        }

        string what = string.Create(CultureInfo.InvariantCulture, $"UMEM of {size} bytes");
        refusal = pages is not null ? null : options.Pages == UmemPages.Huge ? new KernelRefusal($"{what}: {missing}", 0) : new KernelRefusal(what, error, "take fewer or smaller chunks");
        umem = pages is null ? null : new Umem(options, pages, missing);
        return umem is not null;
    }

    /// <summary>Makes an allocator of frames that no allocator was made of before.</summary>
    /// <param name="count">How many; null: all that are left.</param>
    /// <exception cref="InvalidOperationException">There are not so many.</exception>
    public FrameAllocator AllocateFrames(int? count = null)
    {
        lock (Gate)
        {
            int left = Layout.ChunkCount - _allocated;
            if (count is < 0 || count > left)
            {
                throw new InvalidOperationException($"{count} frames are wanted, and of the UMEM's {Layout.ChunkCount} {left} are left.");
            }

            FrameAllocator frames = new(Layout, _allocated, count ?? left, Ledger);
            _allocated += count ?? left;
            return frames;
        }
    }

    /// <summary>Gives the memory back.</summary>
    /// <exception cref="InvalidOperationException">A socket is open.</exception>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_sockets.Count != 0)
            {
                throw new InvalidOperationException($"{_sockets.Count} sockets of this UMEM are open; close them first.");
            }

            _pages.Dispose();
        }
    }

    /// <summary>The rings of a queue, if a socket of this UMEM has it.</summary>
    internal XdpQueue? FindQueue(ulong network, int device, int queue) => _queues.Find(one => one.Network == network && one.Device == device && one.Queue == queue);

    /// <summary>A socket is open.</summary>
    internal void Add(XdpSocket socket, XdpQueue queue)
    {
        _sockets.Add(socket);
        if (queue.Users++ == 0)
        {
            _queues.Add(queue);
        }
    }

    /// <summary>A socket closes.</summary>
    /// <returns>Whether it was the last one on its queue.</returns>
    internal bool Remove(XdpSocket socket, XdpQueue queue)
    {
        _sockets.Remove(socket);
        if (--queue.Users != 0)
        {
            return false;
        }

        _queues.Remove(queue);
        return true;
    }

    private static string HugePageAdvice(nuint size)
    {
        nuint pages = (size + HugePage - 1) / HugePage;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"there are not {pages} huge pages of 2 MiB free; to have them: echo {pages} > /proc/sys/vm/nr_hugepages (add what others use)");
    }
}
