using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Devices;

/// <summary>Names and indices of network devices, in the network namespace of the calling thread.</summary>
public static unsafe class DeviceName
{
    /// <summary>The longest name's length, with the zero behind it (<c>IFNAMSIZ</c>).</summary>
    internal const int Size = 16;

    /// <summary>The name of a device; null: there is none of this index.</summary>
    public static string? Of(int device)
    {
        byte* name = stackalloc byte[Size];
        return Libc.if_indextoname((uint)device, name) is null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    /// <summary>The index of a device; 0: there is none of this name.</summary>
    public static int IndexOf(string name) => (int)Libc.if_nametoindex(name);
}
