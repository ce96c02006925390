using System.Text.Json;
using Saker.Bpf;
using Saker.Cli;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class BpfVerifyCommandTests
{
    private static readonly string Object = Repository.PathOf("test/vectors/bpf/constructs.v3.o");

    [Fact]
    public void Programs_that_are_safe_have_a_line_each()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "verify", Object);
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        string[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("entry xdp accepted 57 4 24 ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_explained_with_its_line_and_what_registers_hold()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "verify", Object, "--privilege", "bpf", "--program", "entry", "--explain");
        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("1 of 1 programs refused", run.Error, StringComparison.Ordinal);
        Assert.Contains("entry: instruction 23 (constructs.c:98): r1 holds the packet's end and r2 a place in the packet", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("rule  PointerArithmetic", run.Output, StringComparison.Ordinal);
        Assert.Contains("code  w1 -= w2", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_is_told_as_JSON_with_the_states_that_were_asked_for()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "verify", Object, "--json", "--states", "--privilege", "bpf");
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        using JsonDocument leaf = JsonDocument.Parse(lines[0]), entry = JsonDocument.Parse(lines[1]);
        Assert.True(leaf.RootElement.GetProperty("accepted").GetBoolean());
        Assert.Equal(JsonValueKind.Null, leaf.RootElement.GetProperty("refusal").ValueKind);

        // As many as the kernel goes through for who has CAP_BPF alone: 62, and what a processor may guess.
        Assert.Equal(125, leaf.RootElement.GetProperty("statistics").GetProperty("instructions").GetInt32());
        Assert.Equal(("the context", 0), (leaf.RootElement.GetProperty("states")[0].GetProperty("r1").GetString(), leaf.RootElement.GetProperty("states")[0].GetProperty("instruction").GetInt32()));
        JsonElement refusal = entry.RootElement.GetProperty("refusal");
        Assert.Equal(("PointerArithmetic", 23, 98), (refusal.GetProperty("rule").GetString(), refusal.GetProperty("instruction").GetInt32(), refusal.GetProperty("line").GetInt32()));
    }

    [Fact]
    public void What_a_program_is_for_can_be_said_where_its_section_does_not()
    {
        ObjectWriter writer = new();
        writer.AddCode("loadbalancer", "lb", BpfInstruction.WriteAll(Assembler.Assemble("r0 = *(u32 *)(r1 + 16); exit").Slots));
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, writer.ToArray());
            Assert.Contains("nothing says what the program is for", ConsoleRun.Of("bpf", "verify", path).Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
            Assert.Contains("socket_filter", ConsoleRun.Of("bpf", "verify", path, "--type", "socket_filter").Output, StringComparison.Ordinal);
            Assert.Equal(ExitCode.Success, ConsoleRun.Of("bpf", "verify", path, "--type", "sched_cls").Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_program_that_is_not_there_is_told() =>
        ConsoleRun.Of("bpf", "verify", Object, "--program", "none").AssertRefused(ExitCode.Failure, "the object has no program 'none'; it has leaf, entry, classify");

    [Fact]
    public void Somebody_who_is_nobody_is_told() => ConsoleRun.Of("bpf", "verify", Object, "--privilege", "king").AssertRefused(ExitCode.Misuse, "--privilege takes root, bpf, none; 'king' is none of them");

    [Fact]
    public void An_object_of_other_machines_is_told() =>
        ConsoleRun.Of("bpf", "verify", Repository.PathOf("test/vectors/bpf/constructs.v3.eb.o")).AssertRefused(ExitCode.Failure, "the object is for big-endian machines");

    [Fact]
    public void A_file_that_is_no_object_is_told() => ConsoleRun.Of("bpf", "verify", Repository.PathOf("Saker.slnx")).AssertRefused(ExitCode.Failure, "ELF header at 0x0: this is no ELF file");
}
