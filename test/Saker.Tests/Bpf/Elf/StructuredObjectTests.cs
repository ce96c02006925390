using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>
/// Objects with fields changed (<see cref="ObjectMutator"/>): each is read or refused; what is read is listed, relocated against its own and other types, written for a kernel,
/// bound, and its programs run in checked mode. The objects of <c>test/vectors/bpf</c> and its <c>programs</c> are the corpus.
/// </summary>
public class StructuredObjectTests
{
    private const int Seed = 1996;
    private const long MostMemory = 1L << 30;

    private static readonly BtfSpec Target = BpfVectors.Types("core_target");

    public static TheoryData<string> Objects => [.. BpfVectors.Names, .. BpfVectors.Programs.Where(name => name.EndsWith(".v4", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_with_changed_fields_is_read_or_refused(string name)
    {
        ObjectMutator mutator = new(BpfVectors.Read(name));
        Random random = new(Seed);
        int inputs = Effort.Inputs(500, 100_000);
        int read = 0;
        int ran = 0;
        for (int input = 0; input < inputs; input++)
        {
            byte[] bytes = mutator.Next(random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (BpfObject.TryRead(bytes, out ObjectSpec? spec, out ObjectFault? fault))
                {
                    read++;
                    ran += Run(spec);
                    Use(spec, lists: input % 16 == 0);
                }
                else
                {
                    Assert.InRange(fault.ToString().Length, 10, 4000);
                }
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Seed {Seed}, input {input} of {name}: {exception}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostMemory, $"Seed {Seed}, input {input} of {name} takes {allocated} bytes");
        }

        Assert.InRange(read, 1, inputs - 1);
        Assert.True(ran > 0 || BpfVectors.Spec(name).Programs.IsEmpty, "no program ran");
    }

    private static int Run(ObjectSpec spec)
    {
        int ran = 0;
        byte[] memory = new byte[64];
        BpfCpu cpu = new();
        foreach (ProgramSpec program in spec.Programs)
        {
            if (BpfProgram.TryCreate(program.Bind(reference => reference.Name.Length), out BpfProgram? code, out _)
                && BpfExecutable.TryCreate(code, new ExecutionOptions { Constants = new AnyConstants(), Helpers = AnyHelpers, Budget = 2_000 }, out BpfExecutable? executable, out _))
            {
                executable.Run(cpu, memory);
                ran++;
            }
        }

        return ran;
    }

    private static void Use(ObjectSpec spec, bool lists)
    {
        foreach (ProgramSpec program in spec.Programs)
        {
            Assert.All(program.Functions, function => Assert.InRange(function.Start + function.Count, 1, program.Instructions.Length));
            Assert.All(program.References, reference => Assert.InRange(reference.Instruction, 0, program.Instructions.Length - 1));
            Assert.All(program.Lines, line => Assert.InRange(line.Instruction, 0, program.Instructions.Length - 1));
        }

        if (spec.Types is not { } types)
        {
            return;
        }

        spec.TryRelocate(types, out _, out _);
        spec.TryRelocate(Target, out _, out _);
        if (lists)
        {
            for (uint id = 0; id < types.Count; id++)
            {
                Assert.NotEmpty(BtfListing.Of(types, id));
                Assert.InRange(BtfText.DefinitionOf(types, id).Length, 1, 4 << 20);
                Assert.InRange(BtfText.BriefOf(types, id, "x").Length, 1, 4 << 10);
            }

            BtfWriter writer = new();
            writer.Add(types.ForKernel());
            Assert.True(BtfSpec.TryRead(writer.ToArray(), out BtfSpec? again, out ObjectFault? fault), fault?.ToString());
            Assert.Equal(types.Count, again.Count);
        }
    }

    private static readonly HelperTable AnyHelpers = MakeHelpers();

    private static HelperTable MakeHelpers()
    {
        HelperTable helpers = new();
        for (int number = 1; number < 220; number++)
        {
            helpers.Add(number, static (_, r1, r2, _, _, _) => r1 ^ r2);
        }

        return helpers;
    }

    private sealed class AnyConstants : IConstantSource
    {
        public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            value = 0xFFFF_0000_0000UL + (uint)first;
            return true;
        }
    }
}
