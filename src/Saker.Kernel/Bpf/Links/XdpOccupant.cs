using Saker.Kernel.Interop;
using Saker.Kernel.Netlink;

namespace Saker.Kernel.Bpf;

/// <summary>The XDP program that is attached to a device, and who keeps it there.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="ProgramName">Its name; empty: it has none, or is not told (CAP_SYS_ADMIN).</param>
/// <param name="Mode">Where it is run.</param>
/// <param name="Link">The link that attaches it; null: none does, so that it is attached by netlink; or links are not told (CAP_SYS_ADMIN).</param>
/// <param name="Holders">The processes that hold the link. None where a name in a bpffs does.</param>
public sealed record XdpOccupant(string Device, uint ProgramId, string ProgramName, XdpMode Mode, uint? Link, IReadOnlyList<LinkHolder> Holders)
{
    /// <summary>Whether this thread may see links, so that without one it is known to be netlink's.</summary>
    public bool IsLinkTold { get; init; } = true;

    /// <summary>Its id and name.</summary>
    public string Program => ProgramName.Length == 0 ? $"program {ProgramId}" : $"program {ProgramId} '{ProgramName}'";

    /// <summary>What takes it away, as a command or what to end.</summary>
    public string Remedy => this switch
    {
        { Link: not null, Holders: [LinkHolder first, ..] } => $"end {first}, which holds it, or take it away from it with 'saker xsk detach {Device} --force'",
        { Link: not null } => $"no process that can be seen holds it, so that a name in a bpffs does: 'saker bpf detach --device {Device}' takes both away",
        _ => $"'saker xsk detach {Device}' takes it away",
    };

    /// <summary>The program at a device; null: there is none.</summary>
    /// <param name="device">The device's index in the network namespace of the calling thread.</param>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static XdpOccupant? Find(int device)
    {
        if (XdpNetlinkAttachment.Find(device, out XdpMode mode) is not { } program)
        {
            return null;
        }

        string name = SocketDiagnosis.NameOf((uint)device);
        try
        {
            uint? link = FindLink(device, program);
            return new XdpOccupant(name, program, NameOf(program), mode, link, link is { } id ? LinkHolder.Find(id) : []);
        }
        catch (KernelException exception) when (exception.IsForbidden)
        {
            return new XdpOccupant(name, program, "", mode, null, []) { IsLinkTold = false };
        }
    }

    /// <summary>One sentence that says what is there, and by what.</summary>
    public override string ToString()
    {
        string how = Link is { } link ? $"by link {link}" : IsLinkTold ? "by netlink" : "by netlink or a link";
        return $"{Program} is attached to {Device} {how}{(Mode == XdpMode.Any ? "" : $" ({Mode.Name()})")}";
    }

    /// <summary>A link knows its device by an index that devices of other namespaces may have too: the program decides.</summary>
    private static uint? FindLink(int device, uint program)
    {
        foreach (uint id in KernelLink.Ids)
        {
            try
            {
                using KernelLink link = KernelLink.OpenById(id);
                if (link.Info is { Type: KernelLinkType.Xdp } info && info.Device == device && info.ProgramId == program)
                {
                    return id;
                }
            }
            catch (KernelException exception) when (exception.ErrorNumber == BpfSystemCall.ENOENT)
            {
                // It has gone meanwhile.
            }
        }

        return null;
    }

    private static string NameOf(uint program)
    {
        try
        {
            using KernelProgram opened = KernelProgram.OpenById(program);
            return opened.Info.Name;
        }
        catch (KernelException exception) when (exception.ErrorNumber == BpfSystemCall.ENOENT)
        {
            return "";
        }
    }
}
