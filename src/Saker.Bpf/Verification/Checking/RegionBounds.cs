using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Whether an access lies within memory of a known size.</summary>
internal sealed class RegionBounds(VerifierEnvironment environment)
{
    /// <summary>Variable offsets are to stay below this (<c>BPF_MAX_VAR_OFF</c>).</summary>
    public const long MostVariable = 1 << 29;

    /// <summary>Checks it.</summary>
    /// <param name="register">The register with the address.</param>
    /// <param name="offset">Bytes that are added, with the register's fixed offset.</param>
    /// <param name="size">Bytes that are accessed.</param>
    /// <param name="length">Bytes of the memory.</param>
    /// <param name="mayBeEmpty">Whether an access of no bytes is one.</param>
    /// <param name="rule">The rule that it breaks otherwise.</param>
    /// <param name="what">How the memory is called.</param>
    public void Check(int register, long offset, long size, long length, bool mayBeEmpty, VerifierRule rule, string what)
    {
        ref readonly RegisterState pointer = ref environment.State.Register(register);
        long least = pointer.Value.SignedMinimum;
        if (least < 0 && (least == long.MinValue || least + offset < 0 || least + offset != (int)(least + offset)))
        {
            environment.Refuse(
                rule,
                $"{VerifierEnvironment.NameOf(register)} may be before the beginning of {what}: its offset is {least + offset} at least",
                "make the index unsigned, or compare it with 0 first");
        }

        RequireWithin(register, least + offset, size, length, mayBeEmpty, rule, what, "at least");
        if (pointer.Value.UnsignedMaximum >= MostVariable)
        {
            environment.Refuse(
                rule,
                $"the offset of {VerifierEnvironment.NameOf(register)} into {what} has no upper bound",
                "compare the index with the size first, or mask it ('index &= size - 1')");
        }

        RequireWithin(register, (long)pointer.Value.UnsignedMaximum + offset, size, length, mayBeEmpty, rule, what, "at most");
    }

    private void RequireWithin(int register, long offset, long size, long length, bool mayBeEmpty, VerifierRule rule, string what, string bound)
    {
        if (offset < 0 || offset + size > length || !(size > 0 || mayBeEmpty))
        {
            ref readonly RegisterState pointer = ref environment.State.Register(register);
            string at = pointer.Value.IsConstant ? "is at" : $"is at {bound}";
            environment.Refuse(
                rule,
                $"{size} bytes are accessed by {VerifierEnvironment.NameOf(register)}, which {at} offset {offset} of {what}, and there are {length} bytes",
                pointer.Value.IsConstant ? null : "compare the index with the size first");
        }
    }
}
