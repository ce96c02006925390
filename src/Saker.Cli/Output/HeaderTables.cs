using Saker.Host.Explain;

namespace Saker.Cli.Output;

/// <summary>Draws headers as tables: byte offset, raw bytes, field, value.</summary>
internal sealed class HeaderTables
{
    private const int OffsetWidth = 6;
    private const int RawWidth = 19;
    private const int NameWidth = 19;
    private const int DataWidth = 47;

    /// <summary>Raw bytes of a field that are shown; the value says it all anyway.</summary>
    private const int RawBytes = 7;

    private readonly Columns _columns;

    public HeaderTables(Columns columns) => _columns = columns;

    /// <summary>Draws them.</summary>
    public void Print(IReadOnlyList<DecodedHeader> headers)
    {
        _columns.Line(new Part("byte".PadLeft(OffsetWidth), "grey"), "  ", new Part("raw", "grey", RawWidth), "  ", new Part("field", "grey", NameWidth), "  ", new Part("value", "grey"));
        foreach (DecodedHeader header in headers)
        {
            Print(header);
        }
    }

    private void Print(DecodedHeader header)
    {
        string indent = string.Concat(Enumerable.Repeat("│ ", header.Depth));
        string name = header.Depth > 0 ? $"{header.Name} (quoted)" : header.Name;
        _columns.Line(new Part(indent, "grey"), new Part(name, "bold"));
        foreach (HeaderField field in header.Fields)
        {
            Part offset = new($"{indent}{field.Offset.ToString().PadLeft(OffsetWidth - indent.Length)}", "grey");
            if (header.IsData)
            {
                _columns.Line(offset, "  ", new Part(Spaced(field.Raw.Span), "grey", DataWidth), "  ", field.Value);
            }
            else
            {
                _columns.Line(offset, "  ", new Part(Grouped(field.Raw.Span), "grey", RawWidth), "  ", new Part(field.Name, null, NameWidth), "  ", new Part(field.Value, Style(field.Mark)));
            }
        }

        foreach (string problem in header.Problems)
        {
            _columns.Line(new Part(indent.PadRight(OffsetWidth), "grey"), "  ", new Part(header.IsData ? string.Empty : "! ", "red"), new Part(problem, header.IsData ? "grey" : "red"));
        }
    }

    private static string? Style(FieldMark mark) => mark switch
    {
        FieldMark.Right => "green",
        FieldMark.Wrong => "red",
        _ => null,
    };

    private static string Spaced(ReadOnlySpan<byte> bytes)
    {
        List<string> pairs = [];
        foreach (byte octet in bytes)
        {
            pairs.Add($"{octet:x2}");
        }

        return string.Join(' ', pairs);
    }

    /// <summary>Bytes in groups of two, cut where they would push the rest aside.</summary>
    private static string Grouped(ReadOnlySpan<byte> bytes)
    {
        bool isWhole = bytes.Length <= RawBytes + 1;
        string digits = Convert.ToHexStringLower(isWhole ? bytes : bytes[..RawBytes]);
        string groups = string.Join(' ', digits.Chunk(4).Select(group => new string(group)));
        return isWhole ? groups : groups + "…";
    }
}
