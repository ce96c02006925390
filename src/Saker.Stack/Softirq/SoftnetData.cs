using System.Globalization;
using System.Runtime.CompilerServices;

namespace Saker.Stack.Softirq;

/// <summary>What one CPU tells of its receiving: a line of <c>/proc/net/softnet_stat</c>. Written by that CPU, but for <see cref="Dropped"/>.</summary>
public sealed class SoftnetData
{
    private long _processed;
    private long _timeSqueeze;
    private long _receivedRps;
    private BacklogQueue? _backlog;

    /// <summary>Packets that entered the receive core here.</summary>
    public long Processed => Volatile.Read(ref _processed);

    /// <summary>Packets that this CPU's backlog had no room for, whichever CPU brought them.</summary>
    public long Dropped => _backlog?.Refused ?? 0;

    /// <summary>Runs of the receive softirq that ended with their budget or time used up.</summary>
    public long TimeSqueeze => Volatile.Read(ref _timeSqueeze);

    /// <summary>How often another CPU has woken this one to look into its backlog.</summary>
    public long ReceivedRps => Volatile.Read(ref _receivedRps);

    /// <summary>Packets dropped for their flow's share of the backlog; flow limits are not built, so always 0.</summary>
    public long FlowLimitCount => 0;

    /// <summary>Packets that wait and were not looked at.</summary>
    public long InputLength => _backlog?.InputLength ?? 0;

    /// <summary>Packets that wait and are the poll's already.</summary>
    public long ProcessLength => _backlog?.ProcessLength ?? 0;

    /// <summary>The lines of <c>/proc/net/softnet_stat</c>, fifteen numbers for each CPU, in the format of Linux 6.18.</summary>
    public static string Format(IEnumerable<Cpu> cpus)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        return string.Concat(cpus.Select(cpu =>
        {
            SoftnetData data = cpu.Softnet;
            long[] columns =
            [
                data.Processed, data.Dropped, data.TimeSqueeze, 0, 0, 0, 0, 0, 0, data.ReceivedRps, data.FlowLimitCount,
                data.InputLength + data.ProcessLength, cpu.Index, data.InputLength, data.ProcessLength,
            ];
            return string.Join(' ', columns.Select(column => ((uint)column).ToString("x8", CultureInfo.InvariantCulture))) + "\n";
        }));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CountProcessed(int count) => _processed += count;

    internal void CountSqueeze() => _timeSqueeze++;

    internal void CountReceivedRps() => _receivedRps++;

    internal void Attach(BacklogQueue backlog) => _backlog = backlog;
}
