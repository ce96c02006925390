namespace Saker.Bpf.Maps;

/// <summary>How an element of a hash or trie lies in memory: what the table needs, the key, and the value if there is only one.</summary>
internal readonly struct ElementLayout
{
    /// <summary>Where the address of the value of CPU 0 is, in elements that have one.</summary>
    public const int ValuesOffset = 16;

    private const int Alignment = 8;

    /// <summary>Lays an element out.</summary>
    /// <param name="headerSize">Bytes before the key, a multiple of 8.</param>
    /// <param name="keySize">Bytes of a key.</param>
    /// <param name="valueSize">Bytes of a value.</param>
    /// <param name="isPerCpu">Whether the values are outside, one for each CPU.</param>
    public ElementLayout(int headerSize, int keySize, int valueSize, bool isPerCpu)
    {
        KeyOffset = headerSize;
        KeySize = keySize;
        ValueSize = valueSize;
        ValueOffset = Align(headerSize + keySize);
        Stride = isPerCpu ? ValueOffset : ValueOffset + Align(valueSize);
        CpuValueStride = isPerCpu ? Align(valueSize) : 0;
    }

    /// <summary>Where the key is.</summary>
    public int KeyOffset { get; }

    /// <summary>Bytes of a key.</summary>
    public int KeySize { get; }

    /// <summary>Where the value is, if it is in the element.</summary>
    public int ValueOffset { get; }

    /// <summary>Bytes of a value.</summary>
    public int ValueSize { get; }

    /// <summary>Bytes from one element to the next.</summary>
    public int Stride { get; }

    /// <summary>Bytes from one value of a CPU to its next; 0: values are in elements.</summary>
    public int CpuValueStride { get; }

    private static int Align(int size) => (size + Alignment - 1) & -Alignment;
}
