using System.Text.Json;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>
/// An object of a snapshot, and where it stands. A member that is not what it should be is noted as a fault, and reads as if it were missing.
/// </summary>
internal readonly struct SnapshotEntry(JsonElement json, string place, SnapshotPart part, SnapshotFaults faults)
{
    private const int LongestQuote = 60;

    /// <summary>What a fault calls a value of this kind.</summary>
    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    /// <summary>Whether a member is there, and not null.</summary>
    public bool Has(string member) => TryGet(member, out _);

    /// <summary>Whether a member is there, whatever it is.</summary>
    public bool Names(string member) => json.TryGetProperty(member, out _);

    /// <summary>A string. Numbers are taken as they are written: tools disagree about names that are numbers.</summary>
    public string? Text(string member) => TryGet(member, out JsonElement value) ? TextOf(member, value) : null;

    /// <summary>A string or number, for people; empty where it is missing or something else.</summary>
    public string TextOrNothing(string member) =>
        TryGet(member, out JsonElement value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : string.Empty;

    /// <summary>A string that must be there and not empty.</summary>
    public string? RequiredText(string member)
    {
        if (!Has(member))
        {
            Fault($"'{member}' is missing");
            return null;
        }

        string? text = Text(member);
        if (text is { Length: 0 })
        {
            FaultValue(member, "empty");
            return null;
        }

        return text;
    }

    /// <summary>A whole number in a range, ends included.</summary>
    public long? Number(string member, long least, long most)
    {
        if (!TryGet(member, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= least && number <= most)
        {
            return number;
        }

        FaultValue(member, $"no whole number from {least} to {most}");
        return null;
    }

    /// <summary>Whether a member is true.</summary>
    public bool IsTrue(string member)
    {
        if (!TryGet(member, out JsonElement value))
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            FaultValue(member, "neither true nor false");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>An address of IPv4.</summary>
    public IPv4Address? Address(string member)
    {
        if (Text(member) is not { } text)
        {
            return null;
        }

        if (IPv4Address.TryParse(text, out IPv4Address address))
        {
            return address;
        }

        FaultValue(member, "which is no IPv4 address");
        return null;
    }

    /// <summary>An address of IPv6.</summary>
    public IPv6Address? IPv6Address(string member)
    {
        if (Text(member) is not { } text)
        {
            return null;
        }

        if (Wire.IPv6Address.TryParse(text, out IPv6Address address))
        {
            return address;
        }

        FaultValue(member, "which is no IPv6 address");
        return null;
    }

    /// <summary>A list of addresses of IPv4, or a single one.</summary>
    public IReadOnlyList<IPv4Address> Addresses(string member)
    {
        List<IPv4Address> addresses = [];
        foreach (string word in Words(member))
        {
            if (!IPv4Address.TryParse(word, out IPv4Address address))
            {
                FaultValue(member, "not all of which are IPv4 addresses");
                return [];
            }

            addresses.Add(address);
        }

        return addresses;
    }

    /// <summary>A link address of six bytes.</summary>
    public MacAddress? LinkAddress(string member)
    {
        if (Text(member) is not { } text)
        {
            return null;
        }

        if (MacAddress.TryParse(text, out MacAddress address))
        {
            return address;
        }

        FaultValue(member, "which is no link address of six bytes");
        return null;
    }

    /// <summary>A list of strings, or a single one.</summary>
    public IReadOnlyList<string> Words(string member)
    {
        if (!TryGet(member, out JsonElement value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return [value.GetString()!];
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(word => word.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(word => word.GetString()!)];
        }

        FaultValue(member, "no array of strings");
        return [];
    }

    /// <summary>An array of whole numbers in a range, ends included.</summary>
    public IReadOnlyList<int> Numbers(string member, int least, int most)
    {
        List<int> numbers = [];
        if (!TryGet(member, out JsonElement value))
        {
            return numbers;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement element in value.EnumerateArray())
            {
                if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= least && number <= most)
                {
                    numbers.Add(number);
                }
            }

            if (numbers.Count == value.GetArrayLength())
            {
                return numbers;
            }
        }

        FaultValue(member, $"no array of whole numbers from {least} to {most}");
        return [];
    }

    /// <summary>An array of objects, without those that are empty.</summary>
    public IEnumerable<SnapshotEntry> Entries(string member)
    {
        if (!TryGet(member, out JsonElement array))
        {
            yield break;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            FaultValue(member, "no array");
            yield break;
        }

        int index = -1;
        foreach (JsonElement element in array.EnumerateArray())
        {
            SnapshotEntry entry = new(element, $"{PlaceOf(member)}[{++index}]", part, faults);
            if (element.ValueKind != JsonValueKind.Object)
            {
                entry.Fault($"is {KindOf(element)}, no object");
                yield break;
            }

            if (element.EnumerateObject().MoveNext())
            {
                yield return entry;
            }
        }
    }

    /// <summary>An object; null where it is missing or, as a tool without an answer writes it, an empty array.</summary>
    public SnapshotEntry? Object(string member)
    {
        if (!TryGet(member, out JsonElement value) || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new SnapshotEntry(value, PlaceOf(member), part, faults);
        }

        FaultValue(member, "no object");
        return null;
    }

    /// <summary>The names of all members.</summary>
    public IEnumerable<string> Members() => json.EnumerateObject().Select(member => member.Name);

    /// <summary>All members that are not null; they must be strings or numbers.</summary>
    public IEnumerable<(string Name, string Value)> Texts()
    {
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && TextOf(member.Name, member.Value) is { } text)
            {
                yield return (member.Name, text);
            }
        }
    }

    /// <summary>Notes what is wrong with this entry.</summary>
    public void Fault(string what) => Note($"{what}; expected what '{part.Command}' prints");

    /// <summary>Notes that this entry does not agree with another part of the snapshot.</summary>
    public void Contradiction(string what) => Note(what);

    /// <summary>Notes that a member names a device that is not there.</summary>
    public void FaultUnknownDevice(string member) => Contradiction($"'{member}' is '{Shorten(Text(member) ?? string.Empty)}', but 'links' has no such device");

    /// <summary>Notes what is wrong with a member.</summary>
    public void FaultValue(string member, string what)
    {
        string value = json.TryGetProperty(member, out JsonElement element) ? Quote(element) : "missing";
        Fault($"'{member}' is {value}, {what}");
    }

    private static string Quote(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"'{Shorten(value.GetString()!)}'",
        JsonValueKind.Number => Shorten(value.GetRawText()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => KindOf(value),
    };

    private static string Shorten(string text) => text.Length <= LongestQuote ? text : string.Concat(text.AsSpan(0, LongestQuote), "…");

    private string? TextOf(string member, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Number:
                return value.GetRawText();
            default:
                Fault($"'{member}' is {Quote(value)}, no string");
                return null;
        }
    }

    private string PlaceOf(string member) => place.Length == 0 ? member : $"{place}.{member}";

    private void Note(string what) => faults.Add(place.Length == 0 ? what : $"{place}: {what}");

    private bool TryGet(string member, out JsonElement value) => json.TryGetProperty(member, out value) && value.ValueKind != JsonValueKind.Null;
}
