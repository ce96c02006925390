using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Maps;

namespace Saker.Tests.Bpf.Verification;

/// <summary>The maps that <see cref="EdgePrograms"/> name, in this process, and a processor that programs run on: what one engine has, so that two can be compared.</summary>
internal sealed unsafe class SoundnessWorld : IConstantSource, IDisposable
{
    private static readonly string[] Compared = ["array", "one", "hash", "percpu"];

    private readonly MapHandles _handles = new();
    private readonly BpfMap[] _maps;
    private readonly BpfEngine _engine;
    private readonly MemoryChecks _checks;

    public SoundnessWorld(BpfEngine engine, MemoryChecks checks)
    {
        (_engine, _checks) = (engine, checks);
        MapEnvironment environment = new() { CpuCount = TestMaps.CpuCount, Handles = _handles, HashSeed = 1 };
        _maps = [.. VerifierMapSpecs.All.Select(spec => TestMaps.Create(spec, environment))];
        foreach (BpfMap map in _maps)
        {
            _handles.Add(map);
        }

        Cpu = new BpfCpu(0, Host);
    }

    public BpfCpu Cpu { get; }

    public Chance Host { get; } = new();

    /// <summary>A map by its name.</summary>
    public BpfMap Map(string name) => _maps.Single(map => map.Name == name);

    /// <summary>Makes a program ready. What no path comes to may be anything, also what no engine can do: then there is a fault, unless it is proven.</summary>
    public BpfExecutable? Of(BpfProgram program, ProgramType type, out InstructionFault? fault, VerifierProof? proof = null)
    {
        ExecutionOptions options = new() { Engine = _engine, Checks = _checks, Proof = proof, Type = type, Helpers = HelperTable.ForProgram(type), Constants = this, Maps = _handles, Budget = 5_000_000 };
        return BpfExecutable.TryCreate(program, options, out BpfExecutable? executable, out fault) ? executable : null;
    }

    /// <summary>Runs a program over a frame.</summary>
    /// <returns>What came of it, and the frame behind it.</returns>
    public (RunResult Result, byte[] Packet) Run(BpfExecutable program, ProgramType type, byte[] frame, uint chance)
    {
        Host.Begin(chance);
        PacketContext context = type == ProgramType.Xdp ? new XdpContext() : new SkbContext();
        context.Load(frame);
        RunResult result = program.Run(Cpu, context);
        byte[] packet = new byte[context.Length];
        context.CopyTo(packet);
        return (result, packet);
    }

    /// <summary>All values of the maps.</summary>
    public string Contents()
    {
        List<string> contents = [];
        foreach (BpfMap map in _maps.Where(map => Compared.Contains(map.Name)))
        {
            byte[] value = new byte[map.EntrySize], key = new byte[map.KeySize];
            for (uint number = 0; number < 8; number++)
            {
                BitConverter.TryWriteBytes(key, number);
                contents.Add(map.Lookup(key, value) == BpfError.None ? Convert.ToHexStringLower(value) : "-");
            }
        }

        return string.Join(' ', contents);
    }

    public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
    {
        uint key = 0;
        value = (uint)first >= (uint)_maps.Length ? 0
            : kind is ConstantKind.MapValue or ConstantKind.MapIndexValue ? (ulong)_maps[first].Find((byte*)&key, 0) + (uint)second
            : _maps[first].Handle;
        return value != 0;
    }

    public void Dispose()
    {
        foreach (BpfMap map in _maps)
        {
            map.Dispose();
        }
    }

    /// <summary>What is around a processor, the same for each world.</summary>
    internal sealed class Chance : BpfHost
    {
        private uint _number;

        /// <summary>Begins anew.</summary>
        public void Begin(uint number) => _number = number;

        public override ulong MonotonicTime => 1_000_000UL * ++_number;

        public override uint NextRandom() => _number = (_number * 1_664_525) + 1_013_904_223;
    }
}
