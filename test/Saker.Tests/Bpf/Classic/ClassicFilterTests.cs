using Saker.Bpf.Classic;

namespace Saker.Tests.Bpf.Classic;

/// <summary>What each instruction does, compiled and interpreted.</summary>
public class ClassicFilterTests
{
    private const uint Ones = uint.MaxValue;
    private static readonly byte[] Packet = [0x45, 1, 2, 3, 0x84, 5, 6, 7, 8];

    [Theory]
    [InlineData(ClassicOpcode.Add, 7, 5, 12)]
    [InlineData(ClassicOpcode.Add, Ones, 2, 1)]
    [InlineData(ClassicOpcode.Subtract, 3, 5, Ones - 1)]
    [InlineData(ClassicOpcode.Multiply, 0x8000_0001, 2, 2)]
    [InlineData(ClassicOpcode.Divide, Ones, 2, 0x7fff_ffff)]
    [InlineData(ClassicOpcode.Modulo, Ones, 10, 5)]
    [InlineData(ClassicOpcode.Or, 0xf0, 0x0f, 0xff)]
    [InlineData(ClassicOpcode.And, 0xf1, 0x1f, 0x11)]
    [InlineData(ClassicOpcode.Xor, 0xff, 0x0f, 0xf0)]
    [InlineData(ClassicOpcode.ShiftLeft, 3, 31, 0x8000_0000)]
    [InlineData(ClassicOpcode.ShiftRight, 0x8000_0000, 31, 1)]
    public void Arithmetic_is_of_32_bits_without_sign(ClassicOpcode opcode, uint a, uint operand, uint result)
    {
        const int TakesX = 8;
        Assert.Equal(result, BothWays.Run(BothWays.Program(Load(a), new(opcode, operand), Return), new(Packet)));
        Assert.Equal(result, BothWays.Run(BothWays.Program(LoadX(operand), Load(a), new((ClassicOpcode)((int)opcode + TakesX), 0), Return), new(Packet)));
    }

    [Theory]
    [InlineData(ClassicOpcode.DivideX)]
    [InlineData(ClassicOpcode.ModuloX)]
    public void Division_by_zero_ends_the_program_with_zero(ClassicOpcode opcode) =>
        Assert.Equal(0u, BothWays.Run(BothWays.Program(LoadX(0), Load(1), new(opcode, 0), new(ClassicOpcode.ReturnConstant, 9)), new(Packet)));

    [Theory]
    [InlineData(ClassicOpcode.ShiftLeftX, 33, 2)]
    [InlineData(ClassicOpcode.ShiftRightX, 32, 1)]
    public void Of_a_shift_by_x_the_low_five_bits_count(ClassicOpcode opcode, uint x, uint result) =>
        Assert.Equal(result, BothWays.Run(BothWays.Program(LoadX(x), Load(1), new(opcode, 0), Return), new(Packet)));

    [Fact]
    public void Negation_is_modulo_two_to_the_32nd() => Assert.Equal(Ones, BothWays.Run(BothWays.Program(Load(1), new(ClassicOpcode.Negate, 0), Return), new(Packet)));

    [Theory]
    [InlineData(ClassicOpcode.LoadByte, 0, 0x45)]
    [InlineData(ClassicOpcode.LoadByte, 8, 8)]
    [InlineData(ClassicOpcode.LoadByte, 9, 0)]
    [InlineData(ClassicOpcode.LoadHalf, 3, 0x0384)]
    [InlineData(ClassicOpcode.LoadHalf, 7, 0x0708)]
    [InlineData(ClassicOpcode.LoadHalf, 8, 0)]
    [InlineData(ClassicOpcode.LoadWord, 5, 0x05060708)]
    [InlineData(ClassicOpcode.LoadWord, 6, 0)]
    [InlineData(ClassicOpcode.LoadWord, 0x7fff_ffff, 0)]
    [InlineData(ClassicOpcode.LoadWord, 0x8000_0000, 0)]
    public void Load_from_behind_the_packet_ends_the_program_with_zero(ClassicOpcode opcode, uint place, uint result)
    {
        const int Indexed = 0x20;
        ClassicInstruction[] end = [new(ClassicOpcode.JumpEqual, 0, 1, 0), new(ClassicOpcode.ReturnConstant, 99), Return];
        Assert.Equal(result, BothWays.Run(BothWays.Program([Load(1), new(opcode, place), .. end]), new(Packet)));
        Assert.Equal(
            result, BothWays.Run(BothWays.Program([Load(1), LoadX(place - 1), new((ClassicOpcode)((int)opcode + Indexed), 1), .. end]), new(Packet)));
    }

    [Fact]
    public void Length_of_an_IPv4_header_is_four_times_its_low_half_byte() =>
        Assert.Equal(20u, BothWays.Run(BothWays.Program(new(ClassicOpcode.LoadXHeaderLength, 0), new(ClassicOpcode.CopyToA, 0), Return), new(Packet)));

    [Fact]
    public void Length_is_what_the_packet_had_though_not_all_of_it_is_there()
    {
        Assert.Equal(1500u, BothWays.Run(BothWays.Program(new(ClassicOpcode.LoadLength, 0), Return), new(Packet, 1500)));
        Assert.Equal(9u, BothWays.Run(BothWays.Program(new(ClassicOpcode.LoadXLength, 0), new(ClassicOpcode.CopyToA, 0), Return), new(Packet)));
    }

    [Fact]
    public void Memory_keeps_words() => Assert.Equal(
        5u,
        BothWays.Run(
            BothWays.Program(
                Load(3), new(ClassicOpcode.Store, 15), new(ClassicOpcode.CopyToX, 0), LoadX(2), new(ClassicOpcode.StoreX, 0), new(ClassicOpcode.LoadXMemory, 0),
                new(ClassicOpcode.LoadMemory, 15), new(ClassicOpcode.AddX, 0), Return),
            new(Packet)));

    [Theory]
    [InlineData(ClassicOpcode.JumpEqual, 5, 5, true)]
    [InlineData(ClassicOpcode.JumpEqual, 5, 4, false)]
    [InlineData(ClassicOpcode.JumpGreater, 0x8000_0000, 1, true)]
    [InlineData(ClassicOpcode.JumpGreater, 5, 5, false)]
    [InlineData(ClassicOpcode.JumpGreaterOrEqual, 5, 5, true)]
    [InlineData(ClassicOpcode.JumpGreaterOrEqual, 4, Ones, false)]
    [InlineData(ClassicOpcode.JumpBitsSet, 0x6, 0x3, true)]
    [InlineData(ClassicOpcode.JumpBitsSet, 0x6, 0x9, false)]
    public void Comparison_goes_one_of_two_ways(ClassicOpcode opcode, uint a, uint operand, bool holds)
    {
        const int TakesX = 8;
        ClassicOpcode indexed = (ClassicOpcode)((int)opcode + TakesX);
        foreach ((byte jumpTrue, byte jumpFalse) in ((byte, byte)[])[(0, 1), (1, 0), (2, 1), (1, 2)])
        {
            ClassicInstruction[] ends = [.. Enumerable.Range(10, 3).Select(number => new ClassicInstruction(ClassicOpcode.ReturnConstant, (uint)number))];
            uint result = 10u + (holds ? jumpTrue : jumpFalse);
            Assert.Equal(result, BothWays.Run(BothWays.Program([Load(a), new(opcode, jumpTrue, jumpFalse, operand), .. ends]), new(Packet)));
            Assert.Equal(result, BothWays.Run(BothWays.Program([LoadX(operand), Load(a), new(indexed, jumpTrue, jumpFalse, 0), .. ends]), new(Packet)));
        }
    }

    [Fact]
    public void Places_count_from_the_headers_also_in_front_of_the_beginning()
    {
        byte[] frame = [1, 2, 3, 4, 5, 6, 7, 8];
        uint Byte(uint place, int link) =>
            BothWays.Run(BothWays.Program(new(ClassicOpcode.LoadByte, place), Return), new(frame, start: 4, length: 4, linkOffset: link, networkOffset: 4, facts: null));

        Assert.Equal((5u, 5u), (Byte(0, 1), Byte(AncillaryLoads.NetworkOffset, 1)));
        Assert.Equal((2u, 4u), (Byte(AncillaryLoads.LinkOffset, 1), Byte(AncillaryLoads.LinkOffset + 2, 1)));
        Assert.Equal((0u, 8u), (Byte(AncillaryLoads.LinkOffset, -1), Byte(AncillaryLoads.NetworkOffset + 3, 1)));
        Assert.Equal((0u, 0u), (Byte(AncillaryLoads.NetworkOffset + 4, 1), Byte(AncillaryLoads.LinkOffset - 1, 1)));
    }

    [Fact]
    public void Bytes_that_lie_elsewhere_are_asked_for()
    {
        byte[] packet = [1, 2, 3, 4, 5, 6, 7, 8];
        ScatteredFacts facts = new(packet);
        foreach (int linear in Enumerable.Range(0, packet.Length + 1))
        {
            for (uint place = 0; place < 10; place++)
            {
                uint expected = place + 4 <= packet.Length ? 0x01020304 + (place * 0x01010101) : 0;
                ClassicPacket scattered = new(packet.AsSpan(0, linear), 0, packet.Length, 0, 0, facts);
                Assert.Equal(expected, BothWays.Run(BothWays.Program(new(ClassicOpcode.LoadWord, place), Return), scattered));
                Assert.Equal(expected, BothWays.Run(BothWays.Program(LoadX(place), new(ClassicOpcode.LoadWordIndexed, 0), Return), scattered));
            }
        }
    }

    [Fact]
    public void What_stands_beside_the_packet_is_asked_for_whatever_the_size_of_the_load()
    {
        ScatteredFacts facts = new(Packet);
        foreach (AncillaryLoad load in Enum.GetValues<AncillaryLoad>().Except([AncillaryLoad.XorX, AncillaryLoad.NetlinkAttribute, AncillaryLoad.NestedNetlinkAttribute]))
        {
            foreach (ClassicOpcode opcode in (ClassicOpcode[])[ClassicOpcode.LoadWord, ClassicOpcode.LoadHalf, ClassicOpcode.LoadByte])
            {
                ClassicProgram program = BothWays.Program(Load(1), new(opcode, AncillaryLoads.Offset + (uint)load), Return);
                bool isKnown = load != AncillaryLoad.Interface;
                Assert.Equal(isKnown ? 0xabc000 + (uint)load : 0, BothWays.Run(program, new(Packet, facts: facts)));
                Assert.Equal(0u, BothWays.Run(program, new(Packet)));
            }
        }
    }

    [Fact]
    public void Exclusive_or_with_x_is_asked_for_as_a_load() =>
        Assert.Equal(6u, BothWays.Run(BothWays.Program(LoadX(5), Load(3), Beside(AncillaryLoad.XorX), Return), new(Packet)));

    [Theory]
    [InlineData(AncillaryLoad.NetlinkAttribute, 4, 1, 4)]
    [InlineData(AncillaryLoad.NetlinkAttribute, 4, 2, 12)]
    [InlineData(AncillaryLoad.NetlinkAttribute, 4, 3, 0)]
    [InlineData(AncillaryLoad.NetlinkAttribute, 21, 2, 0)]
    [InlineData(AncillaryLoad.NetlinkAttribute, Ones, 2, 0)]
    [InlineData(AncillaryLoad.NestedNetlinkAttribute, 12, 7, 16)]
    [InlineData(AncillaryLoad.NestedNetlinkAttribute, 4, 7, 0)]
    public void Netlink_attribute_is_found_among_those_from_a_on(AncillaryLoad load, uint a, uint x, uint found)
    {
        byte[] message = [0, 0, 0, 0, 5, 0, 1, 0x80, 9, 0, 0, 0, 12, 0, 2, 0, 8, 0, 7, 0, 1, 2, 3, 4];
        ClassicProgram program = BothWays.Program(LoadX(x), Load(a), Beside(load), Return);
        Assert.Equal(found, BothWays.Run(program, new(message)));
        Assert.Equal(0u, BothWays.Run(program, new(message.AsSpan(0, 20), 0, message.Length, 0, 0, null)));
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        ClassicProgram program = BothWays.Program(
            new(ClassicOpcode.LoadHalf, 1), new(ClassicOpcode.Store, 1), Beside(AncillaryLoad.Mark), new(ClassicOpcode.LoadXHeaderLength, 0),
            new(ClassicOpcode.LoadByte, 20), Return);
        ScatteredFacts facts = new(new byte[40]);
        foreach (ClassicFilter filter in (ClassicFilter[])[new(program), new(program, compiles: false)])
        {
            Allocation.AssertNone(() => filter.Run(new ClassicPacket(Packet, 0, 40, 0, 0, facts)));
        }
    }

    private static ClassicInstruction Return => new(ClassicOpcode.ReturnAccumulator, 0);

    private static ClassicInstruction Load(uint a) => new(ClassicOpcode.LoadConstant, a);

    private static ClassicInstruction LoadX(uint x) => new(ClassicOpcode.LoadXConstant, x);

    private static ClassicInstruction Beside(AncillaryLoad load) => new(ClassicOpcode.LoadWord, AncillaryLoads.Offset + (uint)load);
}
