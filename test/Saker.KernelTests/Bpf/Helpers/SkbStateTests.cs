using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Helpers of tc programs over frames as sockets send them: with a checksum that is to be filled in, as several segments in one, and not all in one piece.</summary>
public sealed class SkbStateTests
{
    private static readonly LiveFrame[] Frames =
    [
        .. from version in (int[])[4, 6]
           from protocol in (byte[])[TrafficFrames.Tcp, TrafficFrames.Udp]
           from shape in ((int Payload, bool IsPartial, ushort SegmentSize)[])[(200, false, 0), (200, true, 0), (2000, true, 500), (6000, true, 0), (9000, true, 1000)]
           select new LiveFrame(version, protocol, shape.Payload, shape.IsPartial, shape.SegmentSize),
    ];

    public static TheoryData<string, string[]> Groups => new()
    {
        { "nothing", ["r0 = 0"] },
        { "l4_csum_replace", [.. from offset in (int[])[24, 40, 50, 60] from flags in (int[])[0, 2, 4, 0x10, 0x12, 0x14, 0x22, 0x34, 0x54, 0x70, 0x94]
                                 select $"r1 = r6; r2 = {offset}; r3 = {(((flags & 15) == 0) ? 0 : 0x1234)}; r4 = 0x89ab; r5 = {flags}; call 11"] },
        { "store_bytes", [.. from offset in (int[])[24, 40, 60, 300] from flags in (int[])[0, 1, 2, 3]
                             select $"*(u64 *)(r10 - 8) = 0x77; r1 = r6; r2 = {offset}; r3 = r10; r3 += -8; r4 = 8; r5 = {flags}; call 9; r9 = r0; r1 = r6; r2 = 50; r3 = 0x1234; r4 = 0x89ab; r5 = 0x12; call 11; r0 <<= 8; r0 += r9"] },
        { "change_proto", [.. from protocol in (int[])[0x0008, 0xdd86] from more in (string[])["", "; r9 = r0; r1 = r6; r2 = 20; r3 = 0; r4 = 0; call 50; r0 <<= 8; r0 += r9", "; r1 = r6; r2 = 0xdd86; r3 = 0; call 31", "; r1 = r6; r2 = 0x0008; r3 = 0; call 31"]
                              select $"r1 = r6; r2 = {protocol}; r3 = 0; call 31{more}"] },
        { "adjust_room", [.. from change in (int[])[8, 20, 400, 499, 500, -8, -20, -40] from mode in (int[])[0, 1] from flags in (int[])[0, 1, 2, 3, 0x0a, 0x12, 0x13, 0x20, 0x21, 0x80]
                             select $"r1 = r6; r2 = {change}; r3 = {mode}; r4 = {flags}; call 50"] },
        { "change_tail", [.. from length in (int[])[14, 33, 34, 41, 42, 50, 51, 52, 54, 60, 61, 62, 70, 71, 72, 100, 2054, 2500, 7000, 16000, 17000]
                             select $"r1 = r6; r2 = {length}; r3 = 0; call 38",
                             .. from first in (string[])["r2 = 20; r3 = 1; r4 = 0; call 50", "r2 = 20; r3 = 1; r4 = 2; call 50", "r2 = -20; r3 = 0; r4 = 0; call 50", "r2 = 14; r3 = 0; call 43", "r2 = 0x0008; r3 = 0; call 31", "r2 = 0xdd86; r3 = 0; call 31"]
                                from length in (int[])[34, 54, 55, 60, 61, 62, 65, 66, 71, 72, 74, 75, 82, 90, 92, 200]
                                select $"r1 = r6; {first}; r9 = r0; r1 = r6; r2 = {length}; r3 = 0; call 38; r0 <<= 8; r0 += r9"] },
        { "change_head", [.. from room in (int[])[0, 14, 100, 8000, 15000, 17000, -1]
                             select $"r1 = r6; r2 = {room}; r3 = 0; call 43"] },
        { "pull_data", [.. from length in (int[])[0, 20, 60, 100, 1000, 5000, 20000]
                           select $"r1 = r6; r2 = {length}; call 39"] },
        { "vlan", ["r1 = r6; r2 = 0x0081; r3 = 5; call 18", "r1 = r6; r2 = 0x0081; r3 = 5; call 18; r1 = r6; r2 = 0x0081; r3 = 6; call 18", "r1 = r6; r2 = 0x0081; r3 = 5; call 18; r1 = r6; r2 = 0x0081; r3 = 6; call 18; r1 = r6; call 19"] },
        { "checksum", ["r1 = r6; r2 = 5; call 40", .. from level in (int[])[0, 1, 2, 3, 4] select $"r1 = r6; r2 = {level}; call 135"] },
    };

    [KernelTheory]
    [MemberData(nameof(Groups))]
    public void Every_helper_does_what_the_kernels_does(string what, string[] bodies)
    {
        using LiveSkb live = new();
        string[] differences = [.. bodies.SelectMany(body => live.Compare(body, Frames))];
        Assert.True(differences.Length == 0, $"{what}: {differences.Length} of {bodies.Length * Frames.Length}\n{string.Join('\n', differences)}");
    }
}
