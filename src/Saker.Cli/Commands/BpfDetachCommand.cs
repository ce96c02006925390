using System.CommandLine;
using System.Globalization;
using Saker.Host.Attachment;
using Saker.Host.Inventory;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;

namespace Saker.Cli.Commands;

/// <summary><c>saker bpf detach</c>: programs from a device.</summary>
internal sealed class BpfDetachCommand
{
    private readonly Argument<string?> _pin = new("PIN")
    {
        Description = "The path at which an attachment is pinned ('saker bpf attach --pin'); the name is taken away as well.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _device = new("--device", "-d") { Description = "Detach what is attached to this device, whoever attached it.", HelpName = "DEV" };

    private readonly Option<AttachHook?> _type = HookOption.Create("Only from this hook of the device.");

    private readonly Option<bool> _all = new("--all") { Description = "Detach all programs, where the device has several." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        BpfDetachCommand detach = new();
        Command command = new("detach", "Detach a program from a device of the running kernel (as root): by the path of its pinned attachment, or by the device.")
        {
            detach._pin, detach._device, detach._type, detach._all,
        };
        command.SetAction(detach.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        (string? pin, string? device) = (parsed.GetValue(_pin), parsed.GetValue(_device));
        if ((pin is null) == (device is null))
        {
            return ExitCode.Refuse("say what is to be detached: the path of a pinned attachment, or --device DEV.");
        }

        if (pin is not null)
        {
            KernelLinkInfo info;
            using (KernelLink link = KernelLink.OpenPinned(pin))
            {
                info = link.Info;
                link.Detach();
            }

            BpfFileSystem.Unpin(pin);
            Tell(info, [pin]);
            return ExitCode.Success;
        }

        int index = DeviceName.IndexOf(device!);
        return index == 0
            ? ExitCode.Fail($"there is no device '{device}' in this network namespace; 'ip link' lists those that there are")
            : Detach(device!, index, parsed.GetValue(_type), parsed.GetValue(_all));
    }

    private static int Detach(string device, int index, AttachHook? hook, bool all)
    {
        IReadOnlyList<KernelLinkInfo> links = DeviceAttachments.LinksAt(index, hook);
        if (links.Count > 1 && !all)
        {
            string[] known = [.. links.Select(link => string.Create(CultureInfo.InvariantCulture, $"program {link.ProgramId} ({AttachHooks.NameOf(DeviceAttachments.HookOf(link)!.Value)}, link {link.Id})"))];
            return ExitCode.Refuse($"{device} has several programs: {string.Join(", ", known)}; choose a hook with --type, or detach them with --all.");
        }

        foreach (KernelLinkInfo link in links)
        {
            Tell(link, DeviceAttachments.Detach(link.Id));
        }

        if (links.Count > 0)
        {
            return ExitCode.Success;
        }

        // What was attached by netlink has no link.
        if (hook is null or AttachHook.Xdp && XdpNetlinkAttachment.Find(index, out XdpMode mode) is { } program)
        {
            XdpNetlinkAttachment.Detach(index, mode);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"program {program} is detached from {device} (xdp)"));
            return ExitCode.Success;
        }

        return ExitCode.Fail($"nothing is attached to {device}{(hook is { } named ? $" at {AttachHooks.NameOf(named)}" : "")}; filters of tc are removed by 'tc filter del'");
    }

    private static void Tell(KernelLinkInfo link, IReadOnlyList<string> names) => Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"program {link.ProgramId} is detached from {KernelInventory.PlaceOf(link)}{(names.Count > 0 ? $"; {string.Join(", ", names)} removed" : "")}"));
}
