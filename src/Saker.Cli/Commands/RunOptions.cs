using System.CommandLine;
using Saker.Host.Replay;
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

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_coalesce);
        command.Add(_noReaders);
    }

    /// <summary>How frames are run before a scene's host.</summary>
    public ReplayOptions Read(ParseResult parsed, Scene scene) => new()
    {
        Device = scene.Device,
        InjectEverything = !scene.IsInferred,
        Coalesce = parsed.GetValue(_coalesce) * 1000L,
        Reader = parsed.GetValue(_noReaders) ? ReaderMode.None : ReaderMode.Immediate,
    };
}
