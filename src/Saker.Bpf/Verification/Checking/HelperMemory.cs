using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Memory that helpers and global functions get (<c>check_helper_mem_access</c>).</summary>
internal sealed class HelperMemory(VerifierEnvironment environment, MemoryChecker memory)
{
    /// <summary>Sizes are to stay below this (<c>BPF_MAX_VAR_SIZ</c>).</summary>
    private const ulong MostSize = 1 << 29;

    /// <summary>Checks memory.</summary>
    /// <param name="register">The register with the address.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="isWrite">Whether it is written.</param>
    /// <param name="mayBeEmpty">Whether it may have no bytes.</param>
    /// <param name="call">Where memory is noted that needs not be initialised, since the helper fills it; null: it must be initialised.</param>
    public void Check(int register, int size, bool isWrite, bool mayBeEmpty, HelperCall? call)
    {
        RegisterState pointer = environment.State.Register(register);
        switch (pointer.Kind)
        {
            case RegisterKind.Packet or RegisterKind.PacketMetadata:
                memory.CheckPacketBounds(register, pointer.Offset, size, mayBeEmpty);
                break;
            case RegisterKind.MapKey when !isWrite:
                memory.Bounds.Check(register, pointer.Offset, size, environment.Maps[pointer.Map].KeySize, mayBeEmpty: false, VerifierRule.MemoryBounds, "the key");
                break;
            case RegisterKind.MapValue:
                memory.CheckMapValueBounds(register, pointer.Offset, size, isWrite, mayBeEmpty);
                break;
            case RegisterKind.Memory when !(isWrite && pointer.IsReadOnly):
                memory.Bounds.Check(register, pointer.Offset, size, pointer.Extent, mayBeEmpty, VerifierRule.MemoryBounds, "the memory");
                break;
            case RegisterKind.Stack:
                CheckStack(register, pointer, size, isWrite, mayBeEmpty, call);
                break;
            case RegisterKind.MapKey or RegisterKind.Memory:
                environment.Refuse(VerifierRule.ReadOnlyMemory, $"{VerifierEnvironment.NameOf(register)} holds {pointer}, which cannot be written to");
                break;
            default:
                if (!(mayBeEmpty && size == 0 && pointer.IsZero))
                {
                    RefuseKind(register, pointer, "memory");
                }

                break;
        }
    }

    /// <summary>Checks memory whose size is in the next register.</summary>
    /// <param name="sizeRegister">The register with the size.</param>
    /// <param name="isWrite">Whether it is written.</param>
    /// <param name="mayBeEmpty">Whether the size may be 0.</param>
    /// <param name="call">As for <see cref="Check"/>.</param>
    public void CheckSized(int sizeRegister, bool isWrite, bool mayBeEmpty, HelperCall? call)
    {
        RegisterState size = environment.State.Register(sizeRegister);
        string name = VerifierEnvironment.NameOf(sizeRegister);
        if (size.Value.SignedMinimum < 0)
        {
            environment.Refuse(VerifierRule.ArgumentSize, $"the size in {name} may be negative ({size.Value.SignedMinimum} at least)", "make it unsigned, or mask it");
        }

        if (size.Value.UnsignedMinimum == 0 && !mayBeEmpty)
        {
            environment.Refuse(VerifierRule.ArgumentSize, $"the size in {name} may be 0, which the helper does not take", "compare it with 0 first");
        }

        if (size.Value.UnsignedMaximum >= MostSize)
        {
            environment.Refuse(VerifierRule.ArgumentSize, $"the size in {name} has no upper bound", "compare it with the size of the memory first, or mask it ('size &= 255')");
        }

        // Where the size is not known, all that may be written has to be initialised: it may be left as it is.
        Check(sizeRegister - 1, (int)size.Value.UnsignedMaximum, isWrite, mayBeEmpty, size.Value.IsConstant ? call : null);
        environment.Precision.MarkRegister(sizeRegister);
    }

    /// <summary>Refuses an argument of another kind.</summary>
    public void RefuseKind(int register, in RegisterState state, string expected) => environment.Refuse(
        VerifierRule.ArgumentType,
        $"{VerifierEnvironment.NameOf(register)} holds {state}, and {expected} is wanted there",
        state.MayBeNull ? "compare it with 0 first" : null);

    private void CheckStack(int register, in RegisterState pointer, int size, bool isWrite, bool mayBeEmpty, HelperCall? call)
    {
        if (size == 0 && !mayBeEmpty)
        {
            environment.Refuse(VerifierRule.ArgumentSize, $"memory of no bytes is in {VerifierEnvironment.NameOf(register)}");
        }

        if (call is not null && pointer.Value.IsConstant)
        {
            memory.Stack.CheckBounds(register, pointer.Offset, size, isWrite);
            call.FilledRegister = register;
            call.FilledSize = size;
        }
        else
        {
            memory.Stack.CheckRange(register, pointer.Offset, size, isWrite);
        }
    }
}
