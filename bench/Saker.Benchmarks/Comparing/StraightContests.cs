using System.Runtime.InteropServices;
using Saker.Bpf;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// eBPF programs without loops, maps and helpers over plain memory, beside the interpreter and the JIT of DPDK, which takes no others. An operation is an instruction, since all
/// of a program are run.
/// </summary>
internal static class StraightContests
{
    private const int MemoryLength = 128;

    private static readonly string ObjectPath = Path.GetFullPath("bench/bpf/straight.o");
    private static readonly string Library = Path.GetFullPath("artifacts/peers/dpdk-bpf.so");

    private static readonly (string Name, string Peer, int ByJit, BpfEngine Engine, MemoryChecks Checks)[] Pairs =
    [
        ("interpreted", "DPDK's interpreter", 0, BpfEngine.Interpreter, MemoryChecks.All),
        ("checked", "DPDK's JIT", 1, BpfEngine.Compiled, MemoryChecks.All),
        ("unchecked", "DPDK's JIT", 1, BpfEngine.Compiled, MemoryChecks.None),
    ];

    private delegate nint LoadDpdk(byte[] instructions, int count, int size);

    private delegate long RunDpdk(nint program, int byJit, byte[] memory, int count);

    public static IEnumerable<Contest> All()
    {
        if (!NativeLibrary.TryLoad(Library, out nint library))
        {
            Console.Error.WriteLine($"compare: {Library} is missing, so DPDK's eBPF is left out: bench/install-peers.sh builds it.");
            yield break;
        }

        LoadDpdk load = Marshal.GetDelegateForFunctionPointer<LoadDpdk>(NativeLibrary.GetExport(library, "load_dpdk"));
        RunDpdk run = Marshal.GetDelegateForFunctionPointer<RunDpdk>(NativeLibrary.GetExport(library, "run_dpdk"));
        ObjectSpec spec = BpfObject.TryRead(File.ReadAllBytes(ObjectPath), out ObjectSpec? read, out ObjectFault? fault)
            ? read
            : throw new InvalidOperationException($"{ObjectPath}: {fault}");
        byte[] memory = [.. Enumerable.Range(0, MemoryLength).Select(i => (byte)i)];
        foreach ((string program, string what) in ((string, string)[])[("rounds", "100 dependent rounds, straight"), ("hash", "jhash of 16 words of memory")])
        {
            BpfInstruction[] slots = [.. spec.FindProgram(program)!.Instructions];
            byte[] code = new byte[slots.Length * BpfInstruction.Size];
            for (int i = 0; i < slots.Length; i++)
            {
                slots[i].Write(code.AsSpan(i * BpfInstruction.Size));
            }

            nint peer = load(code, slots.Length, MemoryLength);
            foreach ((string engine, string name, int byJit, BpfEngine kind, MemoryChecks checks) in Pairs)
            {
                Func<int, long> saker = BySaker(slots, kind, checks, memory);
                if (peer == 0 || run(peer, byJit, memory, 1) != saker(1))
                {
                    throw new InvalidOperationException($"DPDK does not take '{program}', or says something else.");
                }

                yield return new Contest($"{what}, {engine}, each", name, count => run(peer, byJit, memory, count), saker) { OperationsPerCount = slots.Length };
            }
        }
    }

    private static Func<int, long> BySaker(BpfInstruction[] slots, BpfEngine engine, MemoryChecks checks, byte[] memory)
    {
        ExecutionOptions options = new() { Engine = engine, Checks = checks };
        if (!BpfProgram.TryCreate(slots, out BpfProgram? program, out InstructionFault? fault) || !BpfExecutable.TryCreate(program, options, out BpfExecutable? executable, out fault))
        {
            throw new InvalidOperationException(fault.ToString());
        }

        BpfCpu cpu = new();
        return count =>
        {
            ulong sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += executable.Run(cpu, memory).Value;
            }

            return (long)sum;
        };
    }
}
