namespace Saker.Bpf;

/// <summary>Values without keys, first in, first out (<c>BPF_MAP_TYPE_QUEUE</c>): written by pushing, read by looking at the next one, taken out by popping it.</summary>
public sealed class QueueMap : OrderedMap
{
    internal QueueMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
    }

    /// <inheritdoc/>
    private protected override bool IsStack => false;
}
