using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;

namespace Saker.Host.Live;

/// <summary>Counts how many packets have come to each stage. Each thread counts for itself; who reads adds up, and may be a little behind.</summary>
public sealed class StageTally : PacketObserver
{
    private static readonly int StageCount = Enum.GetValues<Stage>().Max(stage => (int)stage) + 1;

    [ThreadStatic]
    private static (StageTally Owner, long[] Counts) _mine;

    private readonly Lock _lock = new();
    private readonly List<long[]> _counts = [];

    /// <summary>How many packets have come to a stage.</summary>
    public long this[Stage stage]
    {
        get
        {
            lock (_lock)
            {
                return _counts.Sum(counts => Volatile.Read(ref counts[(int)stage]));
            }
        }
    }

    /// <inheritdoc/>
    public override bool WantsDetails => false;

    /// <inheritdoc/>
    public override void Entered(PacketBuffer packet, Stage stage) => Mine()[(int)stage]++;

    /// <inheritdoc/>
    public override void Dropped(PacketBuffer packet, Stage stage, DropReason reason)
    {
    }

    /// <inheritdoc/>
    public override void Delivered(PacketBuffer packet, Stage stage, Socket socket)
    {
    }

    /// <inheritdoc/>
    public override void Consumed(PacketBuffer packet, Stage stage)
    {
    }

    /// <inheritdoc/>
    public override void Held(PacketBuffer packet, Stage stage)
    {
    }

    /// <inheritdoc/>
    public override void Merged(PacketBuffer packet, uint into)
    {
    }

    /// <inheritdoc/>
    public override void Forwarded(PacketBuffer packet, Stage stage)
    {
    }

    /// <inheritdoc/>
    public override void Unsupported(PacketBuffer packet, Stage stage) => Interlocked.Increment(ref _unsupported);

    /// <summary>Packets that came to a part that is not built.</summary>
    public long UnsupportedCount => Volatile.Read(ref _unsupported);

    private long _unsupported;

    /// <inheritdoc/>
    public override void Transmitted(PacketBuffer packet, NetworkDevice device)
    {
    }

    private long[] Mine()
    {
        if (_mine.Owner != this)
        {
            _mine = (this, new long[StageCount]);
            lock (_lock)
            {
                _counts.Add(_mine.Counts);
            }
        }

        return _mine.Counts;
    }
}
