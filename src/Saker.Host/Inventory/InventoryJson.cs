using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Bpf;
using Saker.Host.Programs;
using Saker.Kernel.Bpf;

namespace Saker.Host.Inventory;

/// <summary>Writes what the kernel holds as JSON, one object a line.</summary>
public static class InventoryJson
{
    /// <summary>Writes programs.</summary>
    public static void Write(Stream output, IEnumerable<ProgramEntry> programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        foreach (ProgramEntry program in programs)
        {
            WriteLine(output, writer => Write(writer, program));
        }
    }

    /// <summary>Writes maps.</summary>
    public static void Write(Stream output, IEnumerable<MapDescription> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        foreach (MapDescription map in maps)
        {
            WriteLine(output, writer =>
            {
                writer.WriteNumber("id", map.Id);
                writer.WriteString("name", map.Name);
                writer.WriteString("type", map.Type.KernelName());
                writer.WriteNumber("keySize", map.KeySize);
                writer.WriteNumber("valueSize", map.ValueSize);
                writer.WriteNumber("maximumEntries", map.MaximumEntries);
                writer.WriteNumber("flags", map.Flags);
                writer.WriteBoolean("frozen", map.IsFrozen);
            });
        }
    }

    /// <summary>Writes a map with its entries.</summary>
    public static void Write(Stream output, MapContents contents, MapTypes types)
    {
        ArgumentNullException.ThrowIfNull(contents);
        WriteLine(output, writer =>
        {
            writer.WriteString("map", contents.Map.Name);
            MapJson.WriteMembers(writer, contents, types);
        });
    }

    private static void Write(Utf8JsonWriter writer, ProgramEntry entry)
    {
        KernelProgramInfo program = entry.Info;
        writer.WriteNumber("id", program.Id);
        writer.WriteString("name", program.Name);
        writer.WriteString("type", program.Type.KernelName());
        writer.WriteString("tag", program.Tag);
        writer.WriteNumber("slots", program.TranslatedLength);
        writer.WriteNumber("machineCode", program.MachineCodeLength);
        writer.WriteNumber("verified", program.VerifiedInstructions);
        writer.WriteNumber("user", program.UserId);
        writer.WriteNumber("loadedAfter", program.LoadTime.TotalSeconds);
        writer.WriteStartArray("maps");
        foreach (uint map in program.MapIds)
        {
            writer.WriteNumberValue(map);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("attached");
        foreach (string place in entry.Places)
        {
            writer.WriteStringValue(place);
        }

        writer.WriteEndArray();
        writer.WriteNumber("runs", program.RunCount);
        writer.WriteNumber("nanoseconds", (long)program.RunTime.TotalNanoseconds);
    }

    private static void WriteLine(Stream output, Action<Utf8JsonWriter> members)
    {
        using (Utf8JsonWriter writer = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
