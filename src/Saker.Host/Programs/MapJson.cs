using System.Text.Json;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Writes what a map is and holds as members of a JSON object.</summary>
public static class MapJson
{
    /// <summary>Writes type, sizes and <c>entries</c>, and <c>unlisted</c> where the entries cannot be had.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="contents">What it holds.</param>
    /// <param name="types">What its keys and values are.</param>
    public static void WriteMembers(Utf8JsonWriter writer, MapContents contents, MapTypes types)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(types);
        IBpfMap map = contents.Map;
        writer.WriteString("type", map.Type.KernelName());
        writer.WriteNumber("keySize", map.KeySize);
        writer.WriteNumber("valueSize", map.ValueSize);
        writer.WriteNumber("maximumEntries", map.MaximumEntries);
        if (contents.Error != BpfError.None)
        {
            writer.WriteString("unlisted", contents.Error.ToString());
        }

        writer.WriteStartArray("entries");
        foreach (MapEntry entry in contents.Entries)
        {
            types.Write(writer, map, entry);
        }

        writer.WriteEndArray();
    }
}
