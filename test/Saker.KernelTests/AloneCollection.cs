namespace Saker.KernelTests;

/// <summary>Tests beside which nothing else of this assembly runs.</summary>
/// <remarks>
/// They change settings of the machine, look at the order of its work, open what others hold (everything of BPF can be opened by its id), or assert that something is gone
/// as soon as its descriptor is closed. The last of these holds only where nobody else has the descriptor: a link is detached, a map's id freed, a socket's port free when
/// the last holder closes. Whoever goes over all ids holds each for a moment, and so does every process that is being started: between <c>fork</c> and <c>exec</c> it has
/// copies of all descriptors, close-on-exec or not.
/// </remarks>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
