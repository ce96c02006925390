using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>
/// A processor for programs: its number, the stack that they run on, what they can reach in a run, and why a run was stopped. Helpers get it, and ask it for whatever is
/// the program's. It is made once, and a run allocates nothing. One thread at a time may run on it; a program that runs may call others (tail calls).
/// </summary>
public sealed unsafe partial class BpfCpu
{
    /// <summary>How often programs may go on in others (<c>MAX_TAIL_CALL_CNT</c>).</summary>
    public const int MaximumTailCalls = 33;

    /// <summary>Makes a processor.</summary>
    /// <param name="number">Its number: which of the values of per-CPU maps it uses.</param>
    /// <param name="host">What is around it; null: a plain machine.</param>
    public BpfCpu(int number = 0, BpfHost? host = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        Number = number;
        Host = host ?? new BpfHost();
        _stackMemory = AlignedStack();
    }

    /// <summary>Its number (<c>bpf_get_smp_processor_id</c>).</summary>
    public int Number { get; }

    /// <summary>What is around it.</summary>
    public BpfHost Host { get; }

    /// <summary>The program that runs, or was stopped; in a tail call the one that it went on in.</summary>
    public BpfExecutable? Running { get; internal set; }

    /// <summary>What it runs over; null: memory without a context.</summary>
    public BpfContext? Context { get; private set; }

    /// <summary>Whether accesses are checked, so that addresses are those of <see cref="AddressSpace"/>; else they are real.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>Where the program has said that the packet goes (<c>bpf_redirect</c> and its like), for the verdict that it returned.</summary>
    public BpfRedirect Redirect { get; internal set; }

    /// <summary>Why the run is over, if not by itself.</summary>
    public RunFault Fault { get; internal set; }

    /// <summary>Who looks on while programs are interpreted; null: nobody, which costs nothing.</summary>
    public IInstructionObserver? Observer { get; set; }

    /// <summary>How the context's structure is laid out; null: there is none.</summary>
    internal ContextLayout? Layout;

    /// <summary>The context's structure, where it is.</summary>
    internal byte* ContextBlock;

    /// <summary>Whether the run is over, and not by itself.</summary>
    internal bool IsStopped => Fault.Kind != RunFaultKind.None;

    /// <summary>How many instructions may still be done. What a loop has taken ahead is not in it.</summary>
    internal long Budget;

    /// <summary>How often the run has gone on in another program.</summary>
    internal int TailCalls;

    /// <summary>Memory of the program. What is not its own is not given, and the program is stopped when the helper returns.</summary>
    /// <param name="address">The address, as the program gave it.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="writes">Whether the helper writes it.</param>
    /// <param name="bytes">The bytes, until the helper returns.</param>
    public bool TryGetMemory(ulong address, int length, bool writes, out Span<byte> bytes)
    {
        byte* memory = length < 0 ? null : IsChecked ? Find(address, (uint)length, writes) : (byte*)address;
        bytes = new Span<byte>(memory, memory is null ? 0 : length);
        if (memory is null)
        {
            Fault = new RunFault(writes ? RunFaultKind.OutsideWrite : RunFaultKind.OutsideRead, 0, address, (uint)length);
        }

        return memory is not null;
    }

    /// <summary>The map of which the program gave the handle. If there is none, the program is stopped when the helper returns.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="map">The map.</param>
    public bool TryGetMap(ulong handle, [NotNullWhen(true)] out BpfMap? map)
    {
        map = null;
        if (Running?.Options.Maps is { } maps && maps.TryFind(handle, out map))
        {
            return true;
        }

        Fail();
        return false;
    }

    /// <summary>The same for helpers of this assembly: memory of no length is there whatever its address.</summary>
    /// <param name="address">The address, as the program gave it.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="writes">Whether the helper writes it.</param>
    /// <param name="memory">The first byte.</param>
    internal bool TryReach(ulong address, ulong length, bool writes, out byte* memory)
    {
        memory = (byte*)address;
        if (!IsChecked || length == 0)
        {
            return true;
        }

        memory = length <= uint.MaxValue ? Find(address, (uint)length, writes) : null;
        if (memory is null)
        {
            Fault = new RunFault(writes ? RunFaultKind.OutsideWrite : RunFaultKind.OutsideRead, 0, address, (uint)length);
        }

        return memory is not null;
    }

    /// <summary>The packet, for a helper to which the program gave its context. If it gave something else, the program is stopped when the helper returns.</summary>
    /// <param name="address">What the program gave.</param>
    /// <param name="context">The context.</param>
    internal bool TryGetContext<T>(ulong address, [NotNullWhen(true)] out T? context)
        where T : BpfContext
    {
        context = Context as T;
        if (context is not null && (!IsChecked || address == AddressSpace.Context))
        {
            return true;
        }

        context = null;
        Fail();
        return false;
    }

    /// <summary>Calls a function of the program, whose address it gave as an argument.</summary>
    /// <param name="function">The address.</param>
    /// <param name="r1">The first argument.</param>
    /// <param name="r2">The second argument.</param>
    /// <param name="r3">The third argument.</param>
    /// <param name="r4">The fourth argument.</param>
    /// <param name="value">What it returned.</param>
    /// <returns>Whether it returned; else the program is stopped when the helper returns.</returns>
    public bool TryCall(ulong function, ulong r1, ulong r2, ulong r3, ulong r4, out ulong value)
    {
        value = 0;
        if (Fault.Kind != RunFaultKind.None)
        {
            return false;
        }

        int slot = Running!.FunctionAt(function);
        if (slot < 0)
        {
            Fault = new RunFault(RunFaultKind.UnknownCallee, 0, function);
            return false;
        }

        value = Running.CallBack(this, slot, r1, r2, r3, r4);
        return Fault.Kind == RunFaultKind.None;
    }

    /// <summary>Stops the program when the helper returns: its arguments are none that a verified program could give.</summary>
    public void Fail() => Fault = new RunFault(RunFaultKind.HelperFailed, 0);

    /// <summary>Makes ready for a run: an empty stack, no regions, no fault.</summary>
    /// <param name="executable">What is run.</param>
    /// <param name="context">What it runs over; null: memory without a context.</param>
    /// <param name="caller">A place in the frame of the method that runs it.</param>
    internal void Begin(BpfExecutable executable, BpfContext? context, byte* caller)
    {
        NativeStackEnd = caller;

        // Writing a reference costs the collector's barrier, and mostly it is the same again.
        if (Running != executable)
        {
            Running = executable;
        }

        if (Context != context)
        {
            Context = context;
            Layout = context?.Layout;
        }

        Budget = executable.Options.Budget;
        IsChecked = executable.IsCheckedFor(Layout, Number);
        TailCalls = 0;
        Redirect = default;
        Fault = default;
        Near = default;
        _regionCount = 0;
        _recent = default;
        Depth = 0;
        LastDepth = AddressSpace.MaximumFrames - 1;
        _openFrames = default;
    }

    /// <summary>Gives the run a context.</summary>
    /// <returns>What the program gets in r1.</returns>
    internal ulong Take(BpfContext context)
    {
        ContextBlock = context.Block;
        context.Prepare();
        if (IsChecked)
        {
            Near = context.Reachable;
        }

        return ContextAddress;
    }

    /// <summary>What programs get for the context.</summary>
    internal ulong ContextAddress => IsChecked ? AddressSpace.Context : (ulong)ContextBlock;

    /// <summary>From here on accesses are checked, or are not any more: another program goes on, over the same packet.</summary>
    internal void Check(bool isChecked)
    {
        if (isChecked != IsChecked)
        {
            IsChecked = isChecked;
            PacketChanged();
        }
    }

    /// <summary>The context's packet has moved or has another length: what was known of it is forgotten.</summary>
    internal void PacketChanged()
    {
        if (!IsChecked || Context is null)
        {
            return;
        }

        Near = Context.Reachable;
        _recent = default;
    }
}
