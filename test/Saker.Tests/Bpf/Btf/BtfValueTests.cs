using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Btf;

/// <summary>Values by their types, as a person and as a program reads them.</summary>
public sealed class BtfValueTests
{
    private static readonly byte[] Flow =
    [
        1, 0, 0, 0, 2, 0, 0, 0, 0xBB, 0x01, 0x50, 0x00, 0x86, 0, 0, 0,
        4, 3, 2, 1, 0xFF, 0, 0, 0,
    ];

    private readonly BtfSpec _types = BpfVectors.Spec("constructs.v3").Types!;

    [Fact]
    public void A_structure_has_its_members_names_and_bit_fields_and_those_of_unnamed_unions() => AssertBoth(
        "{source: 1, destination: 2, ports: [443, 80], protocol: 6, urgent: 2, cookie: 1095233569540, low: 16909060, high: 255}",
        """{"source":1,"destination":2,"ports":[443,80],"protocol":6,"urgent":2,"cookie":1095233569540,"low":16909060,"high":255}""",
        _types,
        Id("flow", BtfKind.Structure),
        Flow);

    [Fact]
    public void A_bit_field_is_counted_from_the_other_end_on_a_big_endian_machine()
    {
        BtfSpec types = BpfVectors.Spec("constructs.v3.eb").Types!;
        byte[] flow = new byte[24];
        BinaryPrimitives.WriteUInt32BigEndian(flow, 1);
        BinaryPrimitives.WriteUInt16BigEndian(flow.AsSpan(8), 443);
        flow[12] = (6 << 2) | 2;
        flow[23] = 9;
        Assert.Equal(
            "{source: 1, destination: 0, ports: [443, 0], protocol: 6, urgent: 2, cookie: 9, low: 0, high: 9}",
            BtfValueText.Of(types, types.Find("flow", BtfKind.Structure).Single().Id, flow));
    }

    [Fact]
    public void Names_of_an_enumeration_stand_for_its_values()
    {
        AssertBoth("VERDICT_DROP", "\"VERDICT_DROP\"", _types, Id("verdict", BtfKind.Enumeration), [0xFF, 0xFF, 0xFF, 0xFF]);
        AssertBoth("3", "3", _types, Id("verdict", BtfKind.Enumeration), [3, 0, 0, 0]);
        AssertBoth("WIDE_LAST", "\"WIDE_LAST\"", _types, Id("wide", BtfKind.Enumeration64), [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    }

    [Fact]
    public void Characters_are_a_text_unless_something_stands_behind_it()
    {
        AssertBoth("\"Dual \\\"GPL\\\"\"", "\"Dual \\u0022GPL\\u0022\"", _types, Id("_license", BtfKind.Variable), "Dual \"GPL\"\0\0\0"u8);
        AssertBoth(
            "[65, 0, 66, 0 × 10]", "[65,0,66,0,0,0,0,0,0,0,0,0,0]", _types, Id("_license", BtfKind.Variable), [65, 0, 66, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void A_section_of_variables_reads_as_a_structure()
    {
        ObjectSpec spec = BpfVectors.Spec("constructs.v3");
        MapSpec constants = spec.FindMap(".rodata")!;
        Assert.Equal("{limit: 100, fallback: VERDICT_DROP}", BtfValueText.Of(spec.Types, constants.ValueTypeId, constants.Contents.AsSpan()));
    }

    [Fact]
    public void Numbers_have_the_sign_and_the_size_of_their_type()
    {
        TypesWriter writer = new();
        uint wide = writer.Add(1, "__int128", 0, 16, (1 << 24) | 128);
        uint unsigned = writer.Add(1, "unsigned __int128", 0, 16, 128);
        uint truth = writer.Add(1, "_Bool", 0, 1, (4 << 24) | 8);
        uint octet = writer.Add(1, "unsigned char", 0, 1, 8);
        uint octets = writer.Array(octet, 4);
        uint ratio = writer.Add(16, "double", 0, 8);
        uint pointer = writer.Pointer(ratio);
        BtfSpec types = Read(writer);
        byte[] least = [.. Enumerable.Repeat((byte)0xFF, 16)];
        AssertBoth("-1", "-1", types, wide, least);
        AssertBoth("340282366920938463463374607431768211455", "340282366920938463463374607431768211455", types, unsigned, least);
        AssertBoth("true", "true", types, truth, [1]);
        AssertBoth("2", "2", types, truth, [2]);
        AssertBoth("[0a 00 00 ff]", "[10,0,0,255]", types, octets, [10, 0, 0, 255]);
        AssertBoth("-0.5", "-0.5", types, ratio, BitConverter.GetBytes(-0.5));
        AssertBoth("0xffffffffffffffff", "\"0xffffffffffffffff\"", types, pointer, least.AsSpan(0, 8));
    }

    [Fact]
    public void Equal_elements_are_told_once_and_JSON_has_all()
    {
        TypesWriter writer = new();
        uint array = writer.Array(writer.Integer(), 7);
        byte[] bytes = new byte[28];
        bytes[24] = 5;
        AssertBoth("[0 × 6, 5]", "[0,0,0,0,0,0,5]", Read(writer), array, bytes);
    }

    [Fact]
    public void What_has_no_type_is_bytes() => AssertBoth("01 ff", "[1,255]", _types, 0, [1, 255]);

    [Fact]
    public void Bytes_that_end_too_early_end_the_value() => AssertBoth("...", "null", _types, Id("flow", BtfKind.Structure), Flow.AsSpan(0, 23));

    [Fact]
    public void A_union_of_unions_without_end_ends()
    {
        TypesWriter writer = new();
        uint inner = writer.Integer();
        for (int i = 0; i < 40; i++)
        {
            uint last = inner;
            inner = writer.Add(5, "u", 2, 4, writer.Text("a"), last, 0, writer.Text("b"), last, 0);
        }

        BtfSpec types = Read(writer);
        string text = BtfValueText.Of(types, inner, [1, 0, 0, 0]);
        Assert.Contains("...", text, StringComparison.Ordinal);
        Assert.True(text.Length < 1 << 20, $"{text.Length} characters");
    }

    private static BtfSpec Read(TypesWriter writer)
    {
        Assert.True(BtfSpec.TryRead(writer.ToArray(), out BtfSpec? types, out ObjectFault? fault), fault?.ToString());
        return types;
    }

    private static void AssertBoth(string text, string json, BtfSpec types, uint id, ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(text, BtfValueText.Of(types, id, bytes));
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            BtfValueJson.Write(writer, types, id, bytes);
        }

        Assert.Equal(json, Encoding.UTF8.GetString(stream.ToArray()));
    }

    private uint Id(string name, BtfKind kind) => _types.Find(name, kind).Single().Id;
}
