using System.Collections.Immutable;

namespace Saker.Bpf.Verification.Checking;

/// <summary>What is found out of a call's arguments, one after the other, and says what the call does.</summary>
/// <param name="helper">The helper.</param>
/// <param name="type">The type of the program that calls it.</param>
internal sealed class HelperCall(HelperDescription helper, ProgramType type)
{
    /// <summary>The helper.</summary>
    public HelperDescription Helper { get; } = helper;

    /// <summary>What it takes.</summary>
    public ImmutableArray<HelperArgument> Arguments { get; } = helper.ArgumentsFor(type);

    /// <summary>The map that it gets; null: none.</summary>
    public VerifierMap? Map { get; set; }

    /// <summary>The map's number.</summary>
    public int MapNumber { get; set; }

    /// <summary>The key that it gets, where it is constant.</summary>
    public ulong? ConstantKey { get; set; }

    /// <summary>The size that it gets for memory to be made.</summary>
    public int MemorySize { get; set; }

    /// <summary>The function that it gets.</summary>
    public int Function { get; set; } = -1;

    /// <summary>What was acquired with one of the arguments; 0: nothing.</summary>
    public uint ReferenceId { get; set; }

    /// <summary>The argument that it releases; 0: none.</summary>
    public int ReleasedRegister { get; set; }

    /// <summary>The argument with memory that it fills, and that needs not be initialised; 0: none.</summary>
    public int FilledRegister { get; set; }

    /// <summary>How many bytes it fills.</summary>
    public int FilledSize { get; set; }

    /// <summary>The greatest size that it gets of memory that it writes.</summary>
    public int GreatestSize { get; set; }
}
