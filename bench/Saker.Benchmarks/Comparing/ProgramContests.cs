using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// eBPF programs: the kernel's JIT by <c>BPF_PROG_TEST_RUN</c> with a repeat, and what gcc makes of the same computation, beside Saker's interpreter and compiled code with
/// checks and, as Saker's verifier proves the programs, without. The time of an empty program is taken off each that runs one; gcc's code is called as it is.
/// </summary>
internal static class ProgramContests
{
    private static readonly TimeSpan RunTime = TimeSpan.FromMilliseconds(20);

    private const string KernelPeer = "kernel's JIT", NativePeer = "gcc -O2";

    private static readonly string ObjectPath = Path.GetFullPath("bench/bpf/programs.o");
    private static readonly string NativeLibraryPath = Path.GetFullPath("artifacts/peers/native.so");

    private static readonly (string Name, BpfEngine Engine, bool Verifies)[] Engines =
    [
        ("proven", BpfEngine.Compiled, true),
        ("checked", BpfEngine.Compiled, false),
        ("interpreted", BpfEngine.Interpreter, false),
    ];

    private delegate long RunNative(int what, byte[] packet, int count);

    public static IEnumerable<Contest> All()
    {
        ObjectSpec spec = BpfObject.TryRead(File.ReadAllBytes(ObjectPath), out ObjectSpec? read, out ObjectFault? fault)
            ? read
            : throw new InvalidOperationException($"{ObjectPath}: {fault}");
        using KernelObject? kernel = LoadInKernel(spec);
        RunNative? native = FindNative();
        foreach ((string engine, BpfEngine kind, bool verifies) in Engines)
        {
            foreach (ProgramWork work in ProgramWork.All())
            {
                using LoadedObject? loaded = Load(spec, work, kind, verifies);
                foreach (Contest contest in loaded is null ? [] : Of(work, engine, loaded, kernel, native))
                {
                    yield return contest;
                }

                if (kind == BpfEngine.Interpreter && work.Program == "chain" && loaded is not null && kernel is not null)
                {
                    yield return AnInstruction(spec, work, loaded, kernel);
                }
            }
        }
    }

    private static IEnumerable<Contest> Of(ProgramWork work, string engine, LoadedObject loaded, KernelObject? kernel, RunNative? native)
    {
        string what = $"{work.What}, {engine}";
        if (kernel is not null)
        {
            // Which address comes next is counted.
            kernel.WriteVariable("turn", 0u);
            loaded.WriteVariable("turn", 0u);
            Check(work, kernel.Program(work.Program).TestRun(work.Packet, default).Value, loaded);
            yield return new Contest(what, KernelPeer, _ => 0, BySaker(loaded, work.Program, work.Packet))
            {
                PeerTime = ByKernel(kernel, work),
                SakerIdle = BySaker(loaded, ProgramWork.Empty, work.Packet),
            };
        }

        if (native is not null && work.Native is { } number)
        {
            Check(work, (uint)native(number, work.Packet, 1), loaded);
            yield return new Contest(what, NativePeer, count => native(number, work.Packet, count), BySaker(loaded, work.Program, work.Packet))
            {
                SakerIdle = BySaker(loaded, ProgramWork.Empty, work.Packet),
            };
        }
    }

    private static Contest AnInstruction(ObjectSpec spec, ProgramWork work, LoadedObject loaded, KernelObject kernel) =>
        new("an instruction of it, interpreted", KernelPeer, _ => 0, BySaker(loaded, work.Program, work.Packet))
        {
            PeerTime = ByKernel(kernel, work),
            SakerIdle = BySaker(loaded, ProgramWork.Empty, work.Packet),
            OperationsPerCount = InstructionsOf(spec, work),
        };

    /// <summary>How many instructions a run does: the smallest budget that is enough.</summary>
    private static int InstructionsOf(ObjectSpec spec, ProgramWork work)
    {
        int low = 0;
        int high = 1 << 20;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            using LoadedObject loaded = Load(spec, work, BpfEngine.Interpreter, verifies: false, middle)!;
            (low, high) = Run(loaded, work).IsCompleted ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>Loads a program and the empty one into this process; null: they cannot be loaded so.</summary>
    private static LoadedObject? Load(ObjectSpec spec, ProgramWork work, BpfEngine engine, bool verifies, long? budget = null)
    {
        ObjectLoadOptions options = new() { Engine = engine, Verifies = verifies, Programs = [ProgramWork.Empty, work.Program] };
        options = budget is { } most ? options with { Budget = most } : options;
        if (!LoadedObject.TryLoad(spec, options, out LoadedObject? loaded, out LoadFault? fault))
        {
            Console.Error.WriteLine($"compare: '{work.What}' is left out: {fault}");
            return null;
        }

        BpfExecutable executable = loaded.Program(work.Program).Executable;
        if (executable.Engine != engine || executable.Proof is not null != verifies)
        {
            Console.Error.WriteLine($"compare: '{work.What}' is left out: it is {(executable.Engine == engine ? "not proven" : $"not run by the engine {engine} here")}");
            loaded.Dispose();
            return null;
        }

        ProgramWork.Fill(loaded);
        return loaded;
    }

    private static KernelObject? LoadInKernel(ObjectSpec spec)
    {
        if (!KernelObject.TryLoad(spec, out KernelObject? kernel, out KernelRefusal? refusal))
        {
            Console.Error.WriteLine($"compare: the kernel does not load the programs, so its JIT is left out: {refusal}");
            return null;
        }

        ProgramWork.Fill(kernel);
        return kernel;
    }

    private static RunNative? FindNative()
    {
        if (NativeLibrary.TryLoad(NativeLibraryPath, out nint library))
        {
            return Marshal.GetDelegateForFunctionPointer<RunNative>(NativeLibrary.GetExport(library, "run_native"));
        }

        Console.Error.WriteLine($"compare: {NativeLibraryPath} is missing, so gcc's code is left out: bench/install-peers.sh builds it.");
        return null;
    }

    private static void Check(ProgramWork work, uint expected, LoadedObject loaded)
    {
        RunResult result = Run(loaded, work);
        if (!result.IsCompleted || (uint)result.Value != expected)
        {
            throw new InvalidOperationException($"The program '{work.Program}' gives {(result.IsCompleted ? (uint)result.Value : result.Fault)} and should give {expected}.");
        }
    }

    private static RunResult Run(LoadedObject loaded, ProgramWork work)
    {
        XdpContext context = new();
        context.Load(work.Packet);
        return loaded.Program(work.Program).Run(new BpfCpu(), context);
    }

    /// <summary>
    /// The kernel tells the mean of many runs, in whole nanoseconds. To measure the call instead is no use: to set up a run over and over (the dispatcher of XDP programs) takes it
    /// milliseconds.
    /// </summary>
    private static Func<double> ByKernel(KernelObject kernel, ProgramWork work)
    {
        const int FewRuns = 1000, MostRuns = 1 << 20;
        KernelProgram program = kernel.Program(work.Program);
        KernelProgram empty = kernel.Program(ProgramWork.Empty);
        int count = (int)Math.Min(MostRuns, RunTime.TotalNanoseconds / Math.Max(1, program.TestRun(work.Packet, default, FewRuns).Nanoseconds));
        return () => (double)program.TestRun(work.Packet, default, count).Nanoseconds - empty.TestRun(work.Packet, default, count).Nanoseconds;
    }

    private static Func<int, long> BySaker(LoadedObject loaded, string name, byte[] packet)
    {
        LoadedProgram program = loaded.Program(name);
        BpfCpu cpu = new();
        XdpContext context = new();
        context.Load(packet);
        return count =>
        {
            ulong sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += program.Run(cpu, context).Value;
            }

            return (long)sum;
        };
    }
}
