using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <summary>Where the chunks of a <see cref="FrameRegion"/> are, as a card knows it: counted in bytes from the region's base. It does not change.</summary>
public readonly struct FrameAddresses
{
    private readonly int _stride;

    internal FrameAddresses(int stride) => _stride = stride;

    /// <summary>The address of a byte of a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Of(int chunk, int offset) => ((long)chunk * _stride) + offset;
}
