using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Saker.Kernel.Interop;

/// <summary>An epoll instance: descriptors that are watched for something to read, each with a number.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    public const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1, EPOLLONESHOT = 1u << 30;

    private const int EPOLL_CLOEXEC = 0x80000;

    // struct epoll_event: the number of 64 bits follows the bits of what happens, on x86-64 at once, elsewhere at its alignment.
    private static readonly int NumberOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = NumberOffset + sizeof(ulong);

    private readonly SafeFileHandle _descriptor;

    public Epoll()
    {
        int number = Libc.epoll_create1(EPOLL_CLOEXEC);
        _descriptor = number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : throw KernelException.FromLastError("epoll_create1");
    }

    /// <summary>The instance's own descriptor, which another one may watch.</summary>
    public SafeHandle Descriptor => _descriptor;

    /// <summary>Adds, changes or takes away a descriptor.</summary>
    /// <param name="operation">Which of these.</param>
    /// <param name="watched">The descriptor.</param>
    /// <param name="what">What is watched for; 0: nothing.</param>
    /// <param name="number">What it is known by.</param>
    public void Change(int operation, SafeHandle watched, uint what, ulong number)
    {
        using HeldDescriptor epoll = new(_descriptor);
        using HeldDescriptor descriptor = new(watched);
        byte* happening = stackalloc byte[EventSize];
        *(uint*)happening = what;
        *(ulong*)(happening + NumberOffset) = number;
        if (Libc.epoll_ctl(epoll.Number, operation, descriptor.Number, happening) < 0)
        {
            throw KernelException.FromLastError($"epoll_ctl({operation})");
        }
    }

    /// <summary>Waits until something happens, as long as it takes.</summary>
    /// <param name="numbers">Gets the numbers of those that have something to read.</param>
    /// <returns>How many these are; 0: a signal came.</returns>
    public int Wait(Span<ulong> numbers)
    {
        using HeldDescriptor epoll = new(_descriptor);
        byte* happenings = stackalloc byte[EventSize * numbers.Length];
        int count = Libc.epoll_wait(epoll.Number, happenings, numbers.Length, -1);
        if (count < 0)
        {
            return Marshal.GetLastPInvokeError() == Libc.EINTR ? 0 : throw KernelException.FromLastError("epoll_wait");
        }

        for (int i = 0; i < count; i++)
        {
            numbers[i] = *(ulong*)(happenings + (i * EventSize) + NumberOffset);
        }

        return count;
    }

    public void Dispose() => _descriptor.Dispose();
}
