namespace Saker.Host.Explain;

/// <summary>
/// A frame that is being taken apart: its bytes and the headers found so far. Layers hand it to each other with the part of the frame that the layer below gives them.
/// </summary>
internal sealed class FrameReader
{
    /// <summary>More headers than any sound frame has: tunnels in tunnels and tags behind tags end here.</summary>
    private const int MaximumHeaders = 48;

    private readonly List<DecodedHeader> _headers = [];

    public FrameReader(byte[] frame, bool isCut)
    {
        Frame = frame;
        IsCut = isCut;
    }

    /// <summary>The whole frame.</summary>
    public byte[] Frame { get; }

    /// <summary>Whether the capture kept a part of the frame only, so that what is missing may have been there on the wire.</summary>
    public bool IsCut { get; }

    /// <summary>How deep the present bytes are quoted by ICMP messages.</summary>
    public int Depth { get; set; }

    /// <summary>The headers found.</summary>
    public IReadOnlyList<DecodedHeader> Headers => _headers;

    /// <summary>Whether another header may be read.</summary>
    public bool HasRoom => _headers.Count < MaximumHeaders;

    /// <summary>The bytes from one offset to another.</summary>
    public ReadOnlySpan<byte> Bytes(int offset, int end) => Frame.AsSpan(offset, end - offset);

    /// <summary>Begins a header.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="offset">Where it begins in the frame.</param>
    /// <param name="end">Where the bytes end that may belong to it.</param>
    public HeaderReader Begin(string name, int offset, int end)
    {
        DecodedHeader header = new(name, offset, Depth);
        _headers.Add(header);
        return new HeaderReader(this, header, end);
    }

    /// <summary>Begins rows of bytes of which nothing is known.</summary>
    public HeaderReader BeginData(string name, int offset, int end)
    {
        DecodedHeader header = new(name, offset, Depth, isData: true);
        _headers.Add(header);
        return new HeaderReader(this, header, end);
    }
}

/// <summary>A header that is being taken apart. Offsets are those in the header.</summary>
internal readonly struct HeaderReader
{
    private readonly FrameReader _frame;
    private readonly DecodedHeader _header;
    private readonly int _end;

    public HeaderReader(FrameReader frame, DecodedHeader header, int end)
    {
        _frame = frame;
        _header = header;
        _end = end;
    }

    /// <summary>Gives the header a fuller name than it began with.</summary>
    public void Rename(string name) => _header.Name = name;

    /// <summary>Adds a field; what of it lies behind the end is left out.</summary>
    public void Field(int offset, int length, string name, string value, FieldMark mark = FieldMark.None)
    {
        int start = Math.Min(_header.Offset + offset, _end);
        int there = Math.Clamp(length, 0, _end - start);
        _header.Add(new HeaderField(_header.Offset + offset, _frame.Frame.AsMemory(start, there), name, value, mark));
    }

    /// <summary>Adds a checksum, verified where all that it covers is there.</summary>
    public void Checksum(int offset, string name, ChecksumFinding finding) => Field(offset, sizeof(ushort), name, finding.Text, finding.Mark);

    /// <summary>Says what is malformed or missing.</summary>
    public void Problem(string problem) => _header.AddProblem(problem);

    /// <summary>Says that the header ends before its fixed part does.</summary>
    public void Short(int needed)
    {
        int there = Math.Max(0, _end - _header.Offset);
        string why = _frame.IsCut ? "the capture cut the frame" : "the packet ends there";
        Problem($"{there} of {needed} bytes are there: {why}.");
        if (there > 0)
        {
            Field(0, there, "(incomplete)", string.Empty, FieldMark.Wrong);
        }
    }
}
