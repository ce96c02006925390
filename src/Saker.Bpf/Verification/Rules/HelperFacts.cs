using System.Collections.Frozen;

namespace Saker.Bpf.Verification.Rules;

/// <summary>What the verifier is to know of helpers beside their descriptions.</summary>
internal static class HelperFacts
{
    /// <summary>Looks a key up.</summary>
    public const int MapLookup = 1;

    /// <summary>Changes an entry.</summary>
    public const int MapUpdate = 2;

    /// <summary>Removes an entry.</summary>
    public const int MapDelete = 3;

    /// <summary>Goes on in another program.</summary>
    public const int TailCall = 12;

    /// <summary>Appends to a queue, stack or filter.</summary>
    public const int MapPush = 87;

    /// <summary>Takes from a queue or stack.</summary>
    public const int MapPop = 88;

    /// <summary>Looks at a queue, stack or filter.</summary>
    public const int MapPeek = 89;

    /// <summary>Locks.</summary>
    public const int SpinLock = 93;

    /// <summary>Unlocks.</summary>
    public const int SpinUnlock = 94;

    /// <summary>Calls back for each entry.</summary>
    public const int ForEachEntry = 164;

    /// <summary>Formats into memory.</summary>
    public const int FormatText = 165;

    /// <summary>Calls back a number of times.</summary>
    public const int Loop = 181;

    private const int FindVirtualMemory = 180, DrainUserRing = 209;

    /// <summary>Helpers that give the same socket as another kind (<c>is_ptr_cast_function</c>).</summary>
    private static readonly FrozenSet<int> Casting = FrozenSet.Create(95, 96, 136, 137, 138, 139, 140, 196);

    /// <summary>Whether it may move the packet.</summary>
    public static bool ChangesPacket(HelperDescription helper) => (helper.Traits & HelperTraits.ChangesPacket) != HelperTraits.Plain;

    /// <summary>Whether it calls a function of the program before it returns.</summary>
    public static bool CallsBack(int number) => number is ForEachEntry or FindVirtualMemory or Loop or DrainUserRing;

    /// <summary>Whether memory that it gets may lie in the packet.</summary>
    public static bool MayTakePacket(HelperDescription helper) => (helper.Traits & HelperTraits.ReadsPacket) != HelperTraits.Plain;

    /// <summary>Whether what it returns has to be released.</summary>
    public static bool Acquires(HelperDescription helper) => (helper.Traits & HelperTraits.Acquires) != HelperTraits.Plain;

    /// <summary>Whether it releases what it gets.</summary>
    public static bool Releases(HelperDescription helper) => (helper.Traits & HelperTraits.Releases) != HelperTraits.Plain;

    /// <summary>Whether what it returns is released with what it got.</summary>
    public static bool Casts(int number) => Casting.Contains(number);

    /// <summary>The registers that it reads, a bit each.</summary>
    public static int ArgumentRegisters(int number, ProgramType type) => KernelHelpers.TryFind((uint)number, out HelperDescription? helper)
        ? ((1 << helper.ArgumentsFor(type).Count(argument => argument != HelperArgument.OptionalNumber)) - 1) << 1
        : 0b111110;
}
