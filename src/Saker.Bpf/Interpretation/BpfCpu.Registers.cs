using System.Runtime.CompilerServices;
using Saker.Bpf.Interpretation;

namespace Saker.Bpf;

/// <content>The registers and active functions of an interpreted program.</content>
public sealed unsafe partial class BpfCpu
{
    /// <summary>How often <c>may_goto</c> lets a loop of a function go on (<c>BPF_MAX_LOOPS</c>).</summary>
    internal const uint LoopsOfFunction = 8 * 1024 * 1024;

    private const int RegisterFileSize = 16;

    private readonly CallFrame[] _frames = new CallFrame[AddressSpace.MaximumFramesOfRun];
    private Registers _registers;

    /// <summary>How many loops <c>may_goto</c> grants the active function.</summary>
    internal uint Loops;

    /// <summary>A register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ulong Register(int number) => ref Unsafe.Add(ref Unsafe.As<Registers, ulong>(ref _registers), number);

    /// <summary>Clears the registers and gives the outermost function its frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void BeginInterpretation()
    {
        Loops = LoopsOfFunction;
        _registers = default;
        _frames[0].Return = null;
        EnterFrame();
    }

    /// <summary>Stops the program at an instruction.</summary>
    internal DecodedInstruction* Stop(DecodedInstruction* at, RunFaultKind kind, ulong address = 0, uint size = 0)
    {
        Fault = new RunFault(kind, Interpreted.SlotOf(at), address, size);
        return null;
    }

    /// <summary>Finds the memory of an access.</summary>
    /// <param name="at">The instruction.</param>
    /// <param name="address">The address, as the program has it.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>The memory; null: the access is not allowed, and the program is stopped.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Readable(DecodedInstruction* at, ulong address, uint size)
    {
        ulong offset = address - _recent.Address;
        return offset < _recent.Length && size <= _recent.Length - offset ? _recent.Memory + offset : FindOrStop(at, address, size, writes: false);
    }

    /// <inheritdoc cref="Readable(DecodedInstruction*, ulong, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Writable(DecodedInstruction* at, ulong address, uint size)
    {
        ulong offset = address - _recent.Address;
        return offset < _recent.Length && size <= _recent.Length - offset && _recent.IsWritable
            ? _recent.Memory + offset
            : FindOrStop(at, address, size, writes: true);
    }

    /// <summary>
    /// Enters a function: keeps what it must not change, and gives it a frame. It begins with its arguments, and else zeros; calls leave zeros where the arguments were. A verified
    /// program cannot tell, since it may not read these: so any program means the same on all engines.
    /// </summary>
    /// <param name="at">The call.</param>
    /// <param name="function">Its first instruction.</param>
    /// <param name="goesOnAt">Where the caller goes on; null: outside of the program.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal DecodedInstruction* Enter(DecodedInstruction* at, DecodedInstruction* function, DecodedInstruction* goesOnAt)
    {
        if (Depth == LastDepth)
        {
            return Stop(at, RunFaultKind.CallsTooDeep);
        }

        ref CallFrame frame = ref _frames[++Depth];
        frame.Caller = Running;
        frame.LastDepth = LastDepth;
        frame.Return = goesOnAt;
        frame.R6 = Register(6);
        frame.R7 = Register(7);
        frame.R8 = Register(8);
        frame.R9 = Register(9);
        Register(0) = 0;
        Register(6) = 0;
        Register(7) = 0;
        Register(8) = 0;
        Register(9) = 0;
        frame.Loops = Loops;
        Loops = LoopsOfFunction;
        EnterFrame();
        return function;
    }

    /// <summary>Leaves a function.</summary>
    /// <returns>Where its caller goes on; null: outside of the program.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal DecodedInstruction* Leave()
    {
        ref CallFrame frame = ref _frames[Depth];
        if (Depth == 0)
        {
            return null;
        }

        Running = frame.Caller;
        LastDepth = frame.LastDepth;
        Register(6) = frame.R6;
        Register(7) = frame.R7;
        Register(8) = frame.R8;
        Register(9) = frame.R9;
        ClearArguments();
        Loops = frame.Loops;
        Register(BpfInstruction.FramePointer) -= AddressSpace.FrameStride;
        CloseFrame();
        Depth--;
        return frame.Return;
    }

    private void ClearArguments()
    {
        Register(1) = 0;
        Register(2) = 0;
        Register(3) = 0;
        Register(4) = 0;
        Register(5) = 0;
    }

    private InterpretedProgram Interpreted => Unsafe.As<InterpretedProgram>(Running!);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EnterFrame()
    {
        OpenFrame();
        Register(BpfInstruction.FramePointer) = _recent.Address + AddressSpace.FrameSize;
    }

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

    /// <summary>What a function's caller gets back.</summary>
    private struct CallFrame
    {
        public BpfExecutable? Caller;
        public DecodedInstruction* Return;
        public ulong R6;
        public ulong R7;
        public ulong R8;
        public ulong R9;
        public uint Loops;
        public int LastDepth;
    }

    [InlineArray(RegisterFileSize)]
    private struct Registers
    {
        private ulong _first;
    }
}
