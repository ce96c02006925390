using Saker.Bpf;
using Saker.Kernel.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Programs of one's own that give packets to sockets, written in assembler.</summary>
internal static class XskObjects
{
    /// <summary>Looks up a counter in the map and adds one to it; r0 has what it was. Uses r1 to r5.</summary>
    public const string Count = "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = 2 ll; call 1; if r0 != 0 goto +2; r0 = 1; exit; r1 = *(u32 *)(r0 + 0); r2 = r1; r2 += 1; *(u32 *)(r0 + 0) = r2; r0 = r1";

    /// <summary>Gives the packet, whose context is in r6, to the socket of its queue.</summary>
    public const string Redirect = "r2 = *(u32 *)(r6 + 16); r1 = 1 ll; r3 = 2; call 51; exit";

    /// <summary>Gives every second packet to the socket of its queue, and drops the others.</summary>
    public static ObjectSpec DropHalf { get; } = Of($"r6 = r1; {Count}; r0 &= 1; if r0 == 0 goto +2; r0 = 1; exit; {Redirect}");

    /// <summary>Moves the end of each packet before it is given to the socket.</summary>
    public static ObjectSpec AdjustTail(int bytes, bool takesFragments) => Of($"r6 = r1; r2 = {bytes}; call 65; if r0 == 0 goto +2; r0 = 1; exit; {Redirect}", takesFragments);

    /// <summary>Puts the packet's number in front of it as metadata, in 4 bytes behind which 4 are zero.</summary>
    public static ObjectSpec Number(bool takesFragments) => Of(
        $"r6 = r1; {Count}; r7 = r0; r1 = r6; r2 = -8; call 54; if r0 == 0 goto +2; r0 = 1; exit; r1 = *(u32 *)(r6 + 8); r2 = *(u32 *)(r6 + 0); r3 = r1; r3 += 8; if r3 > r2 goto +2; *(u32 *)(r1 + 0) = r7; *(u32 *)(r1 + 4) = 0; {Redirect}",
        takesFragments);

    private static ObjectSpec Of(string text, bool takesFragments = false)
    {
        const uint Counters = 2;
        var program = Assembler.Assemble(text);
        List<InstructionReference> references = [];
        for (var i = 0; i < program.Slots.Length; i += program.Slots[i].IsWide ? 2 : 1)
        {
            if (program.Slots[i].IsWide)
            {
                references.Add(new InstructionReference(i, ReferenceKind.Map, program.Slots[i].Immediate == Counters ? "counters" : RedirectProgram.MapName, 0, IsWeak: false));
            }
        }

        MapSpec sockets = new() { Name = RedirectProgram.MapName, Type = MapType.XskMap, KeySize = sizeof(uint), ValueSize = sizeof(uint), MaximumEntries = 8 };
        MapSpec counters = new() { Name = "counters", Type = MapType.Array, KeySize = sizeof(uint), ValueSize = sizeof(uint), MaximumEntries = 1 };
        return new()
        {
            License = "GPL",
            Maps = [sockets, counters],
            Programs =
            [
                new()
                {
                    Name = "test",
                    Section = takesFragments ? "xdp.frags" : "xdp",
                    Type = ProgramType.Xdp,
                    TakesFragments = takesFragments,
                    Instructions = [.. program.Slots],
                    References = [.. references],
                },
            ],
        };
    }
}
