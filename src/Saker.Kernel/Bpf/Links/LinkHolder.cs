using System.Globalization;

namespace Saker.Kernel.Bpf;

/// <summary>A process that has a link open, and so keeps it in the kernel.</summary>
/// <param name="ProcessId">Its id, in this process id namespace.</param>
/// <param name="Name">Its name, of which the kernel keeps 15 bytes.</param>
public readonly record struct LinkHolder(int ProcessId, string Name)
{
    /// <summary>Who holds a link: every process whose descriptors may be looked at (as root: all). Names in a bpffs hold it as well, and are not told.</summary>
    /// <param name="link">The link's id.</param>
    public static IReadOnlyList<LinkHolder> Find(uint link)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"link_id:\t{link}");
        List<LinkHolder> holders = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int process) && Holds(folder, line))
            {
                holders.Add(new LinkHolder(process, NameOf(folder)));
            }
        }

        return holders;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} ({Name})");

    private static bool Holds(string process, string line)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fdinfo")).Any(file => IsLink(file, line));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }

    private static bool IsLink(string file, string line)
    {
        try
        {
            return File.ReadLines(file).Contains(line, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The descriptor is closed meanwhile.
            return false;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "ended";
        }
    }
}
