using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>What programs, maps, links and types have in common: descriptors, which can be had by id and by path, pinned, and asked what they are.</summary>
internal static unsafe class BpfDescriptor
{
    /// <summary>No descriptor, where a call may be given one and is not.</summary>
    public static SafeFileHandle None { get; } = new();

    /// <summary>A descriptor for what a call gave.</summary>
    public static SafeFileHandle Own(int number) => new(number, ownsHandle: true);

    /// <summary>Asks the kernel what a descriptor is of. What an older kernel does not tell stays as it is given.</summary>
    /// <returns>0, or the error number, negated.</returns>
    public static int TryGetInfo<T>(SafeFileHandle descriptor, ref T info)
        where T : unmanaged
    {
        using HeldDescriptor held = new(descriptor);
        fixed (T* place = &info)
        {
            BpfSystemCall.ObjectInfo attributes = new() { bpf_fd = (uint)held.Number, info_len = (uint)sizeof(T), info = (ulong)place };
            return BpfSystemCall.Call(BpfSystemCall.BPF_OBJ_GET_INFO_BY_FD, ref attributes);
        }
    }

    /// <summary>The same, of what is known to be there.</summary>
    public static void GetInfo<T>(SafeFileHandle descriptor, ref T info)
        where T : unmanaged
    {
        int result = TryGetInfo(descriptor, ref info);
        if (result < 0)
        {
            throw KernelRefusal.Of("BPF_OBJ_GET_INFO_BY_FD", result).ToException();
        }
    }

    /// <summary>Opens something by its id.</summary>
    public static bool TryOpenById(int command, string what, uint id, [NotNullWhen(true)] out SafeFileHandle? descriptor, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        BpfSystemCall.ObjectId attributes = new() { id = id };
        int result = BpfSystemCall.Call(command, ref attributes);
        descriptor = result >= 0 ? Own(result) : null;
        refusal = result >= 0 ? null : KernelRefusal.Of($"{what} {id}", result, Capabilities.CAP_SYS_ADMIN);
        return descriptor is not null;
    }

    /// <summary>Goes over all ids of one kind. What is made or vanishes meanwhile may be there or not.</summary>
    public static IEnumerable<uint> Ids(int command)
    {
        uint last = 0;
        while (TryNextId(command, last) is { } id)
        {
            yield return id;
            last = id;
        }
    }

    /// <summary>Gives what a descriptor is of a name in a file system of type bpf.</summary>
    public static void Pin(SafeFileHandle descriptor, string path)
    {
        using HeldDescriptor held = new(descriptor);
        fixed (byte* name = PathBytes(path))
        {
            BpfSystemCall.ObjectPath attributes = new() { pathname = (ulong)name, bpf_fd = (uint)held.Number };
            int result = BpfSystemCall.Call(BpfSystemCall.BPF_OBJ_PIN, ref attributes);
            if (result < 0)
            {
                throw new KernelRefusal($"BPF_OBJ_PIN at {path}", -result, BpfFileSystem.AdviceFor(path, -result)).ToException();
            }
        }
    }

    /// <summary>Opens what is pinned at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="kind">What it must be, as the kernel calls its files: <c>bpf-map</c>, <c>bpf-prog</c>, <c>bpf-link</c> (older kernels: <c>bpf_link</c>).</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="refusal">Why there is none.</param>
    public static bool TryOpenPinned(string path, string kind, [NotNullWhen(true)] out SafeFileHandle? descriptor, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        descriptor = null;
        fixed (byte* name = PathBytes(path))
        {
            BpfSystemCall.ObjectPath attributes = new() { pathname = (ulong)name };
            int result = BpfSystemCall.Call(BpfSystemCall.BPF_OBJ_GET, ref attributes);
            if (result < 0)
            {
                refusal = new KernelRefusal($"BPF_OBJ_GET of {path}", -result, BpfFileSystem.AdviceFor(path, -result));
                return false;
            }

            // The call does not say what it has opened; the name of the file does.
            descriptor = Own(result);
            string target = new FileInfo($"/proc/self/fd/{result}").LinkTarget?.Replace('_', '-') ?? "";
            refusal = target.EndsWith(kind, StringComparison.Ordinal) ? null : new KernelRefusal($"{path} is a {target[(target.LastIndexOf(':') + 1)..]}, not a {kind}", 0);
            if (refusal is not null)
            {
                descriptor.Dispose();
                descriptor = null;
            }

            return refusal is null;
        }
    }

    private static uint? TryNextId(int command, uint last)
    {
        BpfSystemCall.ObjectId attributes = new() { id = last };
        int result = BpfSystemCall.Call(command, ref attributes);
        return result switch
        {
            >= 0 => attributes.next_id,
            -BpfSystemCall.ENOENT => null,
            _ => throw KernelRefusal.Of("BPF_*_GET_NEXT_ID", result, Capabilities.CAP_SYS_ADMIN).ToException(),
        };
    }

    private static byte[] PathBytes(string path) => [.. Encoding.UTF8.GetBytes(path), 0];
}
