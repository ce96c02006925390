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

    /// <summary>The devices beside <c>eth0</c> and <c>lo</c>, each with a peer that swallows what is sent there.</summary>
    public string[] OtherDevices { get; init; } = [];

    /// <summary>How long the kernel may send on its own account (group reports) before the first frame.</summary>
    public int SettleMilliseconds { get; init; }
}
