using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Pointers that may be null, when they were compared with 0.</summary>
internal static class NullChecks
{
    /// <summary>On a way it is known whether a pointer, and all that are the same, is null.</summary>
    public static void Decide(VerifierEnvironment environment, VerifierState state, in RegisterState pointer, bool isNull)
    {
        uint id = pointer.Id;
        if (isNull && pointer.ReferenceId != 0 && pointer.ReferenceId == id)
        {
            // Nothing was acquired.
            state.Release(id, isLock: false);
        }

        state.ChangeAll(
            (in register) => register.MayBeNull && register.Id == id,
            (ref register) =>
            {
                if (isNull)
                {
                    register = RegisterState.Constant(0);
                    return;
                }

                MarkNotNull(environment, ref register);
                if (!HasLock(environment, register))
                {
                    register.Id = 0;
                }
            });
    }

    /// <summary>A pointer is not null: what a map of maps gives is a map, what one of sockets gives is a socket.</summary>
    public static void MarkNotNull(VerifierEnvironment environment, ref RegisterState register)
    {
        register.Traits &= ~RegisterTraits.MaybeNull;
        if (register.Kind != RegisterKind.MapValue)
        {
            return;
        }

        VerifierMap map = environment.Maps[register.Map];
        if (map.Inner is { } inner)
        {
            register.Kind = RegisterKind.Map;
            register.Map = environment.Maps.NumberOfInner(inner);
        }
        else if (map.Type == MapType.XskMap)
        {
            register.Kind = RegisterKind.XdpSocket;
            register.Map = OriginOf(register);
        }
        else if (map.Type is MapType.SocketMap or MapType.SocketHash)
        {
            register.Kind = RegisterKind.Socket;
            register.Map = OriginOf(register);
        }
    }

    /// <summary>What comes from a map is told from what comes from elsewhere, and from other maps, though it no longer belongs to it: so the kernel compares states.</summary>
    private static int OriginOf(in RegisterState register) => ~register.Map;

    /// <summary>Whether a pointer may point to a lock, so that it has to be told from others.</summary>
    private static bool HasLock(VerifierEnvironment environment, in RegisterState register) =>
        register.Kind == RegisterKind.MapValue && environment.Maps[register.Map].SpinLockOffset is not null;
}
