namespace Saker.KernelTests.Bpf;

/// <summary>Programs by chance, over numbers by chance: the interpreter leaves what the kernel leaves.</summary>
public sealed class RandomProgramTests
{
    private const int Seed = 618;
    private const int InputsOfProgram = 8;

    [KernelFact]
    public void Interpreter_leaves_what_the_kernel_leaves()
    {
        Random random = new(Seed);
        RandomBodies bodies = new(random);
        for (var i = 0; i < Effort.Inputs(500, 100_000); i++)
        {
            var body = bodies.Next();
            using var both = XdpTwice.Of(body);
            for (var j = 0; j < InputsOfProgram; j++)
            {
                both.Compare((ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64), (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64), $"Seed {Seed}, input {i}: {body}");
            }
        }
    }
}
