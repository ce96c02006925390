namespace Saker.Bpf.Verification.Rules;

/// <summary>What the verifier is to know of helpers beside their descriptions.</summary>
internal static class HelperFacts
{
    /// <summary>The registers that arguments are in, a bit each.</summary>
    public const int Arguments = 0b111110;

    private const int FindVirtualMemory = 180, DrainUserRing = 209;

    /// <summary>Whether it calls a function of the program before it returns.</summary>
    public static bool CallsBack(int number) => number is HelperNumbers.ForEachEntry or FindVirtualMemory or HelperNumbers.Loop or DrainUserRing;

    /// <summary>The registers that it reads, a bit each.</summary>
    public static int ArgumentRegisters(int number, ProgramType type) => KernelHelpers.TryFind((uint)number, out HelperDescription? helper)
        ? ((1 << helper.ArgumentsFor(type).Count(argument => argument != HelperArgument.OptionalNumber)) - 1) << 1
        : Arguments;
}
