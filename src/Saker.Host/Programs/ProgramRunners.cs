using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Scheduling;

namespace Saker.Host.Programs;

/// <summary>One program made ready in each of several engines, every one with maps of its own.</summary>
public sealed class ProgramRunners : IDisposable
{
    private readonly List<IProgramRunner> _all = [];

    private ProgramRunners(int cpu) => Cpu = cpu;

    /// <summary>The runners, in the order of the engines that were asked for.</summary>
    public IReadOnlyList<IProgramRunner> All => _all;

    /// <summary>The number of the CPU whose values programs change in per-CPU maps.</summary>
    public int Cpu { get; }

    /// <summary>Whether one of them is the kernel.</summary>
    public bool AsksKernel => _all.Exists(runner => runner is KernelRunner);

    /// <summary>Makes a program ready.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="program">A program that runs over packets (<see cref="ProcessRunner.CanRun"/>).</param>
    /// <param name="engines">The engines. Where the kernel is one of them, all get its types and its configuration.</param>
    /// <param name="runners">The runners; null where there is a fault.</param>
    /// <param name="fault">Why it cannot be made ready in one of them, in one line.</param>
    public static bool TryCreate(
        ObjectSpec spec,
        ProgramSpec program,
        IReadOnlyList<ProgramEngine> engines,
        [NotNullWhen(true)] out ProgramRunners? runners,
        [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(engines);
        bool asksKernel = engines.Contains(ProgramEngine.Kernel);
        runners = new ProgramRunners(asksKernel ? Thread.GetCurrentProcessorId() : 0);
        fault = null;
        try
        {
            // Nobody shares the maps of a run.
            spec = spec with { Maps = [.. spec.Maps.Select(map => map with { IsPinnedByName = false })] };
            string[] programs = [.. TailCalls.Reachable(spec, [program.Name])];
            BtfSpec? types = asksKernel && spec.Programs.Any(known => !known.CoreRelocations.IsEmpty) ? KernelTypes.Own : null;
            foreach (ProgramEngine engine in engines)
            {
                fault = engine == ProgramEngine.Kernel ? runners.AddKernel(spec, program, programs) : runners.AddProcess(spec, program, new ObjectLoadOptions
                {
                    Engine = engine == ProgramEngine.Interpreter ? BpfEngine.Interpreter : BpfEngine.Compiled,
                    Checks = engine == ProgramEngine.Unchecked ? MemoryChecks.None : MemoryChecks.All,
                    Programs = programs,
                    CpuCount = asksKernel ? PossibleCpus.Count : 1,
                    RelocationTypes = types,
                    Configuration = asksKernel ? KernelConfiguration.Values : ConfigurationValues.Reference,
                });
                if (fault is not null)
                {
                    break;
                }
            }
        }
        catch (KernelException exception)
        {
            fault = exception.Message;
        }

        if (fault is not null)
        {
            runners.Dispose();
            runners = null;
        }

        return runners is not null;
    }

    /// <summary>
    /// Does work that runs them. Where the kernel is one of them, on the CPU whose number all have: each CPU has values of its own in per-CPU maps.
    /// </summary>
    public void OnTheirCpu(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!AsksKernel)
        {
            work();
            return;
        }

        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                ThreadAffinity.Bind(Cpu);
                work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IProgramRunner runner in _all)
        {
            runner.Dispose();
        }
    }

    private string? AddProcess(ObjectSpec spec, ProgramSpec program, ObjectLoadOptions options)
    {
        if (!LoadedObject.TryLoad(spec, options, out LoadedObject? loaded, out LoadFault? fault))
        {
            return fault.ToString();
        }

        LoadedProgram made = loaded.Program(program.Name);
        _all.Add(new ProcessRunner(loaded, made, Cpu));
        return options.Engine == BpfEngine.Compiled && made.Executable.Engine == BpfEngine.Interpreter
            ? $"program '{program.Name}': it cannot be compiled here; run it with --engine interpreter"
            : null;
    }

    private string? AddKernel(ObjectSpec spec, ProgramSpec program, string[] programs)
    {
        if (!KernelObject.TryLoad(spec, out KernelObject? loaded, out KernelRefusal? refusal, new KernelObjectOptions { Programs = programs }))
        {
            return $"the kernel: {refusal}";
        }

        _all.Add(new KernelRunner(loaded, loaded.Program(program.Name)));
        return null;
    }
}
