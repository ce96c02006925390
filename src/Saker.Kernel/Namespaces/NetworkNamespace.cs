using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Namespaces;

/// <summary>
/// A network namespace with a name under <c>/run/netns</c>, as <c>ip netns</c> keeps them, and a thread that lives in it.
/// A network namespace belongs to a thread, not to a process: what must happen inside goes through <see cref="Enter(Action)"/>.
/// Sockets and files of <c>/proc/thread-self/net</c> that were opened inside stay with the namespace, whichever thread uses them.
/// Needs CAP_SYS_ADMIN. Disposing removes the name and the thread; the kernel removes the namespace with its last user.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private const string Folder = "/run/netns";

    [ThreadStatic]
    private static NetworkNamespace? _entered;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private int _disposed;

    private NetworkNamespace(string name)
    {
        Name = name;
        _thread = new Thread(Run) { IsBackground = true, Name = $"netns {name}" };
    }

    /// <summary>The namespace that the calling thread is in by <see cref="Enter(Action)"/>; null: by that it is in none.</summary>
    public static NetworkNamespace? Entered => _entered;

    /// <summary>The name, as <c>ip netns list</c> prints it.</summary>
    public string Name { get; }

    /// <summary>The kernel's id of the thread inside.</summary>
    public int ThreadId { get; private set; }

    /// <summary>Creates an empty namespace with a new name.</summary>
    /// <exception cref="KernelException">The name exists, or the kernel refuses.</exception>
    public static NetworkNamespace Create(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var path = PathOf(name);
        Directory.CreateDirectory(Folder);
        if (File.Exists(path))
        {
            throw new KernelException($"network namespace {name}: exists already");
        }

        var created = new NetworkNamespace(name);
        created._thread.Start();
        try
        {
            created.Enter(() =>
            {
                if (Libc.unshare(Libc.CLONE_NEWNET) < 0)
                {
                    throw KernelException.FromLastError("unshare(CLONE_NEWNET)");
                }

                File.WriteAllBytes(path, []);
                if (Libc.mount("/proc/thread-self/ns/net", path, null, Libc.MS_BIND, 0) < 0)
                {
                    var failure = KernelException.FromLastError($"mount on {path}");
                    File.Delete(path);
                    throw failure;
                }
            });
        }
        catch
        {
            created.Stop();
            throw;
        }

        return created;
    }

    /// <summary>The names under <c>/run/netns</c>.</summary>
    public static IReadOnlyList<string> Names()
        => Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path))] : [];

    /// <summary>Removes a name, whoever made it; nothing happens when there is none.</summary>
    public static void Delete(string name)
    {
        var path = PathOf(name);
        if (File.Exists(path))
        {
            // A name that was never mounted, or is unmounted already, is a plain file: only the deletion counts.
            _ = Libc.umount2(path, Libc.MNT_DETACH);
            File.Delete(path);
        }
    }

    /// <summary>Runs an action on the thread inside and waits for its end. Exceptions come back to the caller.</summary>
    public void Enter(Action action)
        => Enter(() =>
        {
            action();
            return true;
        });

    /// <summary>Runs a function on the thread inside and waits for its result. Exceptions come back to the caller.</summary>
    public T Enter<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (Environment.CurrentManagedThreadId == _thread.ManagedThreadId)
        {
            return function();
        }

        using var done = new ManualResetEventSlim();
        var result = default(T)!;
        ExceptionDispatchInfo? failure = null;
        _work.Add(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    /// <summary>Ends the thread and removes the name.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Stop();
            Delete(Name);
        }
    }

    private static string PathOf(string name) => Path.Combine(Folder, name);

    private void Stop()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        ThreadId = Libc.gettid();
        _entered = this;
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
