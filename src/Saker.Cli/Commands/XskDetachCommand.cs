using System.CommandLine;
using Saker.Host.Attachment;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;

namespace Saker.Cli.Commands;

/// <summary><c>saker xsk detach</c>: the XDP program that was left at a device.</summary>
internal static class XskDetachCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> device = new("DEV") { Description = "The device, in this network namespace." };
        Option<bool> force = new("--force") { Description = "Take it away from a link as well, whoever holds that." };
        Command command = new(
            "detach",
            "Take an XDP program away that was attached to a device by netlink and outlived its process (as root). One that a link attaches goes with the process that holds it: which, is told.")
        {
            device, force,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(device), parsed.GetValue(force)));
        return command;
    }

    private static int Run(string device, bool force)
    {
        int index = DeviceName.IndexOf(device);
        if (index == 0)
        {
            return ExitCode.Fail($"there is no device '{device}' in this network namespace; 'ip link' lists those that there are");
        }

        bool isFree = DeviceAttachments.TryDetachXdp(index, force, out XdpOccupant? occupant);
        if (occupant is null)
        {
            Console.Out.WriteLine($"no XDP program is attached to {device}: there is nothing to take away");
            return ExitCode.Success;
        }

        if (!isFree)
        {
            return ExitCode.Fail($"{occupant}: {occupant.Remedy}");
        }

        Console.Out.WriteLine($"{occupant.Program} is detached from {device}");
        return ExitCode.Success;
    }
}
