namespace Saker.Host.Snapshots.Reading;

/// <summary>Gathers what of a host is not evaluated though it could change a verdict, one line each.</summary>
internal sealed class SnapshotLimitations
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string line) => _lines.Add(SnapshotFaults.OneLine(line));
}
