using System.CommandLine;
using Saker.Host.AfXdp;

namespace Saker.Cli.Commands;

/// <summary><c>saker xsk</c>: AF_XDP sockets.</summary>
internal static class XskCommand
{
    /// <summary>Makes the command with what is below it.</summary>
    public static Command Create() => new("xsk", "AF_XDP sockets of the running kernel: receive, send and send back packets past its stack; traffic for that, and what is left at a device.")
    {
        XskTrafficCommand.Create(TrafficKind.ReceiveDrop),
        XskTrafficCommand.Create(TrafficKind.TransmitOnly),
        XskTrafficCommand.Create(TrafficKind.EchoForward),
        XskCheckCommand.Create(),
        XskGenerateCommand.Create(),
        XskDetachCommand.Create(),
    };
}
