using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>
/// The registers, stack and memory of a program that runs. It is made once for an interpreter, and a run allocates nothing. Everything that a program can reach lies
/// in its regions, and every access is looked up there. What runs with each instruction is compiled at full speed at once, here and in the handlers: a program may run once only.
/// </summary>
internal sealed unsafe class ExecutionState : IHelperCaller
{
    /// <summary>How often <c>may_goto</c> lets a loop of a function go on (<c>BPF_MAX_LOOPS</c>).</summary>
    public const uint LoopsOfFunction = 8 * 1024 * 1024;

    private const int RegisterFileSize = 16;
    /// <summary>Regions that a run may be given.</summary>
    public const int MaximumRegions = 4;


    private readonly CallFrame[] _frames = new CallFrame[AddressSpace.MaximumFrames];
    private readonly MemoryRegion[] _regions = new MemoryRegion[MaximumRegions];
    private readonly byte[] _stack = GC.AllocateArray<byte>((AddressSpace.MaximumFrames * AddressSpace.FrameStride) + CacheLine, pinned: true);
    private readonly byte* _stackMemory;
    private readonly DecodedInstruction[] _code;
    private readonly IMemoryRegions? _otherRegions;
    private readonly HelperTable _helpers;
    private Registers _registers;
    private MemoryRegion _recent;
    private int _regionCount;
    private int _depth;

    /// <summary>Creates the state of a program.</summary>
    /// <param name="code">Its instructions, in pinned memory.</param>
    /// <param name="functions">Which slots may be called by register.</param>
    /// <param name="helpers">The helpers.</param>
    /// <param name="otherRegions">Regions beside stack and arguments.</param>
    public ExecutionState(DecodedInstruction[] code, HashSet<int> functions, HelperTable helpers, IMemoryRegions? otherRegions)
    {
        _code = code;
        Functions = functions;
        _helpers = helpers;
        _otherRegions = otherRegions;
        Code = (DecodedInstruction*)Unsafe.AsPointer(ref code[0]);
        _stackMemory = (byte*)(((nuint)Unsafe.AsPointer(ref _stack[0]) + (CacheLine - 1)) & ~(nuint)(CacheLine - 1));
    }

    private const int CacheLine = 64;

    /// <summary>The first instruction.</summary>
    public DecodedInstruction* Code { get; }

    /// <summary>The slots at which functions begin.</summary>
    public HashSet<int> Functions { get; }

    /// <summary>The packet for legacy loads.</summary>
    public MemoryRegion Packet { get; set; }

    /// <summary>How many instructions may still be done. What a loop has taken ahead is not in it.</summary>
    public long Budget { get; set; }

    /// <summary>Why the run is over, if not by itself.</summary>
    public RunFault Fault { get; private set; }

    /// <summary>How many loops <c>may_goto</c> grants the active function.</summary>
    public uint Loops;

    /// <summary>A register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref ulong Register(int number) => ref Unsafe.Add(ref Unsafe.As<Registers, ulong>(ref _registers), number);

    /// <summary>Makes ready for a run: a fresh frame, no regions, no fault.</summary>
    /// <param name="budget">How many instructions may be done.</param>
    public void Reset(long budget)
    {
        Budget = budget;
        Fault = default;
        Packet = default;
        Loops = LoopsOfFunction;
        _registers = default;
        _regionCount = 0;
        _depth = 0;
        _frames[0].Return = null;
        EnterFrame();
    }

    /// <summary>Gives the program a region for this run.</summary>
    public void AddRegion(in MemoryRegion region) => _regions[_regionCount++] = region;

    /// <summary>Stops the program at an instruction.</summary>
    public DecodedInstruction* Stop(DecodedInstruction* at, RunFaultKind kind, ulong address = 0, uint size = 0)
    {
        Fault = new RunFault(kind, (int)(at - Code), address, size);
        return null;
    }

    /// <summary>Finds the memory of an access.</summary>
    /// <param name="at">The instruction.</param>
    /// <param name="address">The address, as the program has it.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>The memory; null: the access is not allowed, and the program is stopped.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Readable(DecodedInstruction* at, ulong address, uint size)
    {
        ulong offset = address - _recent.Address;
        return offset < _recent.Length && size <= _recent.Length - offset ? _recent.Memory + offset : FindOrStop(at, address, size, writes: false);
    }

    /// <inheritdoc cref="Readable"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Writable(DecodedInstruction* at, ulong address, uint size)
    {
        ulong offset = address - _recent.Address;
        return offset < _recent.Length && size <= _recent.Length - offset && _recent.IsWritable
            ? _recent.Memory + offset
            : FindOrStop(at, address, size, writes: true);
    }

    /// <summary>Enters a function: keeps what it must not change, and gives it a frame.</summary>
    /// <param name="at">The call.</param>
    /// <param name="function">Its first instruction.</param>
    /// <param name="goesOnAt">Where the caller goes on; null: outside of the program.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public DecodedInstruction* Enter(DecodedInstruction* at, DecodedInstruction* function, DecodedInstruction* goesOnAt)
    {
        if (_depth == AddressSpace.MaximumFrames - 1)
        {
            return Stop(at, RunFaultKind.CallsTooDeep);
        }

        ref CallFrame frame = ref _frames[++_depth];
        frame.Return = goesOnAt;
        frame.R6 = Register(6);
        frame.R7 = Register(7);
        frame.R8 = Register(8);
        frame.R9 = Register(9);
        frame.Loops = Loops;
        Loops = LoopsOfFunction;
        EnterFrame();
        return function;
    }

    /// <summary>Leaves a function.</summary>
    /// <returns>Where its caller goes on; null: outside of the program.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public DecodedInstruction* Leave()
    {
        ref CallFrame frame = ref _frames[_depth];
        if (_depth == 0)
        {
            return null;
        }

        Register(6) = frame.R6;
        Register(7) = frame.R7;
        Register(8) = frame.R8;
        Register(9) = frame.R9;
        Loops = frame.Loops;
        Register(BpfInstruction.FramePointer) -= AddressSpace.FrameStride;
        _depth--;
        _recent = FrameRegion(_depth);
        return frame.Return;
    }

    /// <summary>Calls a helper, or by register also a function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public DecodedInstruction* CallByNumber(DecodedInstruction* at, ulong number)
    {
        if (_helpers.TryGet(number, out BpfHelper? helper))
        {
            Register(0) = helper(this, Register(1), Register(2), Register(3), Register(4), Register(5));
            if (Fault.Kind == RunFaultKind.None)
            {
                return at + 1;
            }

            Fault = Fault with { Slot = (int)(at - Code) };
            return null;
        }

        return FunctionAt(number) is var slot and >= 0 ? Enter(at, Code + slot, at + 1) : Stop(at, RunFaultKind.UnknownCallee, number);
    }

    /// <inheritdoc/>
    public bool TryGetMemory(ulong address, int length, bool writes, out Span<byte> bytes)
    {
        byte* memory = length < 0 ? null : Find(address, (uint)length, writes);
        bytes = new Span<byte>(memory, memory is null ? 0 : length);
        if (memory is null)
        {
            Fault = new RunFault(writes ? RunFaultKind.OutsideWrite : RunFaultKind.OutsideRead, 0, address, (uint)length);
        }

        return memory is not null;
    }

    /// <inheritdoc/>
    public bool TryCall(ulong function, ulong r1, ulong r2, ulong r3, out ulong value)
    {
        value = 0;
        int slot = FunctionAt(function);
        if (Fault.Kind != RunFaultKind.None)
        {
            return false;
        }

        if (slot < 0)
        {
            Fault = new RunFault(RunFaultKind.UnknownCallee, 0, function);
            return false;
        }

        if (Enter(Code, Code + slot, goesOnAt: null) is null)
        {
            return false;
        }

        (Register(1), Register(2), Register(3)) = (r1, r2, r3);
        InterpreterLoop.Run(this, Code + slot);
        value = Register(0);
        return Fault.Kind == RunFaultKind.None;
    }

    /// <inheritdoc/>
    public void Fail() => Fault = new RunFault(RunFaultKind.HelperFailed, 0);

    private int FunctionAt(ulong address)
    {
        ulong offset = address - AddressSpace.Code;
        int slot = offset % BpfInstruction.Size == 0 && offset / BpfInstruction.Size < (ulong)_code.Length ? (int)(offset / BpfInstruction.Size) : -1;
        return Functions.Contains(slot) ? slot : -1;
    }

    /// <summary>A frame begins with zeros, so that what a program reads there is the same in every run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EnterFrame()
    {
        _recent = FrameRegion(_depth);
        new Span<byte>(_recent.Memory, AddressSpace.FrameSize).Clear();
        Register(BpfInstruction.FramePointer) = _recent.Address + AddressSpace.FrameSize;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private MemoryRegion FrameRegion(int depth) => new(
        AddressSpace.Stack + ((ulong)depth * AddressSpace.FrameStride), _stackMemory + (depth * AddressSpace.FrameStride), AddressSpace.FrameSize, isWritable: true);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private byte* FindOrStop(DecodedInstruction* at, ulong address, uint size, bool writes)
    {
        byte* memory = Find(address, size, writes);
        if (memory is null)
        {
            Stop(at, writes ? RunFaultKind.OutsideWrite : RunFaultKind.OutsideRead, address, size);
        }

        return memory;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* Find(ulong address, uint size, bool writes)
    {
        ulong frame = (address - AddressSpace.Stack) / AddressSpace.FrameStride;
        if (frame <= (ulong)_depth)
        {
            return FindIn(FrameRegion((int)frame), address, size, writes);
        }

        for (int i = 0; i < _regionCount; i++)
        {
            if (_regions[i].Holds(address, size))
            {
                return FindIn(_regions[i], address, size, writes);
            }
        }

        return _otherRegions is not null && _otherRegions.TryFind(address, out MemoryRegion region) ? FindIn(region, address, size, writes) : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* FindIn(in MemoryRegion region, ulong address, uint size, bool writes)
    {
        if (!region.Holds(address, size) || (writes && !region.IsWritable))
        {
            return null;
        }

        _recent = region;
        return region.Memory + (address - region.Address);
    }

    /// <summary>What a function's caller gets back.</summary>
    private struct CallFrame
    {
        public DecodedInstruction* Return;
        public ulong R6;
        public ulong R7;
        public ulong R8;
        public ulong R9;
        public uint Loops;
    }

    [InlineArray(RegisterFileSize)]
    private struct Registers
    {
        private ulong _first;
    }
}
