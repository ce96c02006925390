namespace Saker.Host.Snapshots;

/// <summary>How a device is told from one of the same name in another network namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its index.</param>
/// <param name="Address">Its link address as text; empty if it has none.</param>
internal sealed record LinkName(string Name, int Index, string Address);
