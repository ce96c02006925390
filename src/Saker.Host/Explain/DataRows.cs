namespace Saker.Host.Explain;

/// <summary>Bytes of which nothing is known, in rows of sixteen with the letters that they might be.</summary>
internal static class DataRows
{
    private const int RowLength = 16;

    /// <summary>How many bytes are shown; the number of the others is told.</summary>
    private const int Shown = 4 * RowLength;

    public static void Read(FrameReader frame, string name, int offset, int end)
    {
        if (offset >= end)
        {
            return;
        }

        HeaderReader rows = frame.BeginData($"{name}, {Text.Count(end - offset, "byte")}", offset, end);
        int shown = Math.Min(end - offset, Shown);
        for (int row = 0; row < shown; row += RowLength)
        {
            int length = Math.Min(RowLength, shown - row);
            rows.Field(row, length, string.Empty, Letters(frame.Bytes(offset + row, offset + row + length)));
        }

        if (shown < end - offset)
        {
            rows.Problem($"{Text.Count(end - offset - shown, "more byte")}, not shown.");
        }
    }

    private static string Letters(ReadOnlySpan<byte> bytes)
    {
        Span<char> letters = stackalloc char[RowLength];
        for (int i = 0; i < bytes.Length; i++)
        {
            letters[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.';
        }

        return new string(letters[..bytes.Length]);
    }
}
