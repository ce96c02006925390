using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>Memory that is mapped into this process, of a file or of none, for as long as the handle lives.</summary>
internal sealed unsafe class MappedMemory : SafeHandle
{
    private readonly nuint _length;

    private MappedMemory(byte* start, nuint length)
        : base(-1, ownsHandle: true)
    {
        _length = length;
        SetHandle((nint)start);
    }

    public override bool IsInvalid => handle == -1;

    /// <summary>Where it begins.</summary>
    public byte* Start => (byte*)handle;

    /// <summary>How many bytes are mapped.</summary>
    public nuint Length => _length;

    /// <summary>
    /// Maps memory of no file, zeros, in usual pages that the kernel may join to huge ones at once (<c>MADV_HUGEPAGE</c>): where it does, fewer of the processor's translations are
    /// needed. Where it does not, they are usual pages.
    /// </summary>
    /// <param name="length">How many bytes.</param>
    /// <param name="hugePage">Bytes of a huge page, which is where the memory begins.</param>
    /// <param name="error">The error number, where there is no such memory.</param>
    public static MappedMemory? TryAllocateJoined(nuint length, nuint hugePage, out int error)
    {
        nuint whole = (length + hugePage - 1) / hugePage * hugePage;
        byte* mapped = Libc.mmap(null, whole + hugePage, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, 0);
        if ((nint)mapped == -1)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        // What lies in front of the first huge page and behind the last one goes back.
        nuint before = (hugePage - ((nuint)mapped % hugePage)) % hugePage;
        byte* start = mapped + before;
        _ = before == 0 ? 0 : Libc.munmap((nint)mapped, before);
        _ = Libc.munmap((nint)(start + whole), hugePage - before);
        _ = Libc.madvise((nint)start, whole, Libc.MADV_HUGEPAGE);
        error = Libc.madvise((nint)start, whole, Libc.MADV_POPULATE_WRITE) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is 0 or Libc.EINVAL)
        {
            // Before Linux 5.14 the pages come with their first use.
            error = 0;
            return new MappedMemory(start, whole);
        }

        _ = Libc.munmap((nint)start, whole);
        return null;
    }

    /// <summary>Maps memory of no file: zeros.</summary>
    /// <param name="length">How many bytes; whole pages are mapped.</param>
    /// <param name="hugePage">Bytes of the huge pages that it is to consist of; 0: of usual ones.</param>
    /// <param name="error">The error number, where there is no such memory.</param>
    public static MappedMemory? TryAllocate(nuint length, nuint hugePage, out int error)
    {
        nuint page = hugePage == 0 ? (nuint)Environment.SystemPageSize : hugePage;
        nuint whole = (length + page - 1) / page * page;
        int flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_POPULATE | (hugePage == 0 ? 0 : Libc.MAP_HUGETLB);
        byte* start = Libc.mmap(null, whole, Libc.PROT_READ | Libc.PROT_WRITE, flags, -1, 0);
        error = (nint)start != -1 ? 0 : Marshal.GetLastPInvokeError();
        return error == 0 ? new MappedMemory(start, whole) : null;
    }

    /// <summary>Maps a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">How many bytes; whole pages are mapped.</param>
    /// <param name="offset">From where, a multiple of the page.</param>
    /// <param name="isWritable">Whether it is written.</param>
    /// <param name="what">What is mapped, for the message.</param>
    public static MappedMemory Of(SafeHandle file, nuint length, nint offset, bool isWritable, string what)
    {
        using HeldDescriptor held = new(file);
        nuint page = (nuint)Environment.SystemPageSize;
        nuint whole = (length + page - 1) / page * page;
        byte* start = Libc.mmap(null, whole, isWritable ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ, Libc.MAP_SHARED, held.Number, offset);
        return (nint)start != -1 ? new MappedMemory(start, whole) : throw KernelException.FromLastError(what);
    }

    protected override bool ReleaseHandle() => Libc.munmap(handle, _length) == 0;
}
