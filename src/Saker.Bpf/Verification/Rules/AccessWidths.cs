namespace Saker.Bpf.Verification;

/// <summary>Widths of accesses; each is the number of its bytes.</summary>
[Flags]
internal enum AccessWidths : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>One byte.</summary>
    Byte = 1,

    /// <summary>Two bytes.</summary>
    Half = 2,

    /// <summary>Four bytes.</summary>
    Word = 4,

    /// <summary>Eight bytes.</summary>
    DoubleWord = 8,

    /// <summary>A word or a part of it: what the kernel calls narrow accesses.</summary>
    UpToWord = Byte | Half | Word,

    /// <summary>All.</summary>
    All = UpToWord | DoubleWord,
}
