using System.Text.Json;
using Saker.Cli;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class BpfInfoCommandTests
{
    private static readonly string Object = Repository.PathOf("test/vectors/bpf/constructs.v3.o");

    [Fact]
    public void Programs_maps_and_variables_have_a_line_each()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "info", Object);
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        string[] lines = [.. run.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("little-endian, licence Dual MIT/GPL, for kernel 6.12.0", lines);
        Assert.Contains("entry xdp xdp Xdp 61 shared count", lines);
        Assert.Contains("flows hash struct flow (24) __u64 (8) 1,024 flags 0x1", lines);
        Assert.Contains("outer array_of_maps 4 4 8 of array [1]=first_inner [3]=second_inner", lines);
        Assert.Contains("fallback .rodata+4 4 -1 const volatile enum verdict fallback", lines);
    }

    [Fact]
    public void A_file_that_is_no_object_is_told_with_section_and_offset() =>
        ConsoleRun.Of("bpf", "info", Repository.PathOf("Saker.slnx")).AssertRefused(ExitCode.Failure, "ELF header at 0x0: this is no ELF file");

    [Fact]
    public void A_missing_file_is_told() => ConsoleRun.Of("bpf", "info", "no-such-object.o").AssertRefused(ExitCode.Failure, "no-such-object.o: there is no such file; check the path");

    [Fact]
    public void A_folder_is_told() => ConsoleRun.Of("bpf", "info", Repository.Root).AssertRefused(ExitCode.Failure, "this is a directory; expected an object");

    [Fact]
    public void A_file_without_end_is_told() => ConsoleRun.Of("bpf", "info", "/dev/zero").AssertRefused(ExitCode.Failure, "it is longer than the 256 MiB that are read of an object");

    [Fact]
    public void Everything_is_told_as_JSON()
    {
        using JsonDocument json = JsonDocument.Parse(ConsoleRun.Of("bpf", "info", "--json", Object).Output);
        JsonElement root = json.RootElement;
        Assert.Equal((1, "constructs.v3.o", "little", 120), (root.GetProperty("schema").GetInt32(), root.GetProperty("object").GetString(), root.GetProperty("byteOrder").GetString(), root.GetProperty("types").GetInt32()));
        JsonElement entry = Named(root, "programs", "entry");
        Assert.Equal(["entry", "shared", "count"], entry.GetProperty("functions").EnumerateArray().Select(function => function.GetProperty("name").GetString()));
        Assert.Equal("struct flow", Named(root, "maps", "flows").GetProperty("keyType").GetString());
        Assert.Equal("array", Named(root, "maps", "outer").GetProperty("inner").GetProperty("type").GetString());
        Assert.Equal("64000000", Named(root, "variables", "limit").GetProperty("value").GetString());
    }

    private static JsonElement Named(JsonElement root, string kind, string name) =>
        root.GetProperty(kind).EnumerateArray().Single(element => element.GetProperty("name").GetString() == name);
}
