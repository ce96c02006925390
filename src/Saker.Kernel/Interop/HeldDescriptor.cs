using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>A descriptor for the time of one call: whoever disposes of its handle meanwhile does not close it, so that its number cannot become another file's.</summary>
internal readonly ref struct HeldDescriptor
{
    private readonly SafeHandle _handle;

    /// <summary>Holds it.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public HeldDescriptor(SafeHandle handle)
    {
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _handle = handle;
    }

    /// <summary>Its number.</summary>
    public int Number => (int)_handle.DangerousGetHandle();

    /// <summary>Lets it go.</summary>
    public void Dispose() => _handle.DangerousRelease();
}
