namespace Saker.KernelTests.Oracle;

/// <summary>How a target host is set up before frames are sent to it.</summary>
/// <param name="Name">The name of the vector file.</param>
/// <param name="Commands">What is run in the target namespace, in order: <c>ip …</c>, <c>sysctl -w name=value</c>, or any other command.</param>
/// <param name="Sockets">The sockets that are open there.</param>
internal sealed record HostConfiguration(string Name, string[] Commands, SocketDescription[] Sockets)
{
    /// <summary>Whether what reaches a socket is read at once; without, receive buffers fill up.</summary>
    public bool HasReaders { get; init; } = true;

    /// <summary>The devices beside <c>eth0</c> and <c>lo</c>, each with a peer that swallows what is sent there.</summary>
    public string[] OtherDevices { get; init; } = [];

    /// <summary>How long the kernel may send on its own account (group reports) before the first frame.</summary>
    public int SettleMilliseconds { get; init; }
}

/// <summary>A socket of the target host.</summary>
/// <param name="Protocol"><c>udp</c>, <c>udplite</c>, <c>tcp</c>, <c>raw</c> or <c>packet</c>. Which IP it is of, <see cref="Local"/> tells.</param>
/// <param name="Local">Address and port; for <c>raw</c> the port is the protocol number, for <c>packet</c> the EtherType.</param>
internal sealed record SocketDescription(string Protocol, string Local)
{
    /// <summary>The connected peer.</summary>
    public string? Remote { get; init; }

    /// <summary>The device that the socket is bound to.</summary>
    public string? Device { get; init; }

    /// <summary>Groups that the socket has joined on <c>eth0</c>.</summary>
    public string[] Groups { get; init; } = [];

    /// <summary>The size of the receive buffer as asked for; null for the default.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>For a connection made without a handshake: the next sequence number to send and the next one expected.</summary>
    public (uint Send, uint Receive)? Sequences { get; init; }

    /// <summary>Whether others may bind the same end.</summary>
    public bool ReuseAddress { get; init; }

    /// <summary>The name in verdicts, as ss(8) writes ends: <c>udp 0.0.0.0%eth0:54</c>, <c>udp 10.0.0.1:6000 10.0.0.2:4000</c>.</summary>
    public override string ToString()
    {
        var local = Device is null ? Local : Local.Insert(Local.LastIndexOf(':'), "%" + Device);
        return Remote is null ? $"{Protocol} {local}" : $"{Protocol} {local} {Remote}";
    }
}
