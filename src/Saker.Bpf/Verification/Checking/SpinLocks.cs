using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Spin locks in maps' values (<c>process_spin_lock</c>).</summary>
internal sealed class SpinLocks(VerifierEnvironment environment)
{
    /// <summary>Locks or unlocks.</summary>
    /// <param name="isLock">Which.</param>
    /// <param name="register">The register that points to the lock.</param>
    public void Apply(bool isLock, int register)
    {
        RegisterState pointer = environment.State.Register(register);
        VerifierMap map = environment.Maps[pointer.Map];
        string name = VerifierEnvironment.NameOf(register);
        if (!pointer.Value.IsConstant)
        {
            environment.Refuse(VerifierRule.SpinLock, $"{name} points to a variable place of the value of the map '{map.Name}', and a lock is at one place");
        }

        if (map.SpinLockOffset is not { } offset)
        {
            environment.Refuse(VerifierRule.SpinLock, $"the map '{map.Name}' has no spin lock in its values", "give the map's value a type with a 'struct bpf_spin_lock', by BTF");
            return;
        }

        long place = pointer.Offset + (long)pointer.Value.ConstantValue;
        if (place != offset)
        {
            environment.Refuse(VerifierRule.SpinLock, $"{name} points to offset {place} of the value of the map '{map.Name}', and its spin lock is at {offset}");
        }

        if (isLock)
        {
            Lock(pointer, map);
        }
        else
        {
            Unlock(pointer, map);
        }
    }

    private void Lock(in RegisterState pointer, VerifierMap map)
    {
        if (environment.State.LockCount > 0)
        {
            environment.Refuse(VerifierRule.SpinLock, $"the spin lock of the map '{map.Name}' would be taken while another one is held", "release the first one before");
        }

        environment.State.Acquire(new HeldReference(pointer.Id, environment.Instruction, IsLock: true, pointer.Map));
    }

    private void Unlock(in RegisterState pointer, VerifierMap map)
    {
        if (environment.State.LockCount == 0)
        {
            environment.Refuse(VerifierRule.SpinLock, $"the spin lock of the map '{map.Name}' would be released, and none is held");
        }

        HeldReferences held = environment.State.References;
        if (held.IndexOf(pointer.Id, isLock: true) is var index && (index < 0 || held.All[index].Map != pointer.Map))
        {
            environment.Refuse(VerifierRule.SpinLock, $"the spin lock that is released is not the one that is held: it is in another value of the map '{map.Name}' or in another map");
        }

        environment.State.Release(pointer.Id, isLock: true);
    }
}
