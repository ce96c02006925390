using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Classic;
using Saker.Cli.Output;
using Saker.Host.Dump;
using Saker.Kernel;
using Saker.Wire.Captures;

namespace Saker.Cli.Commands;

/// <summary><c>saker dump</c>: the frames of a device or a capture that pass a packet filter, to a file or in a line each.</summary>
internal sealed class DumpCommand
{
    private readonly Argument<string> _source = new("DEV|CAPTURE")
    {
        Description = "A pcap or pcapng file of any link type, gzipped or not; - for standard input; or, where there is no such file, a device of this host (takes CAP_NET_RAW).",
    };

    private readonly Argument<string?> _filter = FilterArgument.Create();

    private readonly Option<string?> _write = new("--write", "-w")
    {
        Description = "Write the frames to a pcapng file, - for standard output, instead of a line each.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _count = NumberOption.CreateOptional("--count", "frames", int.MaxValue, "Stop after so many frames.");

    private readonly Option<bool> _list = new("--list-filter", "-d") { Description = "Print the filter's instructions as 'tcpdump -d' does, and dump nothing." };

    private readonly Option<bool> _modest = new("--no-promiscuous", "-p") { Description = "Leave the device as it is: do not let it receive what is for others." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        DumpCommand dump = new();
        dump._count.Aliases.Add("-c");
        Command command = new("dump", "Show or save the frames of a device or a capture, as many as a packet filter lets pass.")
        {
            dump._source,
            dump._filter,
            dump._write,
            dump._count,
            dump._modest,
            dump._list,
        };
        command.SetAction(dump.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!FilterArgument.TryRead(parsed.GetValue(_filter), out ClassicProgram? program, out string? fault))
        {
            return ExitCode.Refuse(fault);
        }

        if (parsed.GetValue(_list))
        {
            Console.Out.Write(program?.ToString() ?? string.Empty);
            return ExitCode.Success;
        }

        if (!TryOpen(parsed.GetRequiredValue(_source), program, !parsed.GetValue(_modest), out IFrameSource? source, out fault))
        {
            return ExitCode.Fail(fault);
        }

        using (source)
        {
            if (!FrameDump.TryCreate(parsed.GetValue(_write), out FrameDump? dump, out fault))
            {
                return ExitCode.Fail(fault);
            }

            using (dump)
            {
                Pump(source, dump, parsed.GetValue(_count) ?? long.MaxValue);
            }

            return Tell(source, dump);
        }
    }

    private static bool TryOpen(
        string name, ClassicProgram? program, bool isPromiscuous, [NotNullWhen(true)] out IFrameSource? source, [NotNullWhen(false)] out string? fault)
    {
        source = null;
        if (name != CaptureReader.StandardInputPath && !File.Exists(name) && Directory.Exists("/sys/class/net/" + name) && name is not ("" or "." or ".."))
        {
            try
            {
                source = DeviceFrames.Open(name, program, isPromiscuous);
                fault = null;
            }
            catch (KernelException exception)
            {
                fault = $"{name}: {exception.Message}{(exception.IsForbidden ? "; a packet socket takes CAP_NET_RAW: run as root" : string.Empty)}";
            }

            return source is not null;
        }

        using CaptureFile file = new(name);
        if (!file.TryOpenLast(out CaptureReader? reader, out CaptureFault? captureFault, anyLinkType: true))
        {
            fault = captureFault.Kind == CaptureFaultKind.NotFound ? $"{name}: there is neither such a file nor such a device; check the name" : captureFault.ToString();
            return false;
        }

        fault = null;
        source = new CaptureFrames(reader, program);
        return true;
    }

    private static void Pump(IFrameSource source, FrameDump dump, long most)
    {
        // What was written must be whole, however the dump is ended.
        using StopSignal stop = new();
        while (!source.IsAtEnd && dump.Count < most && !stop.Token.IsCancellationRequested)
        {
            if (source.TryNext(out DumpedFrame frame))
            {
                dump.Take(frame, source.Interfaces);
            }
            else
            {
                dump.Flush();
            }
        }
    }

    /// <summary>Says on standard error, which is no part of the dump, how it went.</summary>
    private static int Tell(IFrameSource source, FrameDump dump)
    {
        DumpSummary summary = source.Summarize();
        if (summary.Lost != 0)
        {
            ExitCode.Warn($"{Quantity.Of(summary.Lost, "frame")} passed the filter and found the socket full.");
        }

        if (!dump.Prints)
        {
            Console.Error.WriteLine($"{Quantity.Of(dump.Count, "frame")} written.");
        }

        return summary.Fault is { } fault ? ExitCode.Fail(fault) : ExitCode.Success;
    }
}
