using System.Runtime.CompilerServices;

namespace Saker.Bpf.Verification.States;

/// <summary>A function that runs: its registers and its stack. States share it until one of them writes.</summary>
internal sealed class FrameState
{
    /// <summary>Bytes of a stack (<c>MAX_BPF_STACK</c>).</summary>
    public const int StackSize = 512;

    /// <summary>Slots of a stack.</summary>
    public const int SlotCount = StackSize / StackSlot.Size;

    private static readonly StackSlot Empty;
    private static readonly int Bytes = 160 + (BpfInstruction.RegisterCount * Unsafe.SizeOf<RegisterState>()) + (SlotCount / StackPage.Length * nint.Size);

    private readonly StackPage?[] _pages;

    /// <summary>A frame with nothing in it.</summary>
    public FrameState(StateOwner owner, int number, int function, int callSite)
    {
        Owner = owner;
        owner.Bytes += Bytes;
        Number = number;
        Function = function;
        CallSite = callSite;
        Registers = new RegisterState[BpfInstruction.RegisterCount];
        _pages = new StackPage?[SlotCount / StackPage.Length];
        Registers[BpfInstruction.FramePointer] = RegisterState.Pointer(RegisterKind.Stack) with { Frame = (byte)number };
    }

    private FrameState(FrameState other, StateOwner owner)
    {
        Owner = owner;
        owner.Bytes += Bytes;
        Number = other.Number;
        Function = other.Function;
        CallSite = other.CallSite;
        IsCallback = other.IsCallback;
        CallbackDepth = other.CallbackDepth;
        UsedSlots = other.UsedSlots;
        Registers = (RegisterState[])other.Registers.Clone();
        _pages = (StackPage?[])other._pages.Clone();
    }

    /// <summary>Whose it is; others copy it before they write.</summary>
    public StateOwner Owner { get; }

    /// <summary>How many frames are below it.</summary>
    public int Number { get; }

    /// <summary>The function that runs.</summary>
    public int Function { get; }

    /// <summary>The instruction that called it; -1: none did.</summary>
    public int CallSite { get; }

    /// <summary>Whether it is a callback of a helper.</summary>
    public bool IsCallback { get; set; }

    /// <summary>How often the helper that it is about to call has called back.</summary>
    public int CallbackDepth { get; set; }

    /// <summary>How many slots of the stack were touched, from the frame pointer down.</summary>
    public int UsedSlots { get; private set; }

    /// <summary>The registers.</summary>
    public RegisterState[] Registers { get; }

    /// <summary>A copy for a state to write to.</summary>
    public FrameState CopyFor(StateOwner owner) => new(this, owner);

    /// <summary>Sees that a stack of so many bytes is there.</summary>
    public void Touch(int bytes) => UsedSlots = Math.Max(UsedSlots, (bytes + StackSlot.Size - 1) / StackSlot.Size);

    /// <summary>A slot, 0 being that below the frame pointer.</summary>
    public ref readonly StackSlot Slot(int index)
    {
        if (_pages[index / StackPage.Length] is { } page)
        {
            return ref page.Slots[index % StackPage.Length];
        }

        return ref Empty;
    }

    /// <summary>A slot to be written to. The frame must be the state's own.</summary>
    public ref StackSlot OwnSlot(int index)
    {
        ref StackPage? page = ref _pages[index / StackPage.Length];
        if (page is null)
        {
            page = new StackPage(Owner);
        }
        else if (page.Owner != Owner)
        {
            page = page.CopyFor(Owner);
        }

        return ref page.Slots[index % StackPage.Length];
    }

    /// <summary>The slot of a byte at an offset from the frame pointer, which is negative.</summary>
    public static int SlotOf(long offset) => (int)((-offset - 1) / StackSlot.Size);

    /// <summary>The byte in its slot at an offset from the frame pointer, which is negative.</summary>
    public static int ByteOf(long offset) => (int)(offset & (StackSlot.Size - 1));
}
