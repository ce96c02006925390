namespace Saker.Host.Snapshots.Reading;

/// <summary>Gets a snapshot's bytes from a file, or from a pipe that has a name.</summary>
internal static class SnapshotBytes
{
    /// <summary>Room for a million routes and more; what is longer is no snapshot.</summary>
    private const int MaximumLength = 256 << 20;

    private const int FirstBuffer = 64 << 10;

    /// <summary>Reads all of it; null: it cannot be read, and the fault is noted.</summary>
    public static ReadOnlyMemory<byte>? Read(string path, SnapshotFaults faults)
    {
        if (Directory.Exists(path))
        {
            faults.Add("is a directory; expected a file that 'saker snapshot' wrote");
            return null;
        }

        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return Read(file, faults);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            faults.Add("no such file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            faults.Add($"cannot be read: {exception.Message}");
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? Read(FileStream file, SnapshotFaults faults)
    {
        byte[] bytes = new byte[FirstBuffer];
        int length = 0;
        while (true)
        {
            int read = file.Read(bytes, length, bytes.Length - length);
            if (read == 0)
            {
                return bytes.AsMemory(0, length);
            }

            length += read;
            if (length > MaximumLength)
            {
                faults.Add($"is longer than {MaximumLength >> 20} MiB; no snapshot is");
                return null;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, 2 * length);
            }
        }
    }
}
