using Saker.Kernel.Sockets;

namespace Saker.Host.Oracle;

/// <summary>How a target host is set up before frames are sent to it.</summary>
/// <param name="Name">What it is called: in tests, the name of the vector file.</param>
/// <param name="Commands">What is run in the target namespace, in order: <c>ip …</c>, <c>sysctl -w name=value</c>, or any other command.</param>
/// <param name="Sockets">The sockets that are open there.</param>
internal sealed record TargetConfiguration(string Name, string[] Commands, SocketDescription[] Sockets)
{
    /// <summary>Whether what reaches a socket is read at once; without, receive buffers fill up.</summary>
    public bool HasReaders { get; init; } = true;

    /// <summary>The device that frames are sent to.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>Whether a host comes into being though one of the commands fails, or a socket cannot be opened: <see cref="TargetHost.Problems"/> has them.</summary>
    public bool IsTolerant { get; init; }

    /// <summary>
    /// Commands that put right what the first ones, and the kernel by itself, have made: from the namespace's snapshot. Null: none.
    /// </summary>
    public Func<byte[], IEnumerable<string>>? Corrections { get; init; }

    /// <summary>The devices beside <see cref="Device"/> and <c>lo</c>, each with a peer that swallows what is sent there.</summary>
    public string[] OtherDevices { get; init; } = [];

    /// <summary>How long the kernel may send on its own account (group reports) before the first frame.</summary>
    public int SettleMilliseconds { get; init; }
}
