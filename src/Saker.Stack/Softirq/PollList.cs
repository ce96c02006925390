using System.Diagnostics.CodeAnalysis;

namespace Saker.Stack.Softirq;

/// <summary>NAPI contexts in a row, linked through themselves (<c>poll_list</c>).</summary>
internal struct PollList
{
    private NapiContext? _first;
    private NapiContext? _last;

    public readonly bool IsEmpty => _first is null;

    public void Add(NapiContext context)
    {
        context.NextScheduled = null;
        if (_last is null)
        {
            _first = context;
        }
        else
        {
            _last.NextScheduled = context;
        }

        _last = context;
    }

    public bool TryTake([NotNullWhen(true)] out NapiContext? context)
    {
        context = _first;
        if (context is null)
        {
            return false;
        }

        _first = context.NextScheduled;
        if (_first is null)
        {
            _last = null;
        }

        context.NextScheduled = null;
        return true;
    }

    public void Append(ref PollList other)
    {
        if (other._first is null)
        {
            return;
        }

        if (_last is null)
        {
            _first = other._first;
        }
        else
        {
            _last.NextScheduled = other._first;
        }

        _last = other._last;
        other = default;
    }
}
