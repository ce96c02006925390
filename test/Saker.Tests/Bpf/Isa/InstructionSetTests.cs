using Saker.Bpf;

namespace Saker.Tests.Bpf.Isa;

public sealed class InstructionSetTests
{
    [Fact]
    public void Every_instruction_is_found_by_its_own_encoding_and_written_in_a_way_of_its_own()
    {
        HashSet<string> texts = new(StringComparer.Ordinal);
        foreach (var description in InstructionSet.All)
        {
            var slots = Samples.Of(description, new Random(1));
            Assert.True(InstructionSet.TryDescribe(slots[0], out var found));
            Assert.Same(description, found);
            Assert.True(texts.Add(description.Text), description.Text);
        }

        Assert.Equal(InstructionSet.All.Select(description => description.Opcode).Order(), InstructionSet.All.Select(description => description.Opcode));
    }

    [Fact]
    public void The_set_has_as_many_instructions_as_the_standard_and_Linux()
    {
        // RFC 9669, appendix A, counted by group; what one opcode does in two variants counts twice.
        var counts = InstructionSet.All.CountBy(description => description.Group).ToDictionary();
        Assert.Equal(10, counts[ConformanceGroup.DivMul64]);
        Assert.Equal(10, counts[ConformanceGroup.DivMul32]);
        Assert.Equal(10, counts[ConformanceGroup.Atomic32]);
        Assert.Equal(10, counts[ConformanceGroup.Atomic64]);
        Assert.Equal(6, counts[ConformanceGroup.Packet]);
        Assert.Equal(1, counts[ConformanceGroup.CallRegister]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slots_are_read_as_they_were_written_in_either_byte_order(bool isBigEndian)
    {
        Random random = new(2);
        for (var i = 0; i < 1000; i++)
        {
            BpfInstruction slot = new((byte)random.Next(256), (byte)random.Next(16), (byte)random.Next(16), (short)random.Next(), random.Next(int.MinValue, int.MaxValue));
            Assert.Equal([slot], BpfInstruction.ReadAll(BpfInstruction.WriteAll([slot], isBigEndian), isBigEndian));
        }

        Assert.Equal("07120003fffffffe", Convert.ToHexStringLower(BpfInstruction.WriteAll([new(7, 1, 2, 3, -2)], isBigEndian: true)));
        Assert.Equal("07210300feffffff", Convert.ToHexStringLower(BpfInstruction.WriteAll([new(7, 1, 2, 3, -2)])));
    }

    [Theory]
    [InlineData("", "a program has 1 to 1,000,000 instructions, and not 0")]
    [InlineData("b700000000000000", "instruction 0: 'r0 = 0': the program would go on behind its last instruction: it ends with 'exit' or 'goto'")]
    [InlineData("ff00000000000000", "instruction 0: '.bytes ff00000000000000': there is no opcode 0xff")]
    [InlineData("b70b000000000000", "instruction 0: 'r11 = 0': there is no destination register r11: registers are r0 to r10")]
    [InlineData("b70a000000000000", "instruction 0: 'r10 = 0': r10 is the frame pointer and cannot be written")]
    [InlineData("b710000000000000", "instruction 0: 'r0 = 0': its source register is 1, and must be 0 since the instruction does not use it")]
    [InlineData("3f12020000000000", "instruction 0: '.bytes 3f12020000000000': opcode 0x3f does not exist with offset 2")]
    [InlineData("db12000077000000", "instruction 0: '.bytes db12000077000000': opcode 0xdb does not exist with immediate 119")]
    [InlineData("0500010000000000", "instruction 0: 'goto +1': it goes to instruction 2, and the program has 1")]
    [InlineData("0500feff00000000", "instruction 0: 'goto -2': it goes to instruction -1, and the program has 1")]
    [InlineData("1800000001000000", "instruction 0: 'r0 = 0x1 ll': its second slot is missing: a 64-bit constant takes two")]
    [InlineData("18000000010000000100000000000000", "instruction 0: 'r0 = 0x1 ll': its second slot bears nothing but the upper half of the constant; all other fields are 0")]
    [InlineData("1810000001000000000000000100000095", "instruction 0: 'r0 = map[fd:1] ll': the immediate of its second slot must be 0")]
    [InlineData("0500010000000000180000000100000000000000000000009500000000000000", "instruction 0: 'goto +1': it goes into the middle of the wide instruction 1")]
    public void What_is_no_program_is_refused_with_its_reason(string bytes, string reason)
    {
        Assert.False(BpfProgram.TryCreate(BpfInstruction.ReadAll(Convert.FromHexString(bytes)), out _, out var fault));
        Assert.Equal(reason, fault.ToString());
    }
}
