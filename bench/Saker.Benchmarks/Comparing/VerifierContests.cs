using System.Globalization;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Verification;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// The verifier beside the kernel's, which tells how long it took (<c>BPF_LOG_STATS</c>, as root): programs of the tree's objects, and large ones that are made here. Both start anew in each round.
/// The second table says how much work it was, of which both should have as much.
/// </summary>
internal static class VerifierContests
{
    private const string Peer = "kernel's verifier", Objects = "test/vectors/bpf/programs";
    private const int WarmUps = 12, LeastRounds = 5, MostRounds = 25;
    private static readonly TimeSpan LongestTurns = TimeSpan.FromSeconds(6);

    public static void Run()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Console.Error.WriteLine("compare: the kernel's verifier is asked by root alone: the times are Saker's.");
        }

        List<string> works = [];
        foreach (VerifierWorkload workload in OfObjects().Concat(Made()))
        {
            works.Add(Compare(workload));
        }

        Console.WriteLine();
        Console.WriteLine($"| {"what",-44} | {"instructions",12} | {"kernel's",12} | {"states",8} | {"kernel's",8} | {"peak",8} | {"kernel's",8} | {"MB kept",7} | {"MB allocated",12} |");
        Console.WriteLine($"|{new string('-', 46)}|{string.Concat(Enumerable.Repeat("-------------:|", 2))}{string.Concat(Enumerable.Repeat("---------:|", 4))}--------:|-------------:|");
        works.ForEach(Console.WriteLine);
    }

    private static string Compare(VerifierWorkload workload)
    {
        VerifierResult result = workload.Verify();
        for (int i = 0; i < WarmUps && result.Statistics.Time * WarmUps < LongestTurns; i++)
        {
            result = workload.Verify();
        }

        VerifierWork? kernel = Environment.IsPrivilegedProcess ? workload.AskKernel() : null;
        int rounds = Math.Clamp((int)(LongestTurns / (result.Statistics.Time + (kernel?.Time ?? TimeSpan.Zero))), LeastRounds, MostRounds);
        double[] peer = new double[rounds];
        double[] saker = new double[rounds];
        long allocated = 0;
        for (int i = 0; i < rounds; i++)
        {
            peer[i] = kernel is null ? double.NaN : workload.AskKernel()?.Time?.TotalMilliseconds ?? double.NaN;
            long before = GC.GetAllocatedBytesForCurrentThread();
            result = workload.Verify();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            saker[i] = result.Statistics.Time.TotalMilliseconds;
        }

        double bytes = (double)allocated / rounds;
        Arena.WriteLine(workload.What, kernel is null ? "none" : Peer, "ms", peer, saker, null, isNoise: double.IsNaN(peer[0]));
        VerifierStatistics mine = result.Statistics;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.What,-44} | {mine.ProcessedInstructions,12:N0} | {kernel?.ProcessedInstructions,12:N0} | {mine.States,8:N0} | {kernel?.States,8:N0} | {mine.PeakStates,8:N0} | {kernel?.PeakStates,8:N0} | {mine.PeakStateBytes / 1e6,7:N1} | {bytes / 1e6,12:N1} |");
    }

    private static IEnumerable<VerifierWorkload> OfObjects()
    {
        foreach (string name in (string[])["dns_filter", "buffers", "tcp_options", "vxlan", "nat_xdp", "load_balancer"])
        {
            byte[] file = File.ReadAllBytes(Path.Combine(Objects, $"{name}.v3.o"));
            ObjectSpec spec = BpfObject.TryRead(file, out ObjectSpec? read, out ObjectFault? fault) ? read : throw new InvalidOperationException($"{name}: {fault}");
            ProgramSpec program = spec.Programs[0];
            yield return new($"{name}.v3, {program.Instructions.Length:N0} slots", () => spec.Verify(program, null, out InstructionFault? wrong) ?? throw new InvalidOperationException($"{name}: {wrong}"), () =>
            {
                KernelObjectOptions options = new() { Programs = [program.Name], CountsWork = true };
                using KernelObject loaded = KernelObject.TryLoad(spec, out KernelObject? made, out KernelRefusal? refusal, options) ? made : throw new InvalidOperationException($"{name}: {refusal}");
                return loaded.Program(program.Name).Work;
            });
        }
    }

    private static IEnumerable<VerifierWorkload> Made()
    {
        yield return Made("straight code", LargePrograms.Straight(100_000));
        yield return Made("straight code", LargePrograms.Straight(1_000_000));
        yield return Made("ways that meet and differ", LargePrograms.Branches(100_000));
        yield return Made("ways that meet alike", LargePrograms.Diamonds(30_000));
        yield return Made("a loop of 300,000 turns", LargePrograms.Loop(300_000));
        yield return Made("250 functions of 75 slots", LargePrograms.Functions(250));
        yield return Made("a full stack written again", LargePrograms.FullStacks(900_000));
    }

    private static VerifierWorkload Made(string what, BpfInstruction[] slots)
    {
        BpfProgram program = BpfProgram.Create(slots);
        VerifierOptions options = new() { Type = ProgramType.SchedulerClassifier };
        return new(what.Contains("slots", StringComparison.Ordinal) ? what : $"{what}, {slots.Length:N0} slots", () => BpfVerifier.Verify(program, options), () =>
        {
            bool isTaken = KernelProgram.TryLoad(options.Type, slots, new LoadOptions { CountsWork = true }, out KernelProgram? loaded, out ProgramRefusal? refusal);
            using (loaded)
            {
                return isTaken ? loaded!.Work : refusal!.Work;
            }
        });
    }

    /// <summary>A program, and how it is verified by both.</summary>
    private sealed record VerifierWorkload(string What, Func<VerifierResult> Verify, Func<VerifierWork?> AskKernel);
}
