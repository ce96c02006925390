using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>
/// Helpers that call a function of the program: a path of its own goes through the function and comes back to the call, as often as it takes for turns to become equal.
/// </summary>
internal sealed class CallbackCalls(VerifierEnvironment environment)
{
    /// <summary>Lets a path wait that goes through the function that is called for each entry of a map.</summary>
    public void PushForEach(HelperCall call)
    {
        if (!MapFacts.CallsBack(call.Map!.Type))
        {
            environment.Refuse(VerifierRule.HelperMap, $"{call.Helper.Name} does not work on the map '{call.Map.Name}', which is of type {call.Map.Type}");
        }

        RegisterState map = environment.State.Register(1), context = environment.State.Register(3);
        FrameState callback = Push(call.Function);
        callback.Registers[1] = map;
        callback.Registers[2] = RegisterState.Pointer(RegisterKind.MapKey) with { Map = call.MapNumber };
        callback.Registers[3] = RegisterState.Pointer(RegisterKind.MapValue) with { Map = call.MapNumber };
        callback.Registers[4] = context;
    }

    /// <summary>Lets a path wait that goes through the function that is called a number of times, unless it was called so often.</summary>
    public void PushLoop(HelperCall call)
    {
        environment.Precision.MarkRegister(1);
        RegisterState flags = environment.State.Register(4), context = environment.State.Register(3);
        if (flags.IsZero)
        {
            environment.Precision.MarkRegister(4);
        }

        if ((ulong)environment.State.Current.CallbackDepth < environment.State.Register(1).Value.UnsignedMaximum)
        {
            FrameState callback = Push(call.Function);
            callback.Registers[1] = RegisterState.Unknown;
            callback.Registers[2] = context;
        }
        else
        {
            environment.State.OwnFrame(environment.State.Depth).CallbackDepth = 0;
        }
    }

    private FrameState Push(int function)
    {
        int start = environment.Code.Functions[function].Start;
        if (environment.State.Depth + 1 == VerifierState.MaximumFrames)
        {
            environment.Refuse(VerifierRule.CallDepth, $"{VerifierState.MaximumFrames} functions are running, and one more would be called");
        }

        VerifierState state = environment.Push(start);
        state.CallbackUnrollDepth++;
        state.OwnFrame(state.Depth).CallbackDepth++;
        FrameState callback = state.Enter(function, environment.Instruction);
        callback.IsCallback = true;
        environment.State.OwnFrame(environment.State.Depth).CallbackDepth = 0;
        return callback;
    }
}
