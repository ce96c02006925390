namespace Saker.Cli.Output;

/// <summary>A table: columns as wide as their widest cell, numbers to the right. The last column is folded where the screen ends.</summary>
internal sealed class Table
{
    private const int Gap = 2;

    private readonly string[] _heads;
    private readonly bool[] _isRight;
    private readonly List<(string[] Cells, string? Style)> _rows = [];

    /// <param name="heads">The columns' names; those that begin with &gt; stand to the right, as numbers do.</param>
    public Table(params string[] heads)
    {
        _isRight = [.. heads.Select(head => head.StartsWith('>'))];
        _heads = [.. heads.Select(head => head.TrimStart('>'))];
    }

    /// <summary>How many rows it has.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add((cells, null));

    /// <summary>Adds a row whose first cell has a colour.</summary>
    public void AddStyled(string? style, params string[] cells) => _rows.Add((cells, style));

    /// <summary>Prints it; nothing if it has no rows.</summary>
    public void Print(Columns columns)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        int[] widths = [.. _heads.Select((head, column) => Math.Max(head.Length, _rows.Max(row => row.Cells[column].Length)))];
        Print(columns, _heads, widths, _ => "bold");
        foreach ((string[] cells, string? style) in _rows)
        {
            Print(columns, cells, widths, column => column == 0 ? style : null);
        }
    }

    private void Print(Columns columns, string[] cells, int[] widths, Func<int, string?> style)
    {
        Part[] parts = new Part[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            string text = _isRight[i] ? cells[i].PadLeft(widths[i]) : cells[i];
            parts[i] = new Part(text, style(i), i < cells.Length - 1 ? widths[i] + Gap : 0);
        }

        columns.Line(parts);
    }
}
