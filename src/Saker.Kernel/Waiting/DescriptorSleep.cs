using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Waiting;

/// <summary>Waits on one thread until one of several descriptors can be read, another thread wakes it, or time has passed (ppoll(2), eventfd(2)).</summary>
public sealed unsafe class DescriptorSleep : IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly SafeFileHandle _event;
    private readonly DescriptorHold[] _holds;
    private readonly Libc.PollDescriptor[] _descriptors;

    /// <summary>Makes it.</summary>
    /// <param name="descriptors">The descriptors, which stay open until this is disposed of.</param>
    /// <exception cref="KernelException">The process has no descriptor left.</exception>
    public DescriptorSleep(IReadOnlyList<SafeHandle> descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        int number = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        _event = number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : throw KernelException.FromLastError("eventfd");
        _holds = [new DescriptorHold(_event), .. descriptors.Select(descriptor => new DescriptorHold(descriptor))];
        _descriptors = [.. _holds.Select(hold => new Libc.PollDescriptor { fd = hold.Number, events = Libc.POLLIN })];
    }

    /// <summary>Waits.</summary>
    /// <param name="nanoseconds">How long at most.</param>
    /// <returns>Whether a descriptor has an error, of which <see cref="HasFailed"/> tells.</returns>
    public bool Wait(long nanoseconds)
    {
        Libc.TimeSpecification time = new() { tv_sec = nanoseconds / NanosecondsPerSecond, tv_nsec = nanoseconds % NanosecondsPerSecond };
        bool hasFailed = false;
        fixed (Libc.PollDescriptor* descriptors = _descriptors)
        {
            // Whatever ends it, a signal too, the caller looks for itself.
            if (Libc.ppoll(descriptors, (nuint)_descriptors.Length, &time, null) <= 0)
            {
                foreach (ref Libc.PollDescriptor descriptor in _descriptors.AsSpan())
                {
                    descriptor.revents = 0;
                }

                return false;
            }

            if (descriptors[0].revents != 0)
            {
                ulong count;
                _ = Libc.read(_event, (byte*)&count, sizeof(ulong));
            }

            for (int i = 1; i < _descriptors.Length; i++)
            {
                hasFailed |= HasFailed(i - 1);
            }
        }

        return hasFailed;
    }

    /// <summary>Whether the last wait found an error at a descriptor, by its number in the list; until that is taken away, every wait finds it.</summary>
    public bool HasFailed(int index) => (_descriptors[index + 1].revents & (Libc.POLLERR | Libc.POLLHUP | Libc.POLLNVAL)) != 0;

    /// <summary>Waits for a descriptor no more.</summary>
    public void Forget(int index) => _descriptors[index + 1].fd = -1;

    /// <summary>Ends the wait, or if there is none, the next one. For any thread.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.write(_event, (byte*)&one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_holds, hold => hold.Dispose());
        _event.Dispose();
    }
}
