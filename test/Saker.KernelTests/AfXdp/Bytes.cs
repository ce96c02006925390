using System.Diagnostics.CodeAnalysis;

namespace Saker.KernelTests.AfXdp;

/// <summary>Packets are the same if their bytes are.</summary>
internal sealed class Bytes : IEqualityComparer<byte[]>
{
    public static Bytes Same { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => obj.Length;
}
