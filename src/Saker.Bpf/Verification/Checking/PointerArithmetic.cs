using Saker.Bpf.Verification.Speculation;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Numbers that are added to pointers and subtracted from them (<c>adjust_ptr_min_max_vals</c>).</summary>
internal sealed class PointerArithmetic(VerifierEnvironment environment, MemoryChecker memory, SpeculativeArithmetic speculation)
{
    /// <summary>Checks it, and gives the destination the result.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="description">The instruction.</param>
    /// <param name="pointer">The pointer.</param>
    /// <param name="number">The number.</param>
    /// <param name="isSwapped">Whether the destination holds the number, and the source the pointer.</param>
    public void Apply(int destination, InstructionDescription description, in RegisterState pointer, in RegisterState number, bool isSwapped)
    {
        string name = VerifierEnvironment.NameOf(destination);
        if (!number.Value.IsConsistent)
        {
            environment.Write(destination, RegisterState.Unknown);
            return;
        }

        if (description.Is32Bit)
        {
            if (description.Operation == BpfOperation.Subtract && environment.IsPrivileged)
            {
                environment.Write(destination, RegisterState.Unknown);
                return;
            }

            environment.Refuse(VerifierRule.PointerArithmetic, $"{name} would get a pointer of 32 bits", "add with 64 bits");
        }

        RefuseKind(name, description, pointer, number);
        RequireBounds(name, number, pointer);
        RequireBounds(name, pointer, pointer);
        PointerMask? mask = speculation.Begin(destination, description, pointer, number, isSwapped);
        RegisterState result = description.Operation switch
        {
            BpfOperation.Add => Add(pointer, number),
            BpfOperation.Subtract => Subtract(name, pointer, number, isSwapped),
            _ => default,
        };
        if (!result.IsInitialized)
        {
            environment.Refuse(VerifierRule.PointerArithmetic, $"of {pointer} in {name} something else would be made than by adding or subtracting a number");
        }

        RequireBounds(name, result, pointer);
        environment.Write(destination, result);
        if (!environment.IsPrivileged)
        {
            RequireWithin(destination, result);
        }

        if (mask is { } moved)
        {
            speculation.Narrow(destination, description, result, number, moved);
        }
    }

    private RegisterState Add(in RegisterState pointer, in RegisterState number)
    {
        RegisterState result = pointer;
        long sum = pointer.Offset + number.Value.SignedMinimum;
        if (number.Value.IsConstant && sum == (int)sum)
        {
            result.Offset = (int)sum;
            return result;
        }

        result.Value = OffsetArithmetic.Add(pointer.Value, number.Value);
        if (pointer.Kind.IsPacket())
        {
            // It is another place, and how much is behind it is not known.
            result.Id = environment.NewId();
            result.Extent = 0;
        }

        return result;
    }

    private void RefuseKind(string name, InstructionDescription description, in RegisterState pointer, in RegisterState number)
    {
        if (pointer.MayBeNull)
        {
            environment.Refuse(VerifierRule.PossibleNull, $"a number would be added to {pointer} in {name}", "compare it with 0 first");
        }

        bool isAllowed = pointer.Kind switch
        {
            RegisterKind.PacketEnd or RegisterKind.Socket or RegisterKind.SocketCommon or RegisterKind.TcpSocket or RegisterKind.XdpSocket => false,
            RegisterKind.Map => number.IsZero && description.Operation == BpfOperation.Add,
            _ => true,
        };
        if (!isAllowed)
        {
            environment.Refuse(VerifierRule.PointerArithmetic, $"{name} holds {pointer}, with which nothing can be computed");
        }
    }

    private RegisterState Subtract(string name, in RegisterState pointer, in RegisterState number, bool isSwapped)
    {
        if (isSwapped)
        {
            environment.Refuse(VerifierRule.PointerArithmetic, $"a pointer would be subtracted from the number in {name}");
        }

        if (pointer.Kind == RegisterKind.Stack)
        {
            environment.Refuse(VerifierRule.PointerArithmetic, $"a number would be subtracted from a place on the stack in {name}", "add a negative number");
        }

        RegisterState result = pointer;
        long difference = pointer.Offset - number.Value.SignedMinimum;
        if (number.Value.IsConstant && difference == (int)difference)
        {
            result.Offset = (int)difference;
            return result;
        }

        result.Value = OffsetArithmetic.Subtract(pointer.Value, number.Value);
        if (pointer.Kind.IsPacket())
        {
            result.Id = environment.NewId();
            result.Extent = number.Value.SignedMinimum < 0 ? 0 : result.Extent;
        }

        return result;
    }

    private void RequireBounds(string name, in RegisterState register, in RegisterState pointer)
    {
        long least = register.Value.SignedMinimum;
        const long Most = RegionBounds.MostVariable;
        if (register.Value.IsConstant && (long)register.Value.ConstantValue is >= Most or <= -Most)
        {
            environment.Refuse(VerifierRule.PointerOffset, $"{(long)register.Value.ConstantValue} is too much to be added to {pointer.Kind.InWords()} in {name}");
        }

        if (register.Offset is >= (int)Most or <= -(int)Most && register.IsPointer)
        {
            environment.Refuse(VerifierRule.PointerOffset, $"the offset {register.Offset} of {pointer.Kind.InWords()} in {name} is too great");
        }

        if (least == long.MinValue)
        {
            environment.Refuse(
                VerifierRule.PointerOffset, $"a number without lower bound would be added to {pointer.Kind.InWords()} in {name}", "make the index unsigned, or compare it with 0 first");
        }

        if (least is >= Most or <= -Most)
        {
            environment.Refuse(VerifierRule.PointerOffset, $"a number of {least} at least would be added to {pointer.Kind.InWords()} in {name}");
        }
    }

    /// <summary>Without privileges a pointer may not even point outside: the processor might access it before it finds out that it will not.</summary>
    private void RequireWithin(int register, in RegisterState result)
    {
        if (result.Kind == RegisterKind.Stack)
        {
            long place = result.Offset + (long)result.Value.ConstantValue;
            if (!result.Value.IsConstant || place >= 0 || place < -FrameState.StackSize)
            {
                environment.Refuse(VerifierRule.StackBounds, $"{VerifierEnvironment.NameOf(register)} would point out of the stack or to a variable place of it, which is for those with privileges");
            }
        }
        else if (result.Kind == RegisterKind.MapValue)
        {
            memory.CheckMapValueBounds(register, result.Offset, 1, isWrite: false, mayBeEmpty: false);
        }
    }
}
