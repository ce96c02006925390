using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Netlink;

namespace Saker.Host.Inventory;

/// <summary>The programs and maps of BPF that the running kernel holds, whoever loaded them. Takes CAP_SYS_ADMIN.</summary>
public static class KernelInventory
{
    /// <summary>All programs, in the order of their ids, each with where links attach it. What vanishes meanwhile is left out.</summary>
    /// <exception cref="KernelException">The kernel does not tell; the message says what is missing.</exception>
    public static IReadOnlyList<ProgramEntry> Programs()
    {
        ILookup<uint, string> places = Links().ToLookup(link => link.ProgramId, PlaceOf);
        List<ProgramEntry> found = [];
        foreach (uint id in KernelProgram.Ids)
        {
            if (TryOpen(() => KernelProgram.OpenById(id)) is { } program)
            {
                using (program)
                {
                    found.Add(new ProgramEntry(program.Info, [.. places[id]]));
                }
            }
        }

        return found;
    }

    /// <summary>All maps, in the order of their ids. What vanishes meanwhile is left out.</summary>
    /// <exception cref="KernelException">The kernel does not tell; the message says what is missing.</exception>
    public static IReadOnlyList<MapDescription> Maps()
    {
        List<MapDescription> found = [];
        foreach (uint id in KernelMap.Ids)
        {
            if (TryOpen(() => KernelMap.OpenById(id)) is { } map)
            {
                using (map)
                {
                    found.Add(new MapDescription(map.Id, map.Name, map.Type, map.KeySize, map.ValueSize, map.MaximumEntries, map.Flags, map.IsFrozen));
                }
            }
        }

        return found;
    }

    /// <summary>All links, in the order of their ids.</summary>
    /// <exception cref="KernelException">The kernel does not tell; the message says what is missing.</exception>
    public static IReadOnlyList<KernelLinkInfo> Links()
    {
        List<KernelLinkInfo> found = [];
        foreach (uint id in KernelLink.Ids)
        {
            if (TryOpen(() => KernelLink.OpenById(id)) is { } link)
            {
                using (link)
                {
                    found.Add(link.Info);
                }
            }
        }

        return found;
    }

    /// <summary>Where a link attaches its program: <c>xdp eth0</c>. Devices of other namespaces have no name here.</summary>
    public static string PlaceOf(KernelLinkInfo link)
    {
        string hook = (link.Type, link.AttachType) switch
        {
            (KernelLinkType.Xdp, _) => "xdp",
            (KernelLinkType.Tcx, AttachType.TcxIngress) => "tcx-ingress",
            (KernelLinkType.Tcx, AttachType.TcxEgress) => "tcx-egress",
            _ => link.Type.KernelName(),
        };
        return link.Type is not (KernelLinkType.Xdp or KernelLinkType.Tcx or KernelLinkType.Netkit) ? hook
            : link.Device == 0 ? $"{hook} (detached)"
            : $"{hook} {SocketDiagnosis.NameOf((uint)link.Device)}";
    }

    /// <summary>What vanished between its id and its opening is none.</summary>
    private static T? TryOpen<T>(Func<T> open)
        where T : class
    {
        const int NotFound = 2;
        try
        {
            return open();
        }
        catch (KernelException exception) when (exception.ErrorNumber == NotFound)
        {
            return null;
        }
    }
}

/// <summary>A program in the kernel.</summary>
/// <param name="Info">What the kernel tells of it.</param>
/// <param name="Places">Where links attach it.</param>
public sealed record ProgramEntry(KernelProgramInfo Info, IReadOnlyList<string> Places);

/// <summary>A map in the kernel.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, of which the kernel keeps 15 bytes.</param>
/// <param name="Type">What it is.</param>
/// <param name="KeySize">Bytes of a key.</param>
/// <param name="ValueSize">Bytes of a value.</param>
/// <param name="MaximumEntries">How many entries it may hold.</param>
/// <param name="Flags">The kernel's flags.</param>
/// <param name="IsFrozen">Whether only programs change it.</param>
public sealed record MapDescription(uint Id, string Name, MapType Type, int KeySize, int ValueSize, uint MaximumEntries, uint Flags, bool IsFrozen);
