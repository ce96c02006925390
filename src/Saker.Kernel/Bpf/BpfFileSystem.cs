using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>The file system in which programs, maps and links have names (bpffs). What is pinned there stays in the kernel when nobody has it open, until its file is deleted.</summary>
public static unsafe class BpfFileSystem
{
    /// <summary>Where it is by custom.</summary>
    public const string Root = "/sys/fs/bpf";

    private const long Magic = 0xcafe4a11;

    /// <summary>Whether a folder lies in such a file system.</summary>
    public static bool Contains(string folder)
    {
        // struct statfs begins with the type, a word; all of it takes 120 bytes.
        const int Words = 32;
        long* status = stackalloc long[Words];
        return Libc.statfs(folder, status) == 0 && (uint)status[0] == (uint)Magic;
    }

    /// <summary>Mounts one there, unless the folder lies in one already. Nothing here mounts unasked.</summary>
    /// <param name="folder">Where; it must exist.</param>
    /// <exception cref="KernelException">The kernel refuses: it takes CAP_SYS_ADMIN.</exception>
    public static void Mount(string folder = Root)
    {
        if (!Contains(folder) && Libc.mount("bpf", folder, "bpf", 0, 0) < 0)
        {
            throw KernelRefusal.Of($"mount of bpffs on {folder}", -Marshal.GetLastPInvokeError(), Capabilities.CAP_SYS_ADMIN).ToException();
        }
    }

    /// <summary>Takes a name away; nothing happens where there is none.</summary>
    /// <param name="path">The name's path.</param>
    /// <exception cref="KernelException">It is not within a file system of type bpf: what lies there is not touched.</exception>
    public static void Unpin(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (!Contains(path))
        {
            throw new KernelException($"{path} is no pinned object of BPF: it lies in no bpffs");
        }

        File.Delete(path);
    }

    /// <summary>What can be said of an error with a path.</summary>
    internal static string AdviceFor(string path, int errorNumber)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return !Directory.Exists(folder) ? $"there is no folder {folder}"
            : !Contains(folder) ? $"{folder} lies in no bpffs: mount one ('mount -t bpf bpf {Root}', or BpfFileSystem.Mount)"
            : errorNumber == BpfSystemCall.EEXIST ? "something is pinned there already"
            : errorNumber == BpfSystemCall.ENOENT ? "nothing is pinned there"
            : KernelRefusal.AdviceFor(errorNumber, [Capabilities.CAP_BPF]);
    }
}
