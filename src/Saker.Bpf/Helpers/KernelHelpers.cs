using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Helpers;

namespace Saker.Bpf;

/// <summary>All helpers of Linux 6.18, those that can be called here and those that cannot. <c>docs/bpf-helpers.md</c> shows them.</summary>
public static class KernelHelpers
{
    /// <summary>They, by number.</summary>
    public static ImmutableArray<HelperDescription> All => HelperDescriptions.Table;

    /// <summary>Finds a helper by its number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="helper">The helper; null: there is none.</param>
    public static bool TryFind(ulong number, [NotNullWhen(true)] out HelperDescription? helper)
    {
        helper = number - 1 < (ulong)All.Length ? All[(int)number - 1] : null;
        return helper is not null;
    }

    /// <summary>Finds a helper by its name.</summary>
    /// <param name="name">The kernel's name, with or without <c>bpf_</c>.</param>
    /// <param name="helper">The helper; null: there is none.</param>
    public static bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out HelperDescription? helper)
    {
        foreach (HelperDescription candidate in All)
        {
            if (name.SequenceEqual(candidate.Name) || name.SequenceEqual(candidate.Name.AsSpan("bpf_".Length)))
            {
                helper = candidate;
                return true;
            }
        }

        helper = null;
        return false;
    }
}
