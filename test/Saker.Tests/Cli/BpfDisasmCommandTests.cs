using System.Text.Json;
using Saker.Bpf;
using Saker.Cli;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class BpfDisasmCommandTests
{
    private static readonly string Object = Repository.PathOf("test/vectors/bpf/constructs.v3.o");

    [Fact]
    public void Maps_variables_and_functions_have_their_names()
    {
        string[] lines = Lines("--program", "entry");
        Assert.Equal(["xdp: program entry, 61 slots", "entry:"], lines[..2]);
        Assert.Contains("     9: r1 = map[flows] ll", lines);
        Assert.Contains("    31: r1 = map[.data][0]+0 ll", lines);
        Assert.Contains("    30: call count", lines);
        Assert.Equal(["entry:", "shared:", "count:"], lines.Where(line => line.EndsWith(':')));
    }

    [Fact]
    public void The_kernels_style_is_that_of_its_verifier()
    {
        string[] lines = Lines("--program", "entry", "--style", "kernel");
        Assert.Contains("     9: (18) r1 = map[flows]", lines);
        Assert.Contains("    30: (85) call pc+6#count", lines);
        Assert.Contains("    36: (95) exit", lines);
    }

    [Fact]
    public void Lines_of_the_source_stand_before_their_code()
    {
        string[] lines = Lines("--program", "leaf", "--source");
        int at = Array.IndexOf(lines, "; bpf_loop(4, visit, &sum, 0); @ ./constructs.c:105");
        Assert.Equal("    12: w1 = 4", lines[at + 1]);
        Assert.Single(lines, line => line.Contains("constructs.c:104", StringComparison.Ordinal));
        Assert.DoesNotContain(Lines("--program", "leaf"), line => line.StartsWith(';'));
    }

    [Fact]
    public void What_names_no_maps_is_read_by_the_assembler()
    {
        ObjectSpec spec = Bpf.Elf.BpfVectors.Spec("plain.v3");
        string[] listed = [.. ProgramListing.Of(spec.Programs[0], ProgramTextStyle.Llvm)
            .SelectMany(instruction => instruction.Function is { } function ? [function.Name + ":", instruction.Text] : new[] { instruction.Text })];
        Assert.True(Assembler.TryAssemble(string.Join('\n', listed), out BpfInstruction[]? slots, out AssemblyFault? fault), fault?.ToString());
        Assert.Equal(spec.Programs[0].Instructions, slots);
    }

    [Fact]
    public void A_section_is_chosen_by_its_name()
    {
        Assert.Equal(["tc: program classify, 84 slots"], Lines("--section", "tc").Where(line => line.Contains(": program ", StringComparison.Ordinal)));
        ConsoleRun.Of("bpf", "disasm", Object, "--program", "entry", "--section", "tc").AssertRefused(ExitCode.Failure, "the object has no such program; it has leaf (xdp), entry (xdp), classify (tc)");
    }

    [Fact]
    public void A_style_that_there_is_not_is_refused() => ConsoleRun.Of("bpf", "disasm", Object, "--style", "intel").AssertRefused(ExitCode.Misuse, "--style is llvm or kernel, not 'intel'.");

    [Fact]
    public void The_listing_is_told_as_JSON()
    {
        using JsonDocument json = JsonDocument.Parse(ConsoleRun.Of("bpf", "disasm", "--json", "--program", "entry", Object).Output);
        JsonElement program = Assert.Single(json.RootElement.GetProperty("programs").EnumerateArray());
        JsonElement[] instructions = [.. program.GetProperty("instructions").EnumerateArray()];
        JsonElement map = instructions.Single(instruction => instruction.GetProperty("slot").GetInt32() == 9);
        Assert.Equal(("r1 = map[flows] ll", 32), (map.GetProperty("text").GetString(), map.GetProperty("bytes").GetString()!.Length));
        Assert.Equal("entry", instructions[0].GetProperty("function").GetString());
        Assert.Equal("./constructs.c", instructions[0].GetProperty("source").GetProperty("file").GetString());
    }

    private static string[] Lines(params string[] options)
    {
        ConsoleRun run = ConsoleRun.Of(["bpf", "disasm", Object, .. options]);
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        return run.Output.TrimEnd('\n').Split('\n');
    }
}
