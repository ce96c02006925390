using System.Text.Json;
using System.Text.Unicode;

namespace Saker.Host.Snapshots.Reading;

/// <summary>A snapshot's JSON, found to be well-formed text in every corner, so that reading on cannot throw.</summary>
internal sealed class SnapshotDocument : IDisposable
{
    /// <summary>The deepest that a ruleset of nftables gets is a few dozens.</summary>
    private const int MaximumDepth = 128;

    private readonly JsonDocument _json;
    private readonly SnapshotFaults _faults;

    private SnapshotDocument(JsonDocument json, SnapshotFaults faults)
    {
        _json = json;
        _faults = faults;
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>Parses a snapshot; null: it is none, and the fault is noted.</summary>
    public static SnapshotDocument? Parse(ReadOnlyMemory<byte> bytes, SnapshotFaults faults)
    {
        if (bytes.Span.StartsWith(ByteOrderMark))
        {
            bytes = bytes[ByteOrderMark.Length..];
        }

        if (bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            faults.Add("is empty; expected the JSON object that 'saker snapshot' prints");
            return null;
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            faults.Add("is no UTF-8 text; expected the JSON object that 'saker snapshot' prints");
            return null;
        }

        try
        {
            CheckEscapes(bytes.Span, faults);
            JsonDocument json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new SnapshotDocument(json, faults);
            }

            faults.Add($"is {SnapshotEntry.KindOf(json.RootElement)}; expected the JSON object that 'saker snapshot' prints");
            json.Dispose();
        }
        catch (JsonException exception)
        {
            faults.Add(Describe(exception));
        }

        return null;
    }

    /// <summary>Whether a part is there.</summary>
    public bool Has(SnapshotPart part) => _json.RootElement.TryGetProperty(part.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Whether all of these parts are there; if not, the fault is noted.</summary>
    public bool HasRequired(params ReadOnlySpan<SnapshotPart> parts)
    {
        foreach (SnapshotPart part in parts)
        {
            if (!Has(part))
            {
                _faults.Add($"'{part.Name}' is missing; add what '{part.Command}' prints, or collect the whole with 'saker snapshot'");
                return false;
            }
        }

        return true;
    }

    /// <summary>The entries of a part that is an array; none where it is missing.</summary>
    /// <remarks><c>ip</c> leaves an empty object for each entry that a filter of its own left out: those are none.</remarks>
    public IEnumerable<SnapshotEntry> Entries(SnapshotPart part) => new SnapshotEntry(_json.RootElement, string.Empty, part, _faults).Entries(part.Name);

    /// <summary>A part that is an object; null where it is missing or empty.</summary>
    public SnapshotEntry? Object(SnapshotPart part) => new SnapshotEntry(_json.RootElement, string.Empty, part, _faults).Object(part.Name);

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Half of a surrogate pair, escaped, is well-formed JSON and yet no text: the readers above would throw where they meet it.</summary>
    private static void CheckEscapes(ReadOnlySpan<byte> bytes, SnapshotFaults faults)
    {
        if (bytes.IndexOf("\\ud"u8) < 0 && bytes.IndexOf("\\uD"u8) < 0)
        {
            return;
        }

        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = MaximumDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                faults.Add($"byte {reader.TokenStartIndex}: a string with half of a surrogate pair; expected the JSON object that 'saker snapshot' prints");
                throw new JsonException();
            }
        }
    }

    private static string Describe(JsonException exception)
    {
        int place = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string detail = (place < 0 ? exception.Message : exception.Message[..place]).TrimEnd('.');
        return $"line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}: not JSON: {detail}";
    }
}
