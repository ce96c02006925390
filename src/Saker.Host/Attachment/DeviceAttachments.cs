using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;

namespace Saker.Host.Attachment;

/// <summary>Programs at the hooks of devices of this network namespace.</summary>
public static class DeviceAttachments
{
    /// <summary>Attaches a program.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="hook">Where.</param>
    /// <param name="mode">For XDP: who runs it.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public static KernelAttachment Attach(KernelProgram program, int device, AttachHook hook, XdpMode mode) => hook == AttachHook.Xdp
        ? KernelAttachment.ToXdp(program, device, mode)
        : KernelAttachment.ToTraffic(program, device, hook == AttachHook.TcxIngress ? TrafficDirection.Ingress : TrafficDirection.Egress);

    /// <summary>The links that attach programs to a hook. Takes CAP_SYS_ADMIN.</summary>
    /// <param name="device">The device's index in the network namespace of the calling thread.</param>
    /// <param name="hook">The hook; null: any.</param>
    public static IReadOnlyList<KernelLinkInfo> LinksAt(int device, AttachHook? hook) =>
        [.. Inventory.KernelInventory.Links().Where(link => link.Device == device && HookOf(link) is { } known && (hook is null || hook == known) && IsHere(link, known))];

    /// <summary>The hook of a link; null: it is for no such hook.</summary>
    public static AttachHook? HookOf(KernelLinkInfo link) => (link.Type, link.AttachType) switch
    {
        (KernelLinkType.Xdp, _) => AttachHook.Xdp,
        (KernelLinkType.Tcx, AttachType.TcxIngress) => AttachHook.TcxIngress,
        (KernelLinkType.Tcx, AttachType.TcxEgress) => AttachHook.TcxEgress,
        _ => null,
    };

    /// <summary>Detaches what a link attaches, whoever holds it, and takes its name away if it is pinned.</summary>
    /// <param name="id">The link.</param>
    /// <param name="folder">Where names are looked for.</param>
    /// <returns>The names that were taken away.</returns>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public static IReadOnlyList<string> Detach(uint id, string folder = BpfFileSystem.Root)
    {
        using (KernelLink link = KernelLink.OpenById(id))
        {
            link.Detach();
        }

        List<string> removed = [];
        foreach (string path in NamesOf(id, folder))
        {
            BpfFileSystem.Unpin(path);
            removed.Add(path);
        }

        return removed;
    }

    /// <summary>Takes the XDP program away that is attached to a device, if it was left there by netlink; what a link attaches only where that is asked for.</summary>
    /// <param name="device">The device's index in the network namespace of the calling thread.</param>
    /// <param name="takesFromLinks">Whether a link is detached too, whoever holds it.</param>
    /// <param name="occupant">What was there; null: nothing.</param>
    /// <returns>Whether nothing is there any more.</returns>
    /// <exception cref="KernelException">The kernel refuses, or there is no such device.</exception>
    public static bool TryDetachXdp(int device, bool takesFromLinks, out XdpOccupant? occupant)
    {
        occupant = XdpOccupant.Find(device);
        switch (occupant)
        {
            case { Link: { } id } when takesFromLinks:
                using (KernelLink link = KernelLink.OpenById(id))
                {
                    link.Detach();
                }

                return true;
            case { Link: null }:
                XdpNetlinkAttachment.Detach(device, occupant.Mode);
                return true;
            default:
                return occupant is null;
        }
    }

    /// <summary>A link knows its device by an index that devices of other namespaces may have too: the programs at the device decide.</summary>
    private static bool IsHere(KernelLinkInfo link, AttachHook hook) =>
        DeviceName.Of(link.Device) is not null && (hook == AttachHook.Xdp
            ? XdpNetlinkAttachment.Find(link.Device, out _) == link.ProgramId
            : KernelLink.TcxPrograms(link.Device, hook == AttachHook.TcxIngress ? TrafficDirection.Ingress : TrafficDirection.Egress).Contains(link.ProgramId));

    private static IEnumerable<string> NamesOf(uint id, string folder)
    {
        if (!Directory.Exists(folder) || !BpfFileSystem.Contains(folder))
        {
            yield break;
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (IsLink(path, id))
            {
                yield return path;
            }
        }
    }

    private static bool IsLink(string path, uint id)
    {
        try
        {
            using KernelLink link = KernelLink.OpenPinned(path);
            return link.Info.Id == id;
        }
        catch (KernelException)
        {
            // It is a program or a map, or was taken away meanwhile.
            return false;
        }
    }
}
