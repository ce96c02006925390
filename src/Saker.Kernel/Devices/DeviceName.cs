using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Devices;

/// <summary>Names and indices of network devices, in the network namespace of the calling thread.</summary>
public static unsafe class DeviceName
{
    /// <summary>How many bytes a name has at most.</summary>
    public const int LongestLength = Libc.IFNAMSIZ - 1;

    /// <summary>The name of a device; null: there is none of this index.</summary>
    public static string? Of(int device)
    {
        byte* name = stackalloc byte[Libc.IFNAMSIZ];
        return Libc.if_indextoname((uint)device, name) is null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    /// <summary>The index of a device; 0: there is none of this name.</summary>
    public static int IndexOf(string name) => (int)Libc.if_nametoindex(name);

    /// <summary>The index of a device that must be there.</summary>
    /// <exception cref="KernelException">There is none of this name.</exception>
    internal static int Find(string name) => IndexOf(name) is var index and not 0 ? index : throw KernelException.FromLastError($"device {name}");
}
