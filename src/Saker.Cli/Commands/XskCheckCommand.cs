using System.CommandLine;
using Saker.Cli.Output;
using Saker.Host.AfXdp;

namespace Saker.Cli.Commands;

/// <summary><c>saker xsk check</c>: what a device allows of AF_XDP.</summary>
internal static class XskCheckCommand
{
    private const int UsualChunk = 4096, LargestChunk = 1 << 20;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> device = new("DEV") { Description = "The device, in this network namespace." };
        Option<int> chunk = NumberOption.Create("--chunk-size", "BYTES", "bytes", UsualChunk, LargestChunk, "The size of the UMEM's chunks, by which is told whether frames fit.");
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Command command = new("check", "Say what a device, the machine and your rights allow of AF_XDP, and for each obstacle what removes it. Nothing is changed.") { device, chunk, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(device), parsed.GetValue(chunk), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string device, int chunkSize, bool json)
    {
        if (!XdpCheck.TryLook(device, chunkSize, out XdpCheck? check, out string? fault))
        {
            return ExitCode.Fail(fault);
        }

        if (json)
        {
            using Stream output = Terminal.OpenOutput();
            CheckJson.Write(output, check);
        }
        else
        {
            new XskCheckReport(new Columns(Terminal.Output)).Print(check);
        }

        return ExitCode.Success;
    }
}
