using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Tracing;

/// <summary>
/// A trace buffer of one's own in tracefs (<c>instances/NAME</c>): events that are enabled here disturb no other tracing on the machine.
/// Tracepoints are the machine's, not a network namespace's: tell one's own events apart by thread and by packet.
/// Needs root; mounts tracefs where it is not. Disposing removes the instance.
/// </summary>
public sealed unsafe class TraceInstance : IDisposable
{
    private const string Mount = "/sys/kernel/tracing";
    private const string Instances = Mount + "/instances";
    private const int DeletionAttempts = 1000;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _partialLine = new();
    private readonly string _path;
    private readonly SafeFileHandle _pipe;

    private TraceInstance(string path)
    {
        _path = path;
        var pipe = Libc.open(Path.Combine(path, "trace_pipe"), Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (pipe < 0)
        {
            throw KernelException.FromLastError("open trace_pipe");
        }

        _pipe = new SafeFileHandle(pipe, ownsHandle: true);
    }

    /// <summary>Creates an instance with no event enabled.</summary>
    /// <exception cref="KernelException">The kernel refuses, or has no tracefs.</exception>
    public static TraceInstance Create(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Directory.Exists(Instances) && Libc.mount("nodev", Mount, "tracefs", 0, 0) < 0)
        {
            throw KernelException.FromLastError($"mount tracefs on {Mount}");
        }

        var path = Path.Combine(Instances, name);
        Directory.CreateDirectory(path);
        return new TraceInstance(path);
    }

    /// <summary>The names of all instances on this machine.</summary>
    public static IReadOnlyList<string> Names()
        => Directory.Exists(Instances) ? [.. Directory.EnumerateDirectories(Instances).Select(path => Path.GetFileName(path))] : [];

    /// <summary>Removes an instance, whoever made it.</summary>
    public static void Delete(string name) => Directory.Delete(Path.Combine(Instances, name));

    /// <summary>Enables an event, as <c>skb</c>, <c>kfree_skb</c>.</summary>
    public void Enable(string system, string name) => Write($"events/{system}/{name}/enable", "1");

    /// <summary>Keeps of an event only what passes a filter, in the form of <c>Documentation/trace/events.rst</c>: <c>name == "eth0"</c>.</summary>
    public void Filter(string system, string name, string filter) => Write($"events/{system}/{name}/filter", filter);

    /// <summary>Keeps only events that happen while one of these threads runs.</summary>
    public void LimitToThreads(IEnumerable<int> threadIds)
        => Write("set_event_pid", string.Join(' ', threadIds.Select(id => id.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Appends all events that have happened since the last call, and does not wait for more.</summary>
    public void Read(ICollection<TraceEvent> events)
    {
        while (true)
        {
            nint length;
            fixed (byte* bytes = _buffer)
            {
                length = Libc.read(_pipe, bytes, (nuint)_buffer.Length);
            }

            if (length < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
            {
                continue;
            }

            if (length <= 0)
            {
                return;
            }

            Append(_buffer.AsSpan(0, (int)length), events);
        }
    }

    /// <summary>Ends the tracing and removes the instance.</summary>
    public void Dispose()
    {
        _pipe.Dispose();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(_path);
                return;
            }
            catch (IOException) when (attempt < DeletionAttempts)
            {
                // Busy: a child process that another thread has forked holds the descriptor until it executes its program.
                Thread.Sleep(1);
            }
        }
    }

    private void Append(ReadOnlySpan<byte> text, ICollection<TraceEvent> events)
    {
        while (text.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _partialLine.Append(Encoding.UTF8.GetString(text[..end]));
            if (TraceEvent.TryParse(_partialLine.ToString(), out var parsed))
            {
                events.Add(parsed);
            }

            _partialLine.Clear();
            text = text[(end + 1)..];
        }

        _partialLine.Append(Encoding.UTF8.GetString(text));
    }

    // tracefs takes its values by plain writes: a file that is created or truncated first, as by File.WriteAllText, is refused for some of them.
    private void Write(string file, string value)
    {
        using var handle = File.OpenHandle(Path.Combine(_path, file), FileMode.Open, FileAccess.Write);
        RandomAccess.Write(handle, Encoding.UTF8.GetBytes(value), 0);
    }
}
