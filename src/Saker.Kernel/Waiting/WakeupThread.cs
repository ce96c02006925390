using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Waiting;

/// <summary>
/// The one thread of this process that sleeps for all readers that wait. It is there from the first reader on, and belongs to no pool: a reader may wait for ever
/// and takes nothing from anybody.
/// </summary>
internal static class WakeupThread
{
    private const int Most = 64;

    private static readonly ConcurrentDictionary<ulong, DescriptorWaiter> Waiters = new();
    private static readonly Lazy<Epoll> Watched = new(Start);
    private static ulong _last;

    /// <summary>Takes a waiter in, without watching yet.</summary>
    /// <returns>The number by which it is known.</returns>
    public static ulong Add(DescriptorWaiter waiter, SafeHandle descriptor)
    {
        ulong number = Interlocked.Increment(ref _last);
        Waiters[number] = waiter;
        Watched.Value.Change(Epoll.EPOLL_CTL_ADD, descriptor, Epoll.EPOLLONESHOT, number);
        return number;
    }

    /// <summary>Watches until it can be read, once.</summary>
    public static void Watch(ulong number, SafeHandle descriptor) => Watched.Value.Change(Epoll.EPOLL_CTL_MOD, descriptor, Epoll.EPOLLIN | Epoll.EPOLLONESHOT, number);

    /// <summary>Lets a waiter go.</summary>
    public static void Remove(ulong number, SafeHandle descriptor)
    {
        if (Waiters.TryRemove(number, out _))
        {
            Watched.Value.Change(Epoll.EPOLL_CTL_DEL, descriptor, 0, number);
        }
    }

    private static Epoll Start()
    {
        Epoll epoll = new();
        new Thread(() => Run(epoll)) { IsBackground = true, Name = "saker waiting" }.Start();
        return epoll;
    }

    private static void Run(Epoll epoll)
    {
        ulong[] numbers = new ulong[Most];
        while (true)
        {
            int count = epoll.Wait(numbers);
            foreach (ulong number in numbers.AsSpan(0, count))
            {
                if (Waiters.TryGetValue(number, out DescriptorWaiter? waiter))
                {
                    waiter.Wake();
                }
            }
        }
    }
}
