namespace Saker.Bpf;

/// <summary>Values without keys, last in, first out (<c>BPF_MAP_TYPE_STACK</c>): written by pushing, read by looking at the next one, taken out by popping it.</summary>
public sealed class StackMap : OrderedMap
{
    internal StackMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
    }

    /// <inheritdoc/>
    private protected override bool IsStack => true;
}
