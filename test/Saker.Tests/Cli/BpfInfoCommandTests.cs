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
    public void A_missing_file_is_told() => ConsoleRun.Of("bpf", "info", "no-such-object.o").AssertRefused(ExitCode.Failure, "no-such-object.o");
}
