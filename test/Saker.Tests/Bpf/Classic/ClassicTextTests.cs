using Saker.Bpf.Classic;

namespace Saker.Tests.Bpf.Classic;

public class ClassicTextTests
{
    /// <summary>What tcpdump -ddd and -d of 4.99.3 print for "tcp port 80 and ip[6:2] &amp; 0x1fff = 0" and its like on Ethernet.</summary>
    private const string Lines = "8\n40 0 0 12\n21 0 5 2048\n48 0 0 23\n21 0 3 6\n40 0 0 20\n69 1 0 8191\n6 0 0 262144\n6 0 0 0\n";

    private const string Listing =
        "(000) ldh      [12]\n(001) jeq      #0x800           jt 2\tjf 7\n(002) ldb      [23]\n(003) jeq      #0x6             jt 4\tjf 7\n"
        + "(004) ldh      [20]\n(005) jset     #0x1fff          jt 7\tjf 6\n(006) ret      #262144\n(007) ret      #0\n";

    [Fact]
    public void Lines_of_tcpdump_are_read_listed_and_written_again()
    {
        ClassicProgram program = Parse(Lines);
        Assert.Equal(Listing, program.ToString());
        Assert.Equal(Lines, ClassicText.ToLines(program));
        Assert.False(program.UsesVlanTag);
    }

    [Fact]
    public void One_line_with_commas_is_the_same_program()
    {
        string line = Lines.Trim().Replace('\n', ',');
        Assert.Equal(line, ClassicText.ToLine(Parse(line)));
        Assert.True(Parse(line + ",").Instructions.SequenceEqual(Parse(Lines).Instructions));
        Assert.True(Parse(Lines.Replace("\n", "\r\n", StringComparison.Ordinal)).Instructions.SequenceEqual(Parse(Lines).Instructions));
    }

    [Theory]
    [InlineData("48 0 0 4294963248", "ldb      [vlanp]")]
    [InlineData("48 0 0 4294963244", "ldb      [vlan_tci]")]
    [InlineData("40 0 0 4294963204", "ldh      [type]")]
    [InlineData("32 0 0 4294963208", "ld       [ifidx]")]
    [InlineData("32 0 0 4293918720", "ld       [-1048576]")]
    [InlineData("177 0 0 14", "ldxb     4*([14]&0xf)")]
    [InlineData("64 0 0 14", "ld       [x + 14]")]
    [InlineData("128 0 0 0", "ld       #pktlen")]
    [InlineData("0 0 0 5", "ld       #0x5")]
    [InlineData("2 0 0 3", "st       M[3]")]
    [InlineData("148 0 0 3", "mod      #3")]
    [InlineData("116 0 0 2", "rsh      #2")]
    [InlineData("84 0 0 240", "and      #0xf0")]
    [InlineData("12 0 0 0", "add      x")]
    [InlineData("132 0 0 0", "neg      ")]
    [InlineData("7 0 0 0", "tax      ")]
    [InlineData("5 0 0 0", "ja       1")]
    public void Instruction_is_listed_as_tcpdump_lists_it(string instruction, string listed)
    {
        ClassicProgram program = Parse($"2,{instruction},22 0 0 0");
        Assert.Equal($"(000) {listed}", program.ToString().Split('\n')[0]);
        Assert.Equal("(001) ret      ", program.ToString().Split('\n')[1]);
        Assert.Equal(listed.Contains("vlan", StringComparison.Ordinal), program.UsesVlanTag);
    }

    [Theory]
    [InlineData("", "there is nothing in it; give what 'tcpdump -ddd EXPRESSION' prints")]
    [InlineData("tcp port 80", "not with 'tcp port 80'; give what 'tcpdump -ddd")]
    [InlineData("(000) ldh      [12]\n(001) ret #0", "is of tcpdump's listing with one or two d")]
    [InlineData("{ 0x6, 0, 0, 0x00040000 },", "is of tcpdump's listing with one or two d")]
    [InlineData("0", "a program begins with the number of its instructions, 1 to 4096, and not with '0'")]
    [InlineData("4097", "1 to 4096, and not with '4097'")]
    [InlineData("-1", "and not with '-1'")]
    [InlineData("2\n6 0 0 0\n", "announces 2 instructions and ends after 1")]
    [InlineData("1\n6 0 0 0\n6 0 0 0", "announces 1 instructions and goes on with '6 0 0 0'")]
    [InlineData("1\n6 0 0", "instruction 0: '6 0 0' is not four numbers")]
    [InlineData("1\n6 0 0 0 0", "is not four numbers")]
    [InlineData("1\n6 0 256 0", "is not four numbers")]
    [InlineData("1\n6 0 0 4294967296", "is not four numbers")]
    [InlineData("1\n6 0 0 x", "is not four numbers")]
    [InlineData("2\n255 0 0 0\n6 0 0 0", "instruction 0: code 255 (0xff) is none of classic BPF")]
    [InlineData("2\n14 0 0 0\n6 0 0 0", "code 14 (0x0e)")]
    [InlineData("1\n0 0 0 0", "instruction 0: the last one of a program must be a return")]
    [InlineData("2\n21 0 1 0\n6 0 0 0", "instruction 0: jumps to 2, and the last instruction is 1")]
    [InlineData("2\n21 1 0 0\n6 0 0 0", "jumps to 2")]
    [InlineData("2\n5 0 0 1\n6 0 0 0", "jumps to 2")]
    [InlineData("2\n5 0 0 4294967295\n6 0 0 0", "jumps back, as programs for protochain do")]
    [InlineData("2\n5 0 0 2147483647\n6 0 0 0", "jumps to 2147483648")]
    [InlineData("2\n52 0 0 0\n6 0 0 0", "divides by the constant 0")]
    [InlineData("2\n148 0 0 0\n6 0 0 0", "divides by the constant 0")]
    [InlineData("2\n100 0 0 32\n6 0 0 0", "shifts by 32, and a word has 32 bits")]
    [InlineData("2\n2 0 0 16\n6 0 0 0", "M[16] is not there: the memory has 16 words")]
    [InlineData("2\n96 0 0 3\n6 0 0 0", "instruction 0: reads M[3], which not every way to it has written")]
    [InlineData("5\n0 0 0 1\n21 0 1 1\n2 0 0 3\n96 0 0 3\n6 0 0 0", "instruction 3: reads M[3]")]
    [InlineData("2\n32 0 0 4294963202\n6 0 0 0", "nothing that is known stands beside a packet at 2 (constant 4294963202)")]
    [InlineData("2\n32 0 0 4294963264\n6 0 0 0", "stands beside a packet at 64")]
    public void Fault_is_told_with_the_instruction(string text, string told)
    {
        Assert.False(ClassicText.TryParse(text, out _, out ClassicFault? fault));
        Assert.Contains(told, fault.ToString(), StringComparison.Ordinal);
    }

    private static ClassicProgram Parse(string text)
    {
        Assert.True(ClassicText.TryParse(text, out ClassicProgram? program, out ClassicFault? fault), fault?.ToString());
        return program;
    }
}
