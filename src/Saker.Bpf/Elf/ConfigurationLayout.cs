using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>Gives places to what a program asks of the kernel's configuration, each at a multiple of its alignment.</summary>
internal static class ConfigurationLayout
{
    public const string SectionName = ".kconfig";

    private const uint LargestVariable = 4096;

    /// <summary>The section with places and size. Where something in it has no size, or too much, the section has size 0.</summary>
    /// <param name="types">The types.</param>
    /// <param name="section">The section as the compiler left it.</param>
    public static BtfDataSection Of(BtfSpec types, BtfDataSection section)
    {
        ulong end = 0;
        List<BtfSectionVariable> places = [];
        foreach (BtfSectionVariable place in section.Variables)
        {
            if (types[place.Variable] is not BtfVariable variable || types.SizeOf(variable.Type) is not { } size || size is 0 or > LargestVariable)
            {
                return section with { Size = 0 };
            }

            uint alignment = Alignment(types, variable.Type);
            end = (end + alignment - 1) / alignment * alignment;
            places.Add(new BtfSectionVariable(place.Variable, (uint)end, size));
            end += size;
        }

        return section with { Size = (uint)end, Variables = [.. places] };
    }

    private static uint Alignment(BtfSpec types, uint type)
    {
        BtfType resolved = types.Resolve(type);
        while (resolved is BtfArray array)
        {
            resolved = types.Resolve(array.Element);
        }

        uint size = types.SizeOf(resolved.Id) ?? 0;
        return size is 1 or 2 or 4 ? size : 8;
    }
}
