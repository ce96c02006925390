using System.Text.Encodings.Web;
using System.Text.Json;
using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Host.Objects;

/// <summary>
/// Writes what an object of eBPF programs holds as one JSON object, indented: <c>schema</c>, <c>object</c>, <c>byteOrder</c>, <c>license</c>, <c>kernelVersion</c>,
/// <c>types</c> (their number; null: none), <c>programs</c>, <c>maps</c> and <c>variables</c>. Readers ignore keys that they do not know.
/// </summary>
public static class ObjectJson
{
    /// <summary>What is written is kept until so many bytes have come together: an object may have millions of instructions.</summary>
    private const int MostPending = 1 << 16;

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="spec">What it holds.</param>
    public static void Write(Stream output, string name, ObjectSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Write(output, json =>
        {
            json.WriteString("object", name);
            json.WriteString("byteOrder", spec.IsBigEndian ? "big" : "little");
            json.WriteString("license", spec.License);
            WriteNumber(json, "kernelVersion", spec.KernelVersion);
            WriteNumber(json, "types", spec.Types?.Count - 1);
            WriteArray(json, "programs", spec.Programs, program => WriteProgram(json, program));
            WriteArray(json, "maps", spec.Maps, map => WriteMap(json, map, spec.Types));
            Dictionary<string, MapSpec> maps = spec.Maps.DistinctBy(map => map.Name).ToDictionary(map => map.Name, StringComparer.Ordinal);
            WriteArray(json, "variables", spec.Variables, variable => WriteVariable(json, variable, maps[variable.Map], spec.Types));
        });
    }

    /// <summary>
    /// Writes listed programs: <c>schema</c>, <c>object</c>, and <c>programs</c> with <c>instructions</c>, each of which has <c>slot</c>, <c>bytes</c> (as on a little-endian machine)
    /// and <c>text</c>, and where they begin there <c>function</c> and <c>source</c>.
    /// </summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="programs">The programs.</param>
    /// <param name="style">How instructions are written.</param>
    public static void WriteListing(Stream output, string name, IEnumerable<ProgramSpec> programs, ProgramTextStyle style) => Write(output, json =>
    {
        json.WriteString("object", name);
        WriteArray(json, "programs", programs, program =>
        {
            json.WriteString("name", program.Name);
            json.WriteString("section", program.Section);
            WriteArray(json, "instructions", ProgramListing.Of(program, style), instruction => WriteInstruction(json, program, instruction));
        });
    });

    private static void Write(Stream output, Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(output);
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static void WriteProgram(Utf8JsonWriter json, ProgramSpec program)
    {
        json.WriteString("name", program.Name);
        json.WriteString("section", program.Section);
        json.WriteString("type", program.Type.KernelName());
        json.WriteString("attach", program.AttachType?.ToString());
        json.WriteString("target", program.AttachTarget);
        json.WriteBoolean("optional", program.IsOptional);
        json.WriteBoolean("sleepable", program.IsSleepable);
        json.WriteBoolean("fragments", program.TakesFragments);
        json.WriteNumber("slots", program.Instructions.Length);
        json.WriteNumber("typeRelocations", program.CoreRelocations.Length);
        WriteArray(json, "functions", program.Functions, function =>
        {
            json.WriteString("name", function.Name);
            json.WriteNumber("start", function.Start);
            json.WriteNumber("slots", function.Count);
            json.WriteBoolean("global", function.IsGlobal);
        });
    }

    private static void WriteMap(Utf8JsonWriter json, MapSpec map, BtfSpec? types)
    {
        json.WriteString("name", map.Name);
        json.WriteString("type", map.Type.KernelName());
        json.WriteNumber("keySize", map.KeySize);
        json.WriteString("keyType", TypeName(types, map.KeyTypeId));
        json.WriteNumber("valueSize", map.ValueSize);
        json.WriteString("valueType", TypeName(types, map.ValueTypeId));
        json.WriteNumber("entries", map.MaximumEntries);
        json.WriteNumber("flags", map.Flags);
        WriteNumber(json, "numaNode", map.NumaNode);
        json.WriteNumber("extra", map.Extra);
        json.WriteBoolean("pinned", map.IsPinnedByName);
        json.WriteBoolean("section", map.IsSection);
        if (map.Inner is { } inner)
        {
            json.WriteStartObject("inner");
            WriteMap(json, inner, types);
            json.WriteEndObject();
        }

        WriteArray(json, "values", map.Slots, slot =>
        {
            json.WriteNumber("key", slot.Index);
            json.WriteString("name", slot.Name);
        });
    }

    private static void WriteVariable(Utf8JsonWriter json, VariableSpec variable, MapSpec map, BtfSpec? types)
    {
        const int MostBytes = 256;
        json.WriteString("name", variable.Name);
        json.WriteString("section", variable.Map);
        json.WriteNumber("offset", variable.Offset);
        json.WriteNumber("size", variable.Size);
        json.WriteString("type", TypeName(types, variable.TypeId));
        ReadOnlySpan<byte> value = map.Contents.AsSpan().Slice((int)variable.Offset, (int)variable.Size);
        json.WriteString("value", Convert.ToHexStringLower(value[..Math.Min(MostBytes, value.Length)]));
        json.WriteBoolean("valueCut", value.Length > MostBytes);
    }

    private static void WriteInstruction(Utf8JsonWriter json, ProgramSpec program, ListedInstruction instruction)
    {
        json.WriteNumber("slot", instruction.Slot);
        Span<byte> bytes = stackalloc byte[2 * BpfInstruction.Size];
        for (int i = 0; i < instruction.Count; i++)
        {
            program.Instructions[instruction.Slot + i].Write(bytes[(i * BpfInstruction.Size)..]);
        }

        json.WriteString("bytes", Convert.ToHexStringLower(bytes[..(instruction.Count * BpfInstruction.Size)]));
        json.WriteString("text", instruction.Text);
        if (instruction.Function is { } function)
        {
            json.WriteString("function", function.Name);
        }

        if (instruction.Source is { } source)
        {
            json.WriteStartObject("source");
            json.WriteString("file", source.File);
            json.WriteNumber("line", source.Line);
            json.WriteNumber("column", source.Column);
            json.WriteString("text", source.Text);
            json.WriteEndObject();
        }
    }

    private static string? TypeName(BtfSpec? types, uint id) => types is null || id == 0 ? null : BtfText.BriefOf(types, id);

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
            if (json.BytesPending > MostPending)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
