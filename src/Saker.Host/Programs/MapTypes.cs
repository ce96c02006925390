using System.Text.Json;
using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Host.Programs;

/// <summary>What a map's keys and values are, for those who show them.</summary>
/// <param name="Types">The types; null: unknown.</param>
/// <param name="Key">The type of keys; 0: unknown.</param>
/// <param name="Value">The type of values; 0: unknown.</param>
public sealed record MapTypes(BtfSpec? Types, uint Key, uint Value)
{
    /// <summary>Those that an object tells of one of its maps.</summary>
    public static MapTypes Of(ObjectSpec spec, string map)
    {
        ArgumentNullException.ThrowIfNull(spec);
        MapSpec? known = spec.FindMap(map);
        return new MapTypes(spec.Types, known?.KeyTypeId ?? 0, known?.ValueTypeId ?? 0);
    }

    /// <summary>A key as a person reads it; the index of an array is a number.</summary>
    public string KeyText(IBpfMap map, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Key == 0 && HasIndex(map) ? BitConverter.ToUInt32(key).ToString(System.Globalization.CultureInfo.InvariantCulture) : BtfValueText.Of(Types, Key, key);
    }

    /// <summary>A value as a person reads it; of maps that hold programs, maps or devices, their number.</summary>
    /// <param name="map">The map.</param>
    /// <param name="value">One value.</param>
    public string ValueText(IBpfMap map, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Value == 0 && HoldsReferences(map.Type) ? BitConverter.ToUInt32(value).ToString(System.Globalization.CultureInfo.InvariantCulture) : BtfValueText.Of(Types, Value, value);
    }

    /// <summary>Writes an entry as an object of <c>key</c> and <c>value</c>, or <c>values</c> where each CPU has one.</summary>
    public void Write(Utf8JsonWriter writer, IBpfMap map, MapEntry entry)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(entry);
        writer.WriteStartObject();
        writer.WritePropertyName("key");
        Write(writer, Key, entry.Key, HasIndex(map));
        if (map.ValuesPerEntry == 1)
        {
            writer.WritePropertyName("value");
            Write(writer, Value, entry.Value, HoldsReferences(map.Type));
        }
        else
        {
            writer.WriteStartArray("values");
            for (int cpu = 0; cpu < map.ValuesPerEntry; cpu++)
            {
                Write(writer, Value, ValueOf(map, entry, cpu), isNumber: false);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>One CPU's value of an entry.</summary>
    public static ReadOnlySpan<byte> ValueOf(IBpfMap map, MapEntry entry, int cpu)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(entry);
        int stride = map.EntrySize / map.ValuesPerEntry;
        return entry.Value.AsSpan(cpu * stride, map.ValueSize);
    }

    private void Write(Utf8JsonWriter writer, uint type, ReadOnlySpan<byte> bytes, bool isNumber)
    {
        if (type == 0 && isNumber)
        {
            writer.WriteNumberValue(BitConverter.ToUInt32(bytes));
        }
        else
        {
            BtfValueJson.Write(writer, Types, type, bytes);
        }
    }

    private static bool HasIndex(IBpfMap map) => map.KeySize == sizeof(uint)
        && map.Type is MapType.Array or MapType.PerCpuArray or MapType.ProgramArray or MapType.ArrayOfMaps or MapType.DeviceMap or MapType.CpuMap or MapType.XskMap;

    private static bool HoldsReferences(MapType type) => type is MapType.ProgramArray or MapType.ArrayOfMaps or MapType.HashOfMaps;
}
