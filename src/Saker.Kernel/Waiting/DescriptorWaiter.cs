using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Waiting;

/// <summary>Waits for what one reader reads, which may have several descriptors: records of programs, packets of a socket.</summary>
internal sealed class DescriptorWaiter : IValueTaskSource<bool>, IDisposable
{
    private const int MostVain = 64;

    private readonly Lock _gate = new();
    private readonly Epoll _rings = new();
    private readonly Func<bool> _isReady;
    private readonly ulong _number;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _vain;
    private bool _isWaiting;
    private bool _isClosed;

    /// <param name="descriptors">What the kernel wakes.</param>
    /// <param name="isReady">Whether there is something to be read; it makes visible first what has been read.</param>
    public DescriptorWaiter(IEnumerable<SafeHandle> descriptors, Func<bool> isReady)
    {
        _isReady = isReady;
        foreach (SafeHandle descriptor in descriptors)
        {
            _rings.Change(Epoll.EPOLL_CTL_ADD, descriptor, Epoll.EPOLLIN, 0);
        }

        _number = WakeupThread.Add(this, _rings.Descriptor);
    }

    /// <summary>Waits until there may be something to read.</summary>
    /// <returns>False: it is closed.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // A cancellation that comes too late for the wait before must be over when this one begins, and it wants the gate.
        _registration.Dispose();
        lock (_gate)
        {
            if (_isClosed)
            {
                return new ValueTask<bool>(false);
            }

            if (_isWaiting)
            {
                throw new InvalidOperationException("Somebody waits already.");
            }

            if (_isReady())
            {
                return new ValueTask<bool>(true);
            }

            _core.Reset();
            WakeupThread.Watch(_number, _rings.Descriptor);

            // The kernel says of a perf event's ring only once that it can be read, perhaps while it is asked to watch: so it is looked at again.
            if (_isReady())
            {
                return new ValueTask<bool>(true);
            }

            _vain = 0;
            _isWaiting = true;
        }

        _registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((DescriptorWaiter)waiter!).Cancel(token), this);
        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Says that there may be something to read. For the thread that watches.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (!_isWaiting || _isClosed)
            {
                return;
            }

            // The kernel may tell late of what was read meanwhile: then the wait goes on. Told again and again, it has something else to say, such as an error.
            if (_vain < MostVain && !_isReady())
            {
                _vain++;
                WakeupThread.Watch(_number, _rings.Descriptor);
                if (!_isReady())
                {
                    return;
                }
            }

            _isWaiting = false;
        }

        _core.SetResult(true);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        WakeupThread.Remove(_number, _rings.Descriptor);
        _rings.Dispose();
        if (TryEnd())
        {
            _core.SetResult(false);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (TryEnd())
        {
            _core.SetException(new OperationCanceledException(token));
        }
    }

    /// <summary>Ends the wait, if there is one: of those who would, one does.</summary>
    private bool TryEnd()
    {
        lock (_gate)
        {
            bool wasWaiting = _isWaiting;
            _isWaiting = false;
            return wasWaiting;
        }
    }
}
