using Saker.Bpf;
using static Saker.KernelTests.Bpf.Helpers.HelperTwice;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Programs that go on in others: as in the kernel.</summary>
public sealed class TailCallTests
{
    private const string Go = "r2 = map[fd:0] ll; call 12";
    private const string Count = "r1 = map[fd:1][0]+0 ll; r2 = *(u64 *)(r1 + 0); r2 += 1; *(u64 *)(r1 + 0) = r2";
    private const string Counted = "r1 = map[fd:1][0]+0 ll; r0 = *(u64 *)(r1 + 0)";

    [KernelFact]
    public void A_run_goes_on_as_often_as_in_the_kernel()
    {
        using var programs = MapTwice.Of(MapType.ProgramArray, 4, 4, 4);
        using var counts = MapTwice.Of(MapType.Array, 4, 8, 1);
        programs.Put(0, $"r6 = r1; {Count}; r1 = r6; r3 = 0; {Go}; {Counted}; exit", programs, counts);
        programs.Put(1, $"r6 = r1; {Count}; r1 = r6; r3 = 3; {Go}; r1 = r6; r3 = 1; {Go}; {Counted}; exit", programs, counts);
        foreach (var index in (int[])[0, 1, 2, 3, 4, -1])
        {
            Compare(ProgramType.Xdp, $"r3 = {index}; {Go}; {Counted}", TestFrames.IPv4, programs, counts);
        }
    }
}
