using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>The same maps in the kernel and for each engine: an array, a hash and both for each CPU, with keys of 4 and values of 16 bytes, too small for all keys.</summary>
internal sealed class DifferentialMaps : IDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 4;

    /// <summary>Bytes of a value.</summary>
    public const int ValueSize = 16;

    /// <summary>Keys that programs use are below this.</summary>
    public const int Keys = 8;

    private const uint Entries = 6;

    private static readonly MapType[] Types = [MapType.Array, MapType.Hash, MapType.PerCpuArray, MapType.PerCpuHash];

    private readonly KernelMap[] _kernel = [.. Types.Select(type => KernelMap.Create(Spec(type)))];
    private readonly World[] _worlds = [.. Enumerable.Range(0, XdpEngines.Count).Select(_ => new World())];

    /// <summary>Puts descriptors into the places of a program that name maps.</summary>
    public void BindForKernel(Span<BpfInstruction> slots)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i].Opcode == InstructionSet.WideOpcode && slots[i].Source == (byte)ConstantKind.Map)
            {
                slots[i] = slots[i].WithImmediate((int)_kernel[slots[i].Immediate].Descriptor.DangerousGetHandle());
            }
        }
    }

    /// <summary>Gives an engine its maps.</summary>
    public ExecutionOptions For(int engine, ExecutionOptions options) => options with { Helpers = HelperTable.ForProgram(ProgramType.Xdp), Maps = _worlds[engine].Handles, Constants = _worlds[engine] };

    /// <summary>Makes them all empty.</summary>
    public void Clear()
    {
        for (var number = 0; number < Count; number++)
        {
            foreach (var map in Everywhere(number))
            {
                var zero = new byte[map.EntrySize];
                for (var key = 0; key < Keys; key++)
                {
                    var error = map.Type is MapType.Array or MapType.PerCpuArray ? map.Update(BitConverter.GetBytes(key), zero) : map.Delete(BitConverter.GetBytes(key));
                    Assert.True(error is BpfError.None or BpfError.NotFound || key >= Entries, $"{map.Type}: {error}");
                }
            }
        }
    }

    /// <summary>Compares what lies in them; per CPU, on the first.</summary>
    public void Compare(string what)
    {
        for (var number = 0; number < Count; number++)
        {
            var contents = Everywhere(number).Select(Contents).ToArray();
            for (var i = 1; i < contents.Length; i++)
            {
                Assert.True(contents[i] == contents[0], $"{what}:\nthe {Types[number]} of engine {i} holds {contents[i]}\nthe kernel's {contents[0]}");
            }
        }
    }

    public void Dispose()
    {
        foreach (var map in Enumerable.Range(0, Count).SelectMany(Everywhere))
        {
            map.Dispose();
        }
    }

    private static MapSpec Spec(MapType type) => new() { Name = "map", Type = type, KeySize = sizeof(int), ValueSize = ValueSize, MaximumEntries = Entries };

    private static string Contents(IBpfMap map)
    {
        var value = new byte[map.EntrySize];
        return string.Join(' ', Enumerable.Range(0, Keys).Select(key =>
            map.Lookup(BitConverter.GetBytes(key), value) == BpfError.None ? $"{key}:{Convert.ToHexStringLower(value.AsSpan(0, ValueSize))}" : $"{key}:none"));
    }

    private IEnumerable<IBpfMap> Everywhere(int number) => [_kernel[number], .. _worlds.Select(world => world.Maps[number])];

    /// <summary>The maps of one engine.</summary>
    private sealed class World : IConstantSource
    {
        public World()
        {
            MapEnvironment environment = new() { Handles = Handles };
            foreach (var type in Types)
            {
                Assert.True(BpfMap.TryCreate(Spec(type), environment, out var map, out var fault), fault?.ToString());
                Handles.Add(map);
                Maps.Add(map);
            }
        }

        public MapHandles Handles { get; } = new();

        public List<BpfMap> Maps { get; } = [];

        public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            value = kind == ConstantKind.Map && first < Maps.Count ? Maps[first].Handle : 0;
            return value != 0;
        }
    }
}
