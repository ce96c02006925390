using System.CommandLine;
using System.CommandLine.Parsing;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Sockets;

namespace Saker.Cli.Commands;

/// <summary>What the commands share that run frames through a host.</summary>
internal sealed class RunOptions
{
    private const int MaximumCoalesce = 1_000_000;

    private readonly Option<int> _coalesce = NumberOption.Create(
        "--coalesce",
        "USECS",
        "microseconds",
        usual: 0,
        MaximumCoalesce,
        "The card's interrupt moderation in microseconds: frames closer together share a poll. 0: each frame is alone.");

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
        DefaultValueFactory = _ => FrameMemory.Allocated,
    };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_coalesce);
        command.Add(_noReaders);
        command.Add(_frameMemory);
    }

    /// <summary>How frames are run before a scene's host.</summary>
    public ReplayOptions Read(ParseResult parsed, Scene scene)
    {
        scene.Device.FrameMemory = parsed.GetValue(_frameMemory);
        return new ReplayOptions
        {
            Device = scene.Device,
            InjectEverything = !scene.IsInferred,
            Coalesce = parsed.GetValue(_coalesce) * 1000L,
            Reader = parsed.GetValue(_noReaders) ? ReaderMode.None : ReaderMode.Immediate,
        };
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
