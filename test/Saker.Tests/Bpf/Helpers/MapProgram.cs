using Saker.Bpf;

namespace Saker.Tests.Bpf.Helpers;

/// <summary>Programs in text with maps, which they name by their place, <c>map[fd:0]</c>.</summary>
internal sealed class MapProgram(BpfEngine engine, ProgramType type, params BpfMap[] maps) : IConstantSource
{
    public MapHandles Handles { get; } = new();

    public MemoryChecks Checks { get; init; }

    /// <summary>Makes a program ready.</summary>
    public BpfExecutable Of(string text)
    {
        ExecutionOptions options = new()
        {
            Engine = engine,
            Checks = Checks,
            Type = type,
            Helpers = HelperTable.ForProgram(type),
            KernelFunctions = KernelFunctionTable.ForProgram(type),
            Constants = this,
            Maps = Handles,
            Budget = 20_000_000,
        };
        Assert.True(BpfExecutable.TryCreate(Assembler.Assemble(text), options, out var executable, out var fault), fault?.ToString());
        return executable;
    }

    /// <summary>Runs a program over a frame of 60 bytes, or over what is given.</summary>
    public RunResult Run(string text, BpfContext? context = null, BpfCpu? cpu = null) => Of(text).Run(cpu ?? new BpfCpu(), context ?? Frame());

    /// <summary>Runs a program that ends by itself.</summary>
    public ulong Value(string text, BpfContext? context = null, BpfCpu? cpu = null)
    {
        var result = Run(text, context, cpu);
        Assert.True(result.IsCompleted, $"{text}: {result.Fault}");
        return result.Value;
    }

    public static XdpContext Frame()
    {
        XdpContext context = new();
        context.Load(new byte[60]);
        return context;
    }

    public unsafe bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
    {
        value = Handles.Add(maps[first]);
        uint key = 0;
        value = kind == ConstantKind.MapValue ? (ulong)maps[first].Find((byte*)&key, 0) + (uint)second : value;
        return true;
    }
}
