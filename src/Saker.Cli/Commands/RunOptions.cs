using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Sockets;

namespace Saker.Cli.Commands;

/// <summary>What the commands share that run frames through a host.</summary>
internal sealed class RunOptions
{
    private readonly ReceiveOptions _receive = new();

    private readonly Option<bool> _noReaders = new("--no-readers")
    {
        Description = "Nobody reads the sockets, so their receive buffers fill up. By default an application that keeps up is assumed.",
    };

    private readonly Option<FrameMemory> _frameMemory = new("--frame-memory")
    {
        Description = "How the device's driver keeps frames, which decides how many fill a receive buffer: as long as each is (veth, TAP), "
            + "half a page each (Intel's drivers), or a page each. Default: allocated.",
        HelpName = "allocated|half-pages|pages",
        CustomParser = ReadFrameMemory,
    };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        _receive.AddTo(command);
        command.Add(_noReaders);
        command.Add(_frameMemory);
    }

    /// <summary>How frames are run before a scene's host.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="scene">The scene, whose device is set up as asked for.</param>
    /// <param name="run">How they are run.</param>
    /// <param name="fault">What is wrong with an option, in one line.</param>
    public bool TryRead(ParseResult parsed, Scene scene, [NotNullWhen(true)] out ReplayOptions? run, [NotNullWhen(false)] out string? fault)
    {
        run = new ReplayOptions
        {
            Device = scene.Device,
            InjectEverything = !scene.IsInferred,
            Reader = parsed.GetValue(_noReaders) ? ReaderMode.None : ReaderMode.Immediate,
        };
        if (_receive.TryApply(parsed, scene, ref run, out fault))
        {
            scene.Device.FrameMemory = parsed.GetValue(_frameMemory);
            return true;
        }

        run = null;
        return false;
    }

    private static FrameMemory ReadFrameMemory(ArgumentResult argument)
    {
        string word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
        switch (word)
        {
            case "allocated":
                return FrameMemory.Allocated;
            case "half-pages":
                return FrameMemory.HalfPages;
            case "pages":
                return FrameMemory.Pages;
            default:
                argument.AddError($"--frame-memory takes allocated, half-pages or pages; '{word}' is none of them.");
                return default;
        }
    }
}
