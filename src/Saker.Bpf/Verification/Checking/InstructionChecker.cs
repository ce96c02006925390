using Saker.Bpf.Verification.Speculation;
using Saker.Bpf.Verification.States;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.Checking;

/// <summary>One step of a path: the instruction at which the state stands is checked, and the state is what it is behind it.</summary>
internal sealed class InstructionChecker
{
    private const int BitsOfByte = 8;

    private readonly VerifierEnvironment _environment;
    private readonly MemoryChecker _memory;
    private readonly ArithmeticChecker _arithmetic;
    private readonly AtomicChecker _atomics;
    private readonly BranchChecker _branches;
    private readonly ConstantLoads _constants;
    private readonly LegacyLoads _legacy;
    private readonly HelperCalls _helpers;
    private readonly FunctionCalls _functions;
    private readonly FunctionReturns _returns;
    private readonly KernelCalls _kernel;
    private readonly ExitChecker _exits;

    /// <summary>A checker for an environment.</summary>
    public InstructionChecker(VerifierEnvironment environment, CheckpointTable checkpoints)
    {
        _environment = environment;
        _memory = new MemoryChecker(environment);
        _arithmetic = new ArithmeticChecker(environment, _memory, new SpeculativeArithmetic(environment));
        _atomics = new AtomicChecker(environment, _memory);
        _branches = new BranchChecker(environment, checkpoints);
        _constants = new ConstantLoads(environment);
        _exits = new ExitChecker(environment);
        HelperMemory helperMemory = new(environment, _memory);
        ArgumentChecker arguments = new(environment, _memory, helperMemory, new SpinLocks(environment));
        _returns = new FunctionReturns(environment, checkpoints);
        _legacy = new LegacyLoads(environment, _memory, _exits, _returns);
        _helpers = new HelperCalls(environment, arguments, _memory, new CallbackCalls(environment), _exits, _returns);
        _functions = new FunctionCalls(environment, helperMemory, _helpers, _memory);
        _kernel = new KernelCalls(environment, helperMemory, _memory);
    }

    /// <summary>Checks it.</summary>
    /// <returns>Whether the path ends with it.</returns>
    public bool Check()
    {
        BpfInstruction slot = _environment.Slot;
        InstructionDescription description = _environment.Code.Describe(_environment.Instruction);
        _environment.Facts.Reach(_environment.Instruction);
        switch (description.Form)
        {
            case InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary:
                _arithmetic.Check(slot, description);
                break;
            case InstructionForm.Constant64:
                _constants.Check(slot);
                break;
            case InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect:
                _legacy.Check(slot, description);
                return false;
            case InstructionForm.MemoryLoad:
                Load(slot, description);
                break;
            case InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister:
                Store(slot, description);
                break;
            case InstructionForm.Atomic or InstructionForm.AtomicFetch or InstructionForm.AtomicCompare:
                _atomics.Check(slot, description);
                break;
            default:
                return CheckJump(slot, description);
        }

        _environment.State.Instruction = _environment.Code.Next(_environment.Instruction);
        return false;
    }

    private bool CheckJump(in BpfInstruction slot, InstructionDescription description)
    {
        _environment.ProcessedJumps++;
        switch (description.Form)
        {
            case InstructionForm.JumpShort when description.Operation == BpfOperation.MayGoto:
            case InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister:
                _branches.Check(slot, description);
                return false;
            case InstructionForm.JumpShort or InstructionForm.JumpLong:
                _environment.State.Instruction = _environment.Code.TargetOf(_environment.Instruction)!.Value;
                return false;
            case InstructionForm.CallHelper:
                RefuseUnderLock(slot.Immediate);
                _helpers.Check(slot.Immediate);
                return false;
            case InstructionForm.CallFunction:
                _functions.Call();
                return false;
            case InstructionForm.CallKernel:
                RefuseUnderLock(0);
                _kernel.Check(slot.Immediate);
                return false;
            default:
                return Exit();
        }
    }

    private bool Exit()
    {
        bool isOutermost = _environment.State.Depth == 0;
        if (isOutermost)
        {
            _exits.RequireNothingHeld("the program's end");
            _exits.CheckResult();
            return true;
        }

        _returns.Return();
        return false;
    }

    private void Load(in BpfInstruction slot, InstructionDescription description)
    {
        _environment.Read(slot.Source);
        bool isOrdered = description.Operation == BpfOperation.LoadAcquire;
        RegisterState pointer = _environment.State.Register(slot.Source);
        _memory.CheckInstruction(new MemoryAccess(slot.Source, slot.Offset, description.Width / BitsOfByte, IsWrite: false, slot.Destination)
        {
            MustAlign = isOrdered,
            IsSigned = description.Operation == BpfOperation.LoadSigned,
        });
        if (isOrdered)
        {
            RequireAtomicTarget(pointer);
        }
    }

    private void Store(in BpfInstruction slot, InstructionDescription description)
    {
        bool isConstant = description.Form == InstructionForm.MemoryStoreConstant;
        if (!isConstant)
        {
            _environment.Read(slot.Source);
        }

        _environment.Read(slot.Destination);
        bool isOrdered = description.Operation == BpfOperation.StoreRelease;
        RegisterState pointer = _environment.State.Register(slot.Destination);
        _memory.CheckInstruction(new MemoryAccess(slot.Destination, slot.Offset, description.Width / BitsOfByte, IsWrite: true, isConstant ? -1 : slot.Source)
        {
            Constant = isConstant ? slot.Immediate : null,
            MustAlign = isOrdered,
        });
        if (isOrdered)
        {
            RequireAtomicTarget(pointer);
        }
    }

    private void RequireAtomicTarget(in RegisterState pointer)
    {
        if (!AtomicChecker.IsTarget(pointer.Kind))
        {
            _environment.Refuse(VerifierRule.AtomicTarget, $"an atomic instruction works on {pointer.Kind.InWords()}, which it cannot");
        }

        _environment.Facts.Align(_environment.Instruction, pointer.Kind);
    }

    private void RefuseUnderLock(int helper)
    {
        if (_environment.State.LockCount > 0 && helper != HelperNumbers.SpinUnlock)
        {
            _environment.Refuse(VerifierRule.CallUnderLock, "a function of the kernel is called while a lock is held", "call it before the lock is taken, or after it was released");
        }
    }
}
