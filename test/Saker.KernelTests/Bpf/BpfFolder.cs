using Saker.Kernel.Bpf;
using Saker.Kernel.Interop;

namespace Saker.KernelTests.Bpf;

/// <summary>A bpffs of a test's own, which is gone, with all that is pinned in it, when the test ends, and at the latest with the process that is next to make one.</summary>
internal sealed class BpfFolder : IDisposable
{
    private const string Prefix = "saker-bpf-";

    private readonly string _folder;

    public BpfFolder()
    {
        RemoveAbandoned();
        _folder = Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_folder);
        BpfFileSystem.Mount(_folder);
    }

    public string Folder => _folder;

    public string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Remove(_folder);

    /// <summary>Those of processes that were killed.</summary>
    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var process = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{process}"))
            {
                Remove(folder);
            }
        }
    }

    private static void Remove(string folder)
    {
        _ = Libc.umount2(folder, Libc.MNT_DETACH);
        Directory.Delete(folder);
    }
}
