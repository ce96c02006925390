namespace Saker.Host.Explain;

/// <summary>What is to be said of a field besides its value.</summary>
public enum FieldMark : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It was verified, and is right.</summary>
    Right,

    /// <summary>It is wrong: no station should send it so.</summary>
    Wrong,
}

/// <summary>One field of a header.</summary>
/// <param name="Offset">Where it begins, in bytes from the beginning of the frame.</param>
/// <param name="Raw">Its bytes, as many of them as are there.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, in words.</param>
/// <param name="Mark">Whether it is right, where that can be told.</param>
public sealed record HeaderField(int Offset, ReadOnlyMemory<byte> Raw, string Name, string Value, FieldMark Mark = FieldMark.None);

/// <summary>A header of a frame, field by field in the order of its bytes.</summary>
public sealed class DecodedHeader
{
    private readonly List<HeaderField> _fields = [];
    private readonly List<string> _problems = [];

    internal DecodedHeader(string name, int offset, int depth, bool isData = false)
    {
        Name = name;
        Offset = offset;
        Depth = depth;
        IsData = isData;
    }

    /// <summary>The protocol's name, and which message of it.</summary>
    public string Name { get; internal set; }

    /// <summary>Where it begins, in bytes from the beginning of the frame.</summary>
    public int Offset { get; }

    /// <summary>How deep it is quoted: 0 for a header of the frame itself, 1 for one that an ICMP message quotes.</summary>
    public int Depth { get; }

    /// <summary>Whether these are bytes that nothing is known of, in rows.</summary>
    public bool IsData { get; }

    /// <summary>Its fields.</summary>
    public IReadOnlyList<HeaderField> Fields => _fields;

    /// <summary>What is malformed, or missing: a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    internal void Add(HeaderField field) => _fields.Add(field);

    internal void AddProblem(string problem) => _problems.Add(problem);
}
