using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Calls of helpers (<c>check_helper_call</c>).</summary>
internal sealed class HelperCalls(VerifierEnvironment environment, ArgumentChecker arguments, MemoryChecker memory, CallbackCalls callbacks, ExitChecker exits, FunctionReturns returns)
{
    private const int RecordHeader = 8;

    /// <summary>Checks a call; the state goes on behind it.</summary>
    public void Check(int number)
    {
        HelperCall call = new(Find(number), environment.Options.Type);
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            arguments.Check(call, i);
        }

        CheckMapWrite(call);
        if (number == HelperNumbers.TailCall)
        {
            MarkTailCallIndex(call);
        }

        Fill(call);
        Release(call);
        CheckSpecial(call, number);
        environment.ClearCallerSaved();
        environment.Write(0, ResultOf(call));
        if (call.Map is { } map)
        {
            if (!Takes(call, map))
            {
                environment.Refuse(VerifierRule.HelperMap, $"{call.Helper.Name} does not work on the map '{map.Name}', which is of type {map.Type}");
            }

            environment.Facts.Call(environment.Instruction, environment.Maps, call.MapNumber, AlwaysFinds(call) ? call.ConstantKey : null);
        }

        int next = environment.Code.Next(environment.Instruction);
        if (number == HelperNumbers.TailCall)
        {
            GoOn(next);
            return;
        }

        if (call.Helper.Has(HelperTraits.ChangesPacket))
        {
            ForgetPacket();
        }

        environment.State.Instruction = next;
    }

    /// <summary>Where a tail call comes back, nothing was run. Else the other program returns to where this function was called, and may have done anything to the packet.</summary>
    private void GoOn(int next)
    {
        if (environment.State.Depth == 0)
        {
            environment.State.Instruction = next;
            return;
        }

        environment.Push(next);
        ForgetPacket();
        environment.Write(0, RegisterState.Unknown);
        returns.Return();
    }

    /// <summary>The packet may have moved: pointers into it mean nothing any more.</summary>
    public void ForgetPacket() => environment.State.ChangeAll((in register) => register.Kind.IsPacketOrEnd(), environment.Invalidate);

    /// <summary>A number that nobody gives stands for what the object needs and the kernel's types have not.</summary>
    private void RefuseUnknown(int number)
    {
        if (number == CoreRelocation.PoisonedCall)
        {
            environment.Refuse(
                VerifierRule.Helper,
                "the code needs a type, a field or a function that the kernel has not for which it was relocated",
                "ask whether it is there before (bpf_core_field_exists, bpf_ksym_exists), so that nothing leads here");
        }

        environment.Refuse(VerifierRule.Helper, $"there is no helper {number}");
    }

    private HelperDescription Find(int number)
    {
        if (!KernelHelpers.TryFind((uint)number, out HelperDescription? helper))
        {
            RefuseUnknown(number);
            throw new InvalidOperationException();
        }

        if (!helper.IsFor(environment.Options.Type))
        {
            environment.Refuse(VerifierRule.Helper, $"programs of type {environment.Options.Type.KernelName()} cannot call {helper.Name}");
        }

        if (HelperPrivileges.MissingFor(number, environment.Options.Privilege) is { } capability)
        {
            environment.Refuse(VerifierRule.Helper, $"{helper.Name} is for those who have {capability}", $"load the program with {capability}");
        }

        if (helper.Has(HelperTraits.GplOnly) && !Licenses.IsCompatible(environment.Options.License))
        {
            environment.Refuse(
                VerifierRule.License, $"{helper.Name} is for programs under a licence that is compatible with the GPL, and this one is under '{environment.Options.License}'");
        }

        if (helper.Has(HelperTraits.MaySleep))
        {
            environment.Refuse(VerifierRule.Helper, $"{helper.Name} may sleep, and programs over packets cannot");
        }

        return helper;
    }

    private void CheckMapWrite(HelperCall call)
    {
        bool isWrite = call.Helper.Number is HelperNumbers.MapUpdate or HelperNumbers.MapDelete or HelperNumbers.MapPush or HelperNumbers.MapPop;
        if (isWrite && call.Map is { } map && Takes(call, map) && (map.Flags & MapFlags.ReadOnlyForPrograms) != MapFlags.None)
        {
            environment.Refuse(VerifierRule.MapAccess, $"programs can only read the values of the map '{map.Name}'");
        }
    }

    private void MarkTailCallIndex(HelperCall call)
    {
        ref readonly RegisterState index = ref environment.State.Register(3);
        if (index.IsConstant && index.Value.ConstantValue < call.Map!.MaximumEntries)
        {
            environment.Precision.MarkRegister(3);
        }
    }

    /// <summary>Memory that the helper fills is written.</summary>
    private void Fill(HelperCall call)
    {
        if (call.FilledRegister > 0)
        {
            for (int i = 0; i < call.FilledSize; i++)
            {
                memory.Check(new MemoryAccess(call.FilledRegister, i, 1, IsWrite: true, -1));
            }
        }
    }

    private void Release(HelperCall call)
    {
        if (call.ReleasedRegister == 0)
        {
            return;
        }

        uint id = call.ReferenceId;
        if (!environment.State.Release(id, isLock: false))
        {
            environment.Refuse(VerifierRule.Release, $"{VerifierEnvironment.NameOf(call.ReleasedRegister)} holds what was released before");
        }

        environment.State.ChangeAll((in register) => register.ReferenceId == id, environment.Invalidate);
    }

    private void CheckSpecial(HelperCall call, int number)
    {
        switch (number)
        {
            case HelperNumbers.TailCall:
                exits.RequireNothingHeld("going on in another program");
                break;
            case HelperNumbers.ForEachEntry:
                callbacks.PushForEach(call);
                break;
            case HelperNumbers.Loop:
                callbacks.PushLoop(call);
                break;
            case HelperNumbers.FormatText:
                CheckFormat(call);
                break;
            default:
                if (HelperFacts.CallsBack(number))
                {
                    environment.Refuse(VerifierRule.NotSupported, $"{call.Helper.Name} calls back, which this verifier does not know yet of it");
                }

                break;
        }
    }

    private void CheckFormat(HelperCall call)
    {
        ref readonly RegisterState length = ref environment.State.Register(5);
        if (length.Value.ConstantValue % RecordHeader != 0)
        {
            environment.Refuse(VerifierRule.ConstantText, $"{call.Helper.Name} takes numbers of 8 bytes, and r5 holds {length}");
        }

        ref readonly RegisterState format = ref environment.State.Register(3);
        if (!FormatCheck.IsRight(ConstantTexts.TextAt(environment.Maps[format.Map], format)!, (int)length.Value.ConstantValue / RecordHeader, out string? reason))
        {
            environment.Refuse(VerifierRule.ConstantText, $"the format that r3 points to is none: {reason}");
        }
    }

    private RegisterState ResultOf(HelperCall call)
    {
        RegisterState result = call.Helper.Result switch
        {
            HelperResult.Number => NumberOf(call),
            HelperResult.Nothing => default,
            HelperResult.MapValue => RegisterState.Pointer(RegisterKind.MapValue) with { Map = call.MapNumber },
            HelperResult.MapValueOrNull => MapValueOf(call),
            HelperResult.RecordOrNull => RegisterState.Pointer(RegisterKind.Memory, RegisterTraits.MaybeNull | RegisterTraits.Record) with { Extent = call.MemorySize },
            HelperResult.MemoryOrNull => RegisterState.Pointer(RegisterKind.Memory, RegisterTraits.MaybeNull) with { Extent = call.MemorySize },
            HelperResult.SocketOrNull => RegisterState.Pointer(SocketOf(call.Helper.Number), RegisterTraits.MaybeNull),
            _ => default,
        };
        if (call.Helper.Result == HelperResult.KernelObject)
        {
            environment.Refuse(VerifierRule.NotSupported, $"{call.Helper.Name} gives an object of the kernel, which this verifier does not know yet");
        }

        if (result.MayBeNull)
        {
            result.Id = environment.NewId();
        }

        if (call.Helper.Has(HelperTraits.Casts))
        {
            result.ReferenceId = call.ReferenceId;
        }
        else if (call.Helper.Has(HelperTraits.Acquires) || IsSocketLookup(call))
        {
            uint id = environment.NewId();
            environment.State.Acquire(new HeldReference(id, environment.Instruction, IsLock: false, 0));
            result.Id = result.ReferenceId = id;
        }

        return result;
    }

    private static bool IsSocketLookup(HelperCall call) =>
        call is { Helper.Number: HelperNumbers.MapLookup, Map.Type: MapType.SocketMap or MapType.SocketHash };

    private static RegisterKind SocketOf(int number) => number switch
    {
        96 => RegisterKind.TcpSocket,
        >= 136 and <= 140 or 178 or 196 => RegisterKind.KernelSocket,
        99 => RegisterKind.SocketCommon,
        _ => RegisterKind.Socket,
    };

    private RegisterState NumberOf(HelperCall call) =>
        RegisterState.Number(HelperResults.NumberOf(call.Helper.Number, environment.Options.ProcessorCount, call.GreatestSize));

    private RegisterState MapValueOf(HelperCall call)
    {
        VerifierMap map = call.Map!;
        bool isThere = AlwaysFinds(call);
        RegisterState value = RegisterState.Pointer(RegisterKind.MapValue, isThere ? RegisterTraits.None : RegisterTraits.MaybeNull) with { Map = call.MapNumber };
        if (isThere && map.SpinLockOffset is not null)
        {
            value.Id = environment.NewId();
        }

        return value;
    }

    private static bool AlwaysFinds(HelperCall call) => call.Helper.Number == HelperNumbers.MapLookup && call.ConstantKey < call.Map!.MaximumEntries;

    private bool Takes(HelperCall call, VerifierMap map) => HelperMaps.Takes(call.Helper.Number, map.Type, environment.Options.Type);
}
