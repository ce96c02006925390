using System.Threading.Tasks.Sources;

namespace Saker.Bpf.Maps;

/// <summary>Wakes the one who waits for records. Who puts a record out pays a look at one word where nobody waits.</summary>
internal sealed class RecordSignal : IValueTaskSource<bool>
{
    private const int Idle = 0;
    private const int Waiting = 1;

    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _state;
    private volatile bool _isClosed;

    /// <summary>Whether there will be no records any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Waits until there is a record.</summary>
    /// <param name="source">Where records come from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<bool> WaitAsync(IRecordSource source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _registration.Dispose();
        _core.Reset();
        Interlocked.Exchange(ref _state, Waiting);

        // What was put out before the state could be seen is seen here.
        if ((source.HasRecord || _isClosed) && Interlocked.Exchange(ref _state, Idle) == Waiting)
        {
            return new ValueTask<bool>(source.HasRecord);
        }

        _registration = cancellationToken.UnsafeRegister(static (signal, token) => ((RecordSignal)signal!).Cancel(token), this);
        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Says that there is a record; whoever waits goes on. What was put out must have been made visible by an interlocked operation.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _state) == Waiting && Interlocked.Exchange(ref _state, Idle) == Waiting)
        {
            _core.SetResult(true);
        }
    }

    /// <summary>Says that there will be no records any more.</summary>
    public void Close()
    {
        _isClosed = true;
        if (Interlocked.Exchange(ref _state, Idle) == Waiting)
        {
            _core.SetResult(false);
        }
    }

    /// <inheritdoc/>
    public bool GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _state, Idle) == Waiting)
        {
            _core.SetException(new OperationCanceledException(token));
        }
    }
}

/// <summary>Where records come from.</summary>
internal interface IRecordSource
{
    /// <summary>Whether there is one to be read.</summary>
    bool HasRecord { get; }
}
