using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>Every instruction that the kernel has, over pairs of edge values: what the interpreter and compiled code leave is what the kernel's compiled code leaves.</summary>
public sealed partial class InstructionTests
{
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 7, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x0123_4567_89ab_cdef,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0x8000_0000_0000_0001, 0xffff_ffff_8000_0000, 0xffff_ffff_ffff_ff80, 0xffff_ffff_ffff_ffff,
    ];

    private static readonly int[] Constants = [0, 1, -1, 7, 31, 32, 63, 0x7f, 0x80, 0x8000, int.MaxValue, int.MinValue, -128, 0x12345678];

    public static TheoryData<InstructionForm> Forms =>
    [
        InstructionForm.ArithmeticConstant, InstructionForm.ArithmeticRegister, InstructionForm.ArithmeticUnary, InstructionForm.MemoryLoad, InstructionForm.MemoryStoreConstant,
        InstructionForm.MemoryStoreRegister, InstructionForm.Atomic, InstructionForm.AtomicFetch, InstructionForm.AtomicCompare, InstructionForm.JumpIfConstant,
        InstructionForm.JumpIfRegister,
    ];

    [KernelTheory]
    [MemberData(nameof(Forms))]
    public void Engines_leave_what_the_kernel_leaves(InstructionForm form)
    {
        foreach (var description in InstructionSet.All.Where(description => description.Form == form && description.Operation != BpfOperation.CastAddressSpace))
        {
            foreach (var body in Bodies(description))
            {
                using var both = XdpEngines.Of(body);
                foreach (var left in Edges)
                {
                    foreach (var right in Edges)
                    {
                        both.Compare(left, right, body);
                    }
                }
            }
        }
    }

    [KernelTheory]
    [InlineData("r0 = 0x8182838485868788 ll")]
    [InlineData("r0 = 1; if r1 == 0 goto out; r0 = 2; goto over; out: r0 = 3; over: r0 += 1")]
    [InlineData("r0 = 1; if r1 == 0 goto out; r0 = 2; gotol over; out: r0 = 3; over: r0 += 1")]
    [InlineData("r0 = 0; r3 = 0; again: may_goto +4; r3 += 1; r0 += r1; if r3 > 10 goto +1; goto again")]
    [InlineData("r0 = 0; r3 = 10; again: r0 += r1; r0 *= 3; r3 += -1; if r3 != 0 goto again")]
    public void Constants_and_jumps_do_as_in_the_kernel(string body)
    {
        using var both = XdpEngines.Of(body);
        foreach (var left in Edges)
        {
            both.Compare(left, 5, body);
        }
    }

    [KernelFact]
    public void Far_jumps_do_as_in_the_kernel()
    {
        // The condition reaches 32767 slots; what lies between is run too.
        var many = string.Concat(Enumerable.Repeat("r0 += r1; ", 32_767));
        using var near = XdpEngines.Of($"r0 = 0; if r1 > r2 goto out; {many} out: r0 += 1");
        using var far = XdpEngines.Of($"r0 = 0; if r1 <= r2 goto +1; gotol out; {many} {many} out: r0 += 1");
        foreach (var left in (ulong[])[0, 1, 7, ulong.MaxValue])
        {
            near.Compare(left, 5, "a far jump");
            far.Compare(left, 5, "a very far jump");
        }
    }

    [KernelFact]
    public void Functions_do_as_in_the_kernel()
    {
        const string Body = "r7 = r1; *(u64 *)(r10 - 8) = r2; r2 = r10; r2 += -8; call mix; r2 = *(u64 *)(r10 - 8); r0 += r7";
        const string Functions = """
            mix: r6 = r1; r7 = r2; r3 = *(u64 *)(r2 + 0); *(u64 *)(r10 - 16) = r3; r1 = r10; r1 += -16; call triple; r0 += r6; *(u64 *)(r7 + 0) = r0; exit
            triple: r2 = *(u64 *)(r1 + 0); r0 = r2; r0 *= 3; exit
            """;
        using var both = XdpEngines.Of(Body, Functions);
        foreach (var left in Edges)
        {
            both.Compare(left, 0x0123_4567_89ab_cdef, Body);
        }
    }

    [KernelTheory]
    [InlineData("r6 = r1; r0 = *(u8 *)skb[{0}]; exit")]
    [InlineData("r6 = r1; r0 = *(u16 *)skb[{0}]; exit")]
    [InlineData("r6 = r1; r0 = *(u32 *)skb[{0}]; exit")]
    [InlineData("r6 = r1; r7 = 2; r0 = *(u16 *)skb[r7 + {0}]; exit")]
    [InlineData("r6 = r1; r7 = -2; r0 = *(u32 *)skb[r7 + {0}]; r0 += 1; exit")]
    public void Legacy_loads_do_as_in_the_kernel(string text)
    {
        byte[] packet = [.. Enumerable.Range(0x81, 64).Select(value => (byte)value)];
        for (var offset = 0; offset < 70; offset++)
        {
            var program = Assembler.Assemble(text.Replace("{0}", offset.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            Assert.True(KernelProgram.TryLoad(ProgramType.SchedulerClassifier, program.Slots, out var kernel, out var refusal), refusal?.Log);
            using (kernel)
            {
                var wanted = kernel.TestRun(packet, default).Value;
                foreach (var (engine, checks) in XdpEngines.Engines)
                {
                    ExecutionOptions options = new() { Engine = engine, Checks = checks, Type = ProgramType.SchedulerClassifier };
                    Assert.True(BpfExecutable.TryCreate(program, options, out var executable, out _));
                    SkbContext context = new();
                    context.Load(packet);
                    Assert.Equal(wanted, (uint)executable.Run(new BpfCpu(), context).Value);
                }
            }
        }
    }

    [KernelFact]
    public void Listing_is_the_kernels()
    {
        var compared = 0;
        foreach (var description in InstructionSet.All)
        {
            foreach (var body in Bodies(description))
            {
                var program = Assembler.Assemble($"r1 = 5; r2 = 7; {body}; r0 = 2; exit");
                foreach (Match match in InstructionLine().Matches(KernelProgram.Log(ProgramType.Xdp, program.Slots)))
                {
                    var slot = int.Parse(match.Groups["slot"].Value, CultureInfo.InvariantCulture);
                    Assert.Equal(match.Groups["text"].Value.TrimEnd(), ProgramText.Of(program.Slots, slot, ProgramTextStyle.Kernel));
                    compared++;
                }
            }
        }

        Assert.True(compared > 1000, $"Only {compared} lines were compared.");
    }

    [GeneratedRegex(@"^(?<slot>\d+): (?<text>\([0-9a-f]{2}\) [^;\n]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstructionLine();

    /// <summary>What to run of an instruction: operands in r1 and r2, results in r0 and r2.</summary>
    private static IEnumerable<string> Bodies(InstructionDescription description)
    {
        const string Spilled = "*(u64 *)(r10 - 8) = r1; ";
        const string Reload = "; r0 = *(u64 *)(r10 - 8)";
        foreach (var constant in (description.Fields & InstructionFields.Immediate) != InstructionFields.None ? Constants.Where(constant => IsTaken(description, constant)) : [0])
        {
            string Line(byte destination, byte source, short offset) => ProgramText.Of([Slot(description, destination, source, offset, constant)], 0, ProgramTextStyle.Llvm);
            switch (description.Form)
            {
                case InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary
                    when description.Operation != BpfOperation.CastAddressSpace:
                    yield return Line(1, 2, 0) + "; r0 = r1";
                    break;
                case InstructionForm.MemoryLoad:
                    for (var offset = -8; offset < 0; offset += description.Width / 8)
                    {
                        yield return Spilled + Line(0, 10, (short)offset);
                    }

                    break;
                case InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister or InstructionForm.Atomic or InstructionForm.AtomicFetch:
                    for (var offset = -8; offset < 0; offset += description.Width / 8)
                    {
                        yield return Spilled + Line(10, 2, (short)offset) + Reload;
                    }

                    break;
                case InstructionForm.AtomicCompare:
                    yield return Spilled + "r0 = r1; " + Line(10, 2, -8) + "; r2 = r0" + Reload;
                    yield return Spilled + "r0 = r2; " + Line(10, 2, -8) + "; r2 = r0" + Reload;
                    break;
                case InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister:
                    yield return "r0 = 1; " + Line(1, 2, 1) + "; r0 = 0";
                    break;
            }
        }
    }

    /// <summary>The verifier refuses divisions by a constant 0 and shifts by a constant that is not below the width.</summary>
    private static bool IsTaken(InstructionDescription description, int constant) => description.Operation switch
    {
        BpfOperation.Divide or BpfOperation.DivideSigned or BpfOperation.Modulo or BpfOperation.ModuloSigned => constant != 0,
        BpfOperation.ShiftLeft or BpfOperation.ShiftRight or BpfOperation.ShiftRightSigned => constant >= 0 && constant < description.Width,
        _ => true,
    };

    private static BpfInstruction Slot(InstructionDescription description, byte destination, byte source, short offset, int constant)
    {
        BpfInstruction slot = new(
            description.Opcode,
            (description.Fields & InstructionFields.Destination) != InstructionFields.None ? destination : (byte)0,
            (description.Fields & InstructionFields.Source) != InstructionFields.None ? source : (byte)0,
            (description.Fields & InstructionFields.Offset) != InstructionFields.None ? offset : (short)0,
            constant);
        return description.VariantField switch
        {
            InstructionFields.Offset => slot.WithOffset((short)description.Variant),
            InstructionFields.Immediate => slot.WithImmediate(description.Variant),
            _ => slot,
        };
    }
}
