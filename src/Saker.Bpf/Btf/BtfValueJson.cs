using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Saker.Bpf.Btf;

/// <summary>Values of maps and variables as JSON: structures are objects, arrays arrays, names of enumerations and pointers (<c>"0x..."</c>) strings.</summary>
public static class BtfValueJson
{
    /// <summary>Writes a value as its type says.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="types">The types.</param>
    /// <param name="id">The value's type; 0: unknown, so that it is an array of bytes.</param>
    /// <param name="bytes">The value, in the byte order of the types.</param>
    public static void Write(Utf8JsonWriter writer, BtfSpec? types, uint id, ReadOnlySpan<byte> bytes)
    {
        JsonSink sink = new(writer);
        if (types is null || id == 0)
        {
            sink.Bytes(bytes);
        }
        else
        {
            new BtfValue(types, sink).Read(id, bytes);
        }
    }

    private sealed class JsonSink(Utf8JsonWriter writer) : IBtfValueSink
    {
        public bool FoldsRepeats => false;

        public void BeginStructure() => writer.WriteStartObject();

        public void Member(string name) => writer.WritePropertyName(name);

        public void EndStructure() => writer.WriteEndObject();

        public void BeginArray() => writer.WriteStartArray();

        public void Repeated(int count)
        {
            // Every element is written.
        }

        public void EndArray() => writer.WriteEndArray();

        public void Integer(BigInteger value) => writer.WriteRawValue(value.ToString(CultureInfo.InvariantCulture));

        public void Boolean(bool value) => writer.WriteBooleanValue(value);

        public void Float(double value)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
            }
        }

        public void Address(ulong value) => writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"0x{value:x}"));

        public void Name(string name) => writer.WriteStringValue(name);

        public void Text(string text) => writer.WriteStringValue(text);

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            writer.WriteStartArray();
            foreach (byte one in bytes)
            {
                writer.WriteNumberValue(one);
            }

            writer.WriteEndArray();
        }

        public void Cut() => writer.WriteNullValue();
    }
}
