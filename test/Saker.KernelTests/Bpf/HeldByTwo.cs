using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Maps;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// Maps and programs that a map in the kernel and one in this process may hold, the same for both: none at all, one that cannot be held, and two that can.
/// </summary>
internal sealed class HeldByTwo : IDisposable
{
    private const uint NoDescriptor = 0xffff, NoNumber = 0xffff_ffff;

    private readonly List<KernelMap> _inKernel = [];
    private readonly List<BpfMap> _here = [];
    private readonly List<KernelProgram> _programs = [];
    private readonly List<BpfExecutable> _executables = [];

    /// <summary>Makes what a type of map may hold.</summary>
    public HeldByTwo(MapType type)
    {
        List<uint> given = [NoDescriptor], told = [NoNumber], givenHere = [NoNumber], toldHere = [NoNumber];
        foreach (MapSpec spec in (MapSpec[])[MapCase.Inner with { KeySize = 8 }, MapCase.Inner, MapCase.Inner])
        {
            KernelMap inKernel = KernelMap.Create(spec);
            _inKernel.Add(inKernel);
            Assert.True(BpfMap.TryCreate(spec, Environment, out BpfMap? here, out MapFault? fault), fault?.ToString());
            _here.Add(here);
            bool isMaps = type is MapType.ArrayOfMaps or MapType.HashOfMaps;
            given.Add(isMaps ? (uint)inKernel.Descriptor.DangerousGetHandle() : NoDescriptor);
            told.Add(isMaps ? inKernel.Id : NoNumber);
            givenHere.Add(isMaps ? Environment.Handles.IdOf(here) : NoNumber);
            toldHere.Add(isMaps ? Environment.Handles.IdOf(here) : NoNumber);
        }

        if (type == MapType.ProgramArray)
        {
            for (int place = 2; place < given.Count; place++)
            {
                BpfProgram program = Assembler.Assemble($"r0 = {place}; exit");
                Assert.True(KernelProgram.TryLoad(ProgramType.Xdp, program.Slots, out KernelProgram? loaded, out ProgramRefusal? refusal), refusal?.ToString());
                Assert.True(BpfExecutable.TryCreate(program, new(), out BpfExecutable? executable, out InstructionFault? wrong), wrong?.ToString());
                _programs.Add(loaded);
                _executables.Add(executable);
                (told[place], toldHere[place]) = (loaded.Id, executable.Id);
            }
        }

        InKernel = new HeldThings([.. given], [.. told]);
        Here = new HeldThings([.. givenHere], [.. toldHere]);
    }

    /// <summary>Where the maps of this process are made.</summary>
    public MapEnvironment Environment { get; } = new() { CpuCount = PossibleCpus.Count };

    /// <summary>What the kernel's map is given.</summary>
    public HeldThings InKernel { get; }

    /// <summary>What the map of this process is given.</summary>
    public HeldThings Here { get; }

    /// <summary>Puts programs at some indices of both, which in this process are no bytes: programs are put in as what they are.</summary>
    public void PutPrograms(KernelMap inKernel, BpfMap here)
    {
        if (here is not ProgramArrayMap programs)
        {
            return;
        }

        for (uint index = 0; index < here.MaximumEntries + 1; index += 2)
        {
            int chosen = (int)(index / 2) % _programs.Count;
            BpfError expected = inKernel.Update(BitConverter.GetBytes(index), BitConverter.GetBytes((uint)_programs[chosen].Descriptor.DangerousGetHandle()));
            Assert.Equal(expected, programs.Update(index, _executables[chosen]));
        }
    }

    public void Dispose()
    {
        _inKernel.ForEach(static map => map.Dispose());
        _here.ForEach(static map => map.Dispose());
        _programs.ForEach(static program => program.Dispose());
    }
}
