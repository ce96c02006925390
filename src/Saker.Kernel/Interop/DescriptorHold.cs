using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>A descriptor that stays open as long as this lives, whoever disposes of its handle: what <see cref="HeldDescriptor"/> is for a call, for longer.</summary>
internal sealed class DescriptorHold : IDisposable
{
    private SafeHandle? _handle;

    /// <summary>Holds it.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public DescriptorHold(SafeHandle handle)
    {
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _handle = handle;
        Number = (int)handle.DangerousGetHandle();
    }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary>Lets it go.</summary>
    public void Dispose() => Interlocked.Exchange(ref _handle, null)?.DangerousRelease();
}
