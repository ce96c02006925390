using System.Numerics;

namespace Saker.Bpf.Btf;

/// <summary>Takes what <see cref="BtfValue"/> finds in the bytes of a value, in the order of its type.</summary>
internal interface IBtfValueSink
{
    /// <summary>Whether equal elements of an array that follow each other are told once, with their number.</summary>
    bool FoldsRepeats { get; }

    /// <summary>A structure, union or section of variables begins: its members follow, each a name and a value.</summary>
    void BeginStructure();

    /// <summary>The name of the member whose value follows.</summary>
    void Member(string name);

    /// <summary>The structure ends.</summary>
    void EndStructure();

    /// <summary>An array begins: its elements follow.</summary>
    void BeginArray();

    /// <summary>The element before comes so often in all.</summary>
    void Repeated(int count);

    /// <summary>The array ends.</summary>
    void EndArray();

    /// <summary>A whole number.</summary>
    void Integer(BigInteger value);

    /// <summary>A truth value.</summary>
    void Boolean(bool value);

    /// <summary>A floating-point number.</summary>
    void Float(double value);

    /// <summary>A pointer.</summary>
    void Address(ulong value);

    /// <summary>One of an enumeration's names.</summary>
    void Name(string name);

    /// <summary>A text.</summary>
    void Text(string text);

    /// <summary>Bytes: an array of unsigned ones, or what has no type.</summary>
    void Bytes(ReadOnlySpan<byte> bytes);

    /// <summary>Here the value is cut: its bytes end, or it is too much.</summary>
    void Cut();
}
