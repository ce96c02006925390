namespace Saker.Bpf.Compilation;

/// <summary>How an access gets to its memory.</summary>
internal enum AccessRoute : byte
{
    /// <summary>It is a local variable.</summary>
    Local,

    /// <summary>At a known place of the frame.</summary>
    Frame,

    /// <summary>At a known place of the context.</summary>
    Context,

    /// <summary>At a known place of the packet, which is known to be long enough.</summary>
    Packet,

    /// <summary>At its address, without a question.</summary>
    Direct,

    /// <summary>It is looked up.</summary>
    LookedUp,
}

/// <summary>How a function reaches memory: by which route each access, and what it needs for that.</summary>
internal sealed class AccessPlan
{
    private readonly CompilationUnit _unit;
    private readonly HashSet<(int Offset, int Size)> _variables = [];

    private AccessPlan(CompilationUnit unit) => _unit = unit;

    /// <summary>Bytes of the frame that are local variables.</summary>
    public IReadOnlySet<(int Offset, int Size)> Variables => _variables;

    /// <summary>Whether the frame is needed in memory.</summary>
    public bool UsesFrame => FrameBegin < FrameEnd;

    /// <summary>The first byte of the frame that is used in memory, from the end of the frame.</summary>
    public int FrameBegin { get; private set; }

    /// <summary>Behind the last one.</summary>
    public int FrameEnd { get; private set; } = -AddressSpace.FrameSize;

    /// <summary>Whether the context is read or written at known places.</summary>
    public bool UsesContext { get; private set; }

    /// <summary>Whether the packet is read or written at known places.</summary>
    public bool UsesPacket { get; private set; }

    /// <summary>The sizes of plain accesses that are looked up, and whether they write.</summary>
    public SortedSet<(int Size, bool Writes)> LookUps { get; } = [];

    /// <summary>Plans a method.</summary>
    /// <param name="unit">The program.</param>
    /// <param name="function">The function.</param>
    /// <param name="blocks">Those of its blocks that the method has.</param>
    /// <param name="hasVariables">Whether parts of the frame may be local variables.</param>
    public static AccessPlan Of(CompilationUnit unit, CodeFunction function, IReadOnlyList<CodeBlock> blocks, bool hasVariables)
    {
        AccessPlan plan = new(unit);
        Insight insight = unit.Insights[function];
        HashSet<(int Offset, int Size)> inMemory = [], plain = [];
        foreach ((CodeInstruction instruction, KnownState state) in unit.Walk(function, blocks))
        {
            if (instruction.IsAccess)
            {
                plan.Add(instruction, state, plain, inMemory);
            }

            foreach ((int register, int size) in unit.Transfer.Bind(instruction, state).Reads())
            {
                plan.AddArgument(state[register], size, state.PacketBytes, inMemory);
            }
        }

        plan.Divide(plain, inMemory, hasVariables && !insight.FrameEscapes);
        if (insight.FrameEscapes)
        {
            (plan.FrameBegin, plan.FrameEnd) = (-AddressSpace.FrameSize, 0);
        }

        return plan;
    }

    /// <summary>How an access gets to its memory.</summary>
    public AccessRoute RouteOf(CodeInstruction access, KnownState state)
    {
        Knowledge place = state[access.Base];
        long offset = place.Number + access.Offset;
        if (FrameUse.Holds(place, access.Offset, access.Size))
        {
            return _variables.Contains(((int)offset, access.Size)) ? AccessRoute.Local : AccessRoute.Frame;
        }

        return _unit.Checks == MemoryChecks.None ? AccessRoute.Direct : RouteOf(place, offset, access.Size, access.Writes, state.PacketBytes);
    }

    /// <summary>How bytes that a bound call reads are got at.</summary>
    public AccessRoute RouteOf(Knowledge place, int size, int packetBytes) =>
        FrameUse.Holds(place, 0, size) ? AccessRoute.Frame
        : _unit.Checks == MemoryChecks.None ? AccessRoute.Direct
        : RouteOf(place, place.Number, size, writes: false, packetBytes);

    private AccessRoute RouteOf(Knowledge place, long offset, int size, bool writes, int packetBytes) => place.Kind switch
    {
        KnownAs.Context when _unit.Layout is { } layout && offset >= 0 && offset + size <= layout.Size && (layout.IsWritable || !writes) => AccessRoute.Context,
        KnownAs.Packet when offset >= 0 && offset + size <= packetBytes => AccessRoute.Packet,
        KnownAs.Value when _unit.Maps.MayUse(place.Map, offset, size, writes) => AccessRoute.Direct,
        KnownAs.Address when _unit.Maps.MayUse((ulong)offset, size, writes) => AccessRoute.Direct,
        _ => AccessRoute.LookedUp,
    };

    private void AddArgument(Knowledge place, int size, int packetBytes, HashSet<(int Offset, int Size)> inMemory)
    {
        AccessRoute route = RouteOf(place, size, packetBytes);
        Need(route);
        if (route == AccessRoute.Frame)
        {
            inMemory.Add(((int)place.Number, size));
        }
    }

    private void Add(CodeInstruction access, KnownState state, HashSet<(int Offset, int Size)> plain, HashSet<(int Offset, int Size)> inMemory)
    {
        bool isPlain = access.Operation is BpfOperation.Load or BpfOperation.LoadSigned or BpfOperation.Store;
        AccessRoute route = RouteOf(access, state);
        Need(route);
        if (route == AccessRoute.Frame)
        {
            (isPlain ? plain : inMemory).Add(((int)state[access.Base].Number + access.Offset, access.Size));
        }
        else if (route == AccessRoute.LookedUp && isPlain)
        {
            LookUps.Add((access.Size, access.Writes));
        }
    }

    private void Need(AccessRoute route)
    {
        UsesContext |= route == AccessRoute.Context;
        UsesPacket |= route == AccessRoute.Packet;
    }

    /// <summary>What is always used with the same size and nothing else laps over becomes a variable.</summary>
    private void Divide(HashSet<(int Offset, int Size)> plain, HashSet<(int Offset, int Size)> inMemory, bool hasVariables)
    {
        foreach ((int Offset, int Size) part in plain)
        {
            if (hasVariables && !inMemory.Contains(part) && !plain.Concat(inMemory).Any(other => other != part && other.Offset < part.Offset + part.Size && part.Offset < other.Offset + other.Size))
            {
                _variables.Add(part);
            }
        }

        foreach ((int offset, int size) in plain.Except(_variables).Concat(inMemory))
        {
            FrameBegin = Math.Min(FrameBegin, offset);
            FrameEnd = Math.Max(FrameEnd, offset + size);
        }
    }
}
