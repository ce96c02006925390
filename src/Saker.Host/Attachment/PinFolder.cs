using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.Host.Attachment;

/// <summary>Folders of a bpffs in which names are given.</summary>
public static class PinFolder
{
    /// <summary>Makes a folder and those that it lies in, if it is to lie in a bpffs; elsewhere nothing is made.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="KernelException">It would lie in no bpffs, or cannot be made.</exception>
    public static void Create(string folder)
    {
        string full = Path.GetFullPath(folder);
        string? known = full;
        while (known is not null && !Directory.Exists(known))
        {
            known = Path.GetDirectoryName(known);
        }

        if (known is null || !BpfFileSystem.Contains(known))
        {
            throw new KernelException($"{folder} lies in no bpffs, and only there programs, maps and attachments can have names: take a folder below {BpfFileSystem.Root}, "
                + $"where 'mount -t bpf bpf {BpfFileSystem.Root}' mounts one if there is none");
        }

        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"{folder}: cannot be made: {exception.Message}", exception);
        }
    }
}
