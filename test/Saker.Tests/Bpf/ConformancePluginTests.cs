using Saker.Bpf.Conformance;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf;

public sealed class ConformancePluginTests
{
    private const string FirstByte = "71 10 00 00 00 00 00 00  0f 20 00 00 00 00 00 00  95 00 00 00 00 00 00 00 \n";
    private const string ByRegister = "b7060000050000008500000005000000 8d06000000000000b70000000200000095000000 00000000";

    [Theory]
    [InlineData("2a 00  00", "--interpreter", FirstByte, "2d")]
    [InlineData("2a0000", "", FirstByte, "2d")]
    [InlineData("2a 00  00", "--compiled", FirstByte, "2d")]
    [InlineData("", "", ByRegister, "2")]
    [InlineData("", "--compiled", ByRegister, "2")]
    [InlineData(null, null, "b7000000ffffffff9500000000000000", "ffffffffffffffff")]
    public void Result_is_printed_in_hexadecimal(string? memory, string? options, string program, string result) =>
        Assert.Equal((0, result + Environment.NewLine, ""), Run(memory, options, program));

    [Theory]
    [InlineData("", "", FirstByte, 1, "instruction 0 reads 1 bytes at 0x0, where the program has no memory")]
    [InlineData("", "", "b7", 1, "the program is not written in hexadecimal bytes, 8 to an instruction")]
    [InlineData("", "", "", 1, "a program has 1 to 1,000,000 instructions, and not 0")]
    [InlineData("", "", "85200000050000009500000000000000", 1, "instruction 0: 'call btf[5] + 0': there is no function of the kernel with the number 5 here; a loader binds calls by name")]
    [InlineData("", "--compiled", FirstByte, 1, "instruction 0 reads 1 bytes at 0x0, where the program has no memory")]
    [InlineData("", "--elf", FirstByte, 1, "ELF header at 0x0: the header of an ELF file needs 64 bytes here, and the section has 24")]
    [InlineData("", "--elf", "b", 1, "the program is not written in hexadecimal bytes")]
    [InlineData("", "--fast", FirstByte, 2, "there is no option '--fast'; there are --interpreter, --compiled and --elf")]
    [InlineData("zz", "", FirstByte, 2, "the memory is not written in hexadecimal bytes")]
    public void What_cannot_be_run_is_told(string? memory, string? options, string program, int code, string message) =>
        Assert.Equal((code, "", message + Environment.NewLine), Run(memory, options, program));

    [Theory]
    [InlineData("--elf", ".text")]
    [InlineData("--elf --compiled", ".text")]
    [InlineData("--compiled --elf", "xdp")]
    public void Program_of_an_object_is_run(string options, string section)
    {
        ObjectWriter writer = new();
        writer.AddCode(section, "main", Convert.FromHexString(string.Concat(FirstByte.Where(char.IsAsciiHexDigit))));
        Assert.Equal((0, "2d" + Environment.NewLine, ""), Run("2a0000", options, Convert.ToHexString(writer.ToArray())));
    }

    private static (int Code, string Output, string Errors) Run(string? memory, string? options, string program)
    {
        using StringWriter output = new(), errors = new();
        using StringReader input = new(program);
        string?[] arguments = [memory, options];
        var code = ConformancePlugin.Run([.. arguments.OfType<string>()], input, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
