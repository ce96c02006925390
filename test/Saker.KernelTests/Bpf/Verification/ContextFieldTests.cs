using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Every access to every context: what the table of fields says of it, and what the kernel does.</summary>
public sealed class ContextFieldTests
{
    private const int LongestContext = 192, Beyond = 8;

    private static readonly (int Width, byte Load, byte LoadSigned, byte Store)[] Widths = [(1, 0x71, 0x91, 0x73), (2, 0x69, 0x89, 0x6b), (4, 0x61, 0x81, 0x63), (8, 0x79, 0, 0x7b)];

    public static TheoryData<ProgramType, AttachType?> Programs => PacketPrograms.Data;

    [KernelTheory]
    [MemberData(nameof(Programs))]
    public void Kernel_allows_what_the_table_does(ProgramType type, AttachType? attachType)
    {
        for (short offset = -Beyond; offset < LongestContext + Beyond; offset++)
        {
            foreach (var (width, load, loadSigned, store) in Widths)
            {
                var isReadable = ContextFields.IsReadable(type, attachType, offset, width, isSigned: false, out var value);
                AssertSame(isReadable, type, attachType, [new(load, 2, 1, offset)], $"load of {width} bytes at {offset}");
                if (isReadable)
                {
                    AssertGives(value, width, type, attachType, new(load, 2, 1, offset));
                }

                if (loadSigned != 0)
                {
                    AssertSame(
                        ContextFields.IsReadable(type, attachType, offset, width, isSigned: true, out _), type, attachType, [new(loadSigned, 2, 1, offset)], $"signed load of {width} at {offset}");
                }

                AssertSame(ContextFields.IsWritable(type, attachType, offset, width), type, attachType, [new(0xb7, 2), new(store, 1, 2, offset)], $"store of {width} bytes at {offset}");
            }
        }
    }

    private static void AssertSame(bool expected, ProgramType type, AttachType? attachType, BpfInstruction[] access, string what)
    {
        var isAccepted = PacketPrograms.IsAccepted(type, attachType, [.. access, new(0xb7, 0), new(0x95)], out var said);
        if (expected != isAccepted)
        {
            Assert.Fail($"{type} {attachType}, {what}: {(expected ? "allowed" : "not allowed")} by the table; the kernel: {said}");
        }
    }

    private static void AssertGives(ContextValue value, int width, ProgramType type, AttachType? attachType, BpfInstruction load)
    {
        var log = KernelProgram.Log(type, [load, new(0xb7, 0), new(0x95)], new LoadOptions { AttachType = attachType });
        var given = VerifierLog.Read(log).First(happening => happening.Kind == LogEventKind.State && happening.Registers.ContainsKey(2)).Registers[2];
        var expected = value switch
        {
            ContextValue.Number => ScalarValue.Unknown.ZeroExtend(width).ToString(),
            ContextValue.PacketStart => "pkt",
            ContextValue.PacketEnd => "pkt_end",
            ContextValue.PacketMetadata => "pkt_meta",
            _ => "sock_common_or_null",
        };
        Assert.StartsWith(expected + (value == ContextValue.Number ? "" : "("), given.Text, StringComparison.Ordinal);
    }
}
