using System.Text;
using Saker.Bpf;
using Saker.Tests.Bpf.Verification;
using Xunit.Abstractions;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Programs by chance, at the edge of what is valid: what the kernel refuses is never accepted, and what it accepts nearly always.</summary>
public sealed class RandomVerdictTests(VerifierMachine kernel, ITestOutputHelper output) : IClassFixture<VerifierMachine>
{
    /// <summary>Of what the kernel accepts, the share that may be refused.</summary>
    private const double MostRefused = 0.03;

    private const int MostTold = 5;

    [KernelTheory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Verdicts_are_those_of_the_kernel(int seed, bool mutates)
    {
        Random random = new(seed);
        EdgePrograms programs = new(random);
        int both = 0, neither = 0;
        List<string> wrong = [];
        Dictionary<string, int> missed = [];
        Dictionary<string, string> examples = [];
        for (var i = Effort.Inputs(250, 50_000); i > 0; i--)
        {
            var (type, text) = programs.Next();
            VerifierCase @case = new() { Rule = default, Name = $"{seed}, {i}", IsAccepted = true, Type = type, Text = text };
            var slots = @case.Assemble();
            slots = mutates ? programs.Mutate(slots) : slots;
            if (CallsKernel(slots))
            {
                // The numbers of the kernel's functions are those of a table here, and of its types there.
                continue;
            }

            var isAcceptedByKernel = kernel.Accepts(@case, slots, out var log);
            var refusal = Refusal(@case, slots);
            (both, neither) = (both + (isAcceptedByKernel && refusal is null ? 1 : 0), neither + (!isAcceptedByKernel && refusal is not null ? 1 : 0));
            if (!isAcceptedByKernel && refusal is null && AddsFrameToNumber(slots))
            {
                // The kernel takes it for a place in another frame (VerifierFaultTests).
                continue;
            }

            if (!isAcceptedByKernel && refusal is null && wrong.Count < MostTold)
            {
                wrong.Add($"program {i} of seed {seed}, {type}, which the kernel refuses:\n{BpfProgram.Create(slots)}\n{log}");
            }
            else if (isAcceptedByKernel && refusal is not null)
            {
                var rule = refusal.Split(':')[0];
                missed[rule] = missed.GetValueOrDefault(rule) + 1;
                examples.TryAdd(rule, $"program {i} of seed {seed}, {type}, which the kernel accepts: {refusal}\n{BpfProgram.Create(slots)}");
            }
        }

        StringBuilder told = new();
        told.AppendLine($"{both} accepted and {neither} refused by both; {missed.Values.Sum()} accepted by the kernel alone: {string.Join(", ", missed.Select(one => $"{one.Key} {one.Value}"))}");
        output.WriteLine($"{told}\n{string.Join("\n\n", examples.Values)}");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.True(missed.Values.Sum() <= MostRefused * (both + missed.Values.Sum()), $"{told}\n{string.Join("\n\n", examples.Values.Take(MostTold))}");
        Assert.True(both > (both + neither) / 5 && neither > 0, $"{told}");
    }

    private static bool CallsKernel(BpfInstruction[] slots) =>
        slots.Any(slot => InstructionSet.TryDescribe(slot, out var description) && description.Form == InstructionForm.CallKernel);

    /// <summary>Whether the frame pointer is added to a register behind the first exit, where functions are that are called.</summary>
    private static bool AddsFrameToNumber(BpfInstruction[] slots)
    {
        var called = slots.SkipWhile(slot => !InstructionSet.TryDescribe(slot, out var description) || description.Form != InstructionForm.Exit);
        return called.Any(slot => InstructionSet.TryDescribe(slot, out var description)
            && description is { Form: InstructionForm.ArithmeticRegister, Operation: BpfOperation.Add } && slot.Source == BpfInstruction.FramePointer);
    }

    private static string? Refusal(VerifierCase @case, BpfInstruction[] slots) =>
        !BpfProgram.TryCreate(slots, out var program, out var fault) ? $"form: {fault}"
        : @case.Verify(program).Refusal is { } refusal ? $"{refusal.Rule}: {refusal}"
        : null;
}
