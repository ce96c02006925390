using Saker.Bpf.Classic;
using Saker.Kernel.Interop;
using Saker.Tests.Bpf.Classic;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// The kernel takes the programs that Saker takes, and gets the same results from them: a socket of AF_UNIX keeps of each datagram what its filter says.
/// </summary>
public sealed class ClassicProgramTests
{
    private const int InvalidArgument = 22;
    private const int Seed = 2118;

    /// <summary>To compile takes a hundred times as long as to run; that both do the same is tested elsewhere.</summary>
    private const int CompiledEvery = 20;

    [KernelFact]
    public void Kernel_takes_the_programs_that_are_taken_here()
    {
        RandomPrograms programs = new(Seed);
        var (sender, receiver) = KernelSocket.OpenPair(Libc.SOCK_DGRAM);
        var taken = 0;
        using (sender)
        using (receiver)
        {
            for (var i = 0; i < Effort.Inputs(30_000, 3_000_000); i++)
            {
                var instructions = programs.NextDoubtful();
                var isTaken = ClassicProgram.TryCreate(instructions, out _, out var fault);
                var answer = receiver.TryAttachFilter(instructions);
                Assert.True(
                    answer == (isTaken ? 0 : InvalidArgument),
                    $"Seed {Seed}, input {i}: the kernel says {answer}, Saker {fault?.ToString() ?? "nothing"}:\n{string.Join('\n', instructions)}");
                taken += isTaken ? 1 : 0;
            }
        }

        Assert.InRange(taken, Effort.Inputs(3_000, 300_000), Effort.Inputs(27_000, 2_700_000));
    }

    [KernelFact]
    public void Kernel_keeps_of_each_datagram_as_many_bytes_as_the_program_says_here()
    {
        // A datagram has no device, no random number can be foretold, and what stands beside it is the kernel's; netlink attributes it can hold.
        RandomPrograms programs = new(Seed) { Ancillaries = [AncillaryLoad.XorX, AncillaryLoad.NetlinkAttribute, AncillaryLoad.NestedNetlinkAttribute] };
        var (sender, receiver) = KernelSocket.OpenPair(Libc.SOCK_DGRAM);
        Span<byte> buffer = stackalloc byte[128];
        var kept = 0;
        using (sender)
        using (receiver)
        {
            for (var i = 0; i < Effort.Inputs(20_000, 2_000_000); i++)
            {
                var program = programs.Next();
                Assert.Equal(0, receiver.TryAttachFilter(program.Instructions));
                ClassicFilter filter = new(program, compiles: i % CompiledEvery == 0);
                for (var j = 0; j < 4; j++)
                {
                    var datagram = programs.NextPacket();
                    sender.Send(datagram);
                    var arrived = receiver.TryReceive(buffer, default, out var length);

                    // Its network header counts as beginning with it, and it has none of a link.
                    var wanted = filter.Run(new ClassicPacket(datagram, 0, datagram.Length, linkOffset: -1, networkOffset: 0, facts: null));
                    var expected = (int)Math.Min(wanted, (uint)datagram.Length);
                    Assert.True(
                        arrived == (wanted != 0) && length == expected,
                        $"Seed {Seed}, input {i}: the kernel keeps {length}, Saker {expected} of {Convert.ToHexStringLower(datagram)}:\n{program}");
                    kept += arrived ? 1 : 0;
                }
            }
        }

        Assert.True(kept > Effort.Inputs(10_000, 1_000_000), $"Only {kept} datagrams were kept.");
    }
}
