namespace Saker.Host.Snapshots.Reading;

/// <summary>Keeps the first fault of a snapshot: the others may follow from it.</summary>
/// <param name="file">The file's name, with which every fault begins.</param>
internal sealed class SnapshotFaults(string file)
{
    /// <summary>The first fault, in one line.</summary>
    public string? First { get; private set; }

    /// <summary>Notes a fault.</summary>
    public void Add(string what) => First ??= OneLine($"{file}: {what}");

    /// <summary>What comes from a file may hold line ends and terminal codes: none of them reaches the user's terminal.</summary>
    public static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, text) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? '?' : text[i];
            }
        });
}
