using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Btf;

namespace Saker.Bpf;

/// <summary>Makes of an object as it was compiled one that fits the machine and the kernel it is for.</summary>
public static class ObjectPreparation
{
    /// <summary>Gives an object what it asks for of a kernel: its configuration, and where its types have their fields.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="configuration">The kernel's configuration.</param>
    /// <param name="types">The kernel's types; null: what depends on them stays as it was compiled.</param>
    /// <param name="prepared">The object as it can be loaded; null where there is a fault.</param>
    /// <param name="fault">Why it cannot be, in one line; null where it can.</param>
    public static bool TryPrepare(
        this ObjectSpec spec, ConfigurationValues configuration, BtfSpec? types, [NotNullWhen(true)] out ObjectSpec? prepared, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(configuration);
        prepared = null;
        if (spec.IsBigEndian == BitConverter.IsLittleEndian)
        {
            fault = $"the object is for {(spec.IsBigEndian ? "big" : "little")}-endian machines, and this one is not: compile it with -target bpf";
            return false;
        }

        if (!configuration.TryApply(spec, out prepared, out fault))
        {
            return false;
        }

        if (types is not null && !prepared.TryRelocate(types, out prepared, out ObjectFault? unfit))
        {
            fault = unfit.ToString();
            return false;
        }

        return true;
    }
}
