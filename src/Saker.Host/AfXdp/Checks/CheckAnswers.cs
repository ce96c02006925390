using Saker.Kernel.Devices;

namespace Saker.Host.AfXdp;

/// <summary>What works at a device.</summary>
internal static class CheckAnswers
{
    /// <summary>The longest frame that a driver which takes one page a frame can give a program: a page without the room in front and the kernel's notes behind.</summary>
    private const int LongestInPage = 4096 - XdpCheck.PacketHeadroom - 320;

    private const int UnknownFamily = 97;

    public static IEnumerable<CheckAnswer> Of(XdpCheck check)
    {
        CheckAnswer? right = RightToAttach(check);
        yield return right is null ? Native(check) : right with { Name = "native" };
        yield return right is null ? Generic(check) : right with { Name = "generic" };
        CheckAnswer socket = Socket(check);
        yield return socket;
        yield return socket.Works == false ? socket with { Name = "zero-copy" } : ZeroCopy(check);
        yield return MultiBuffer(check);
        yield return Metadata(check);
        yield return Transmit(check);
    }

    private static CheckAnswer? RightToAttach(XdpCheck check) => check.Rights.MissingForPrograms is { Count: > 0 } missing
        ? new CheckAnswer("", false, $"{string.Join(" and ", missing)} missing, to load and attach a program", "run it as root, as with sudo")
        : null;

    private static CheckAnswer Native(XdpCheck check)
    {
        const string Name = "native";
        string device = check.Link.Name;
        return check.Occupant is { } occupant ? new CheckAnswer(Name, false, occupant.ToString(), occupant.Remedy)
            : check.Has(XdpActions.Basic) switch
            {
                null => new CheckAnswer(Name, null, "the kernel does not tell what drivers do with XDP (Linux 6.3 does): only attaching shows"),
                false when check.Link.Kind == "veth" => new CheckAnswer(
                    Name, false, $"its other end sends by more queues than {device} receives by ({check.Queues})", $"ethtool -L {device} rx N, or ethtool -L PEER tx {check.Queues} at the other end"),
                false => new CheckAnswer(Name, false, $"the driver of {device} has no XDP: a program runs in front of the stack (generic)"),
                true when check.LongestFrame <= LongestInPage => new CheckAnswer(Name, true, "the driver runs a program, before a packet is made of a frame"),
                true when check.Has(XdpActions.ReceiveFragments) == true => new CheckAnswer(
                    Name, true, $"the driver runs a program that takes fragments (xdp.frags), since frames of MTU {check.Link.Mtu} take several buffers"),
                true when check.Link.Kind == "tun" => new CheckAnswer(Name, true, "the driver runs a program; frames that are longer than a page go to the stack first"),
                _ => new CheckAnswer(
                    Name, false, $"frames of MTU {check.Link.Mtu} do not fit a buffer, and the driver takes no fragments", $"ip link set {device} mtu {LongestInPage - (check.LongestFrame - check.Link.Mtu)}"),
            };
    }

    private static CheckAnswer Generic(XdpCheck check) => check.Occupant is { } occupant
        ? new CheckAnswer("generic", false, occupant.ToString(), occupant.Remedy)
        : new CheckAnswer("generic", true, "the stack runs a program, as for every device: slower, after a packet was made");

    private static CheckAnswer Socket(XdpCheck check)
    {
        const string Name = "copy";
        string device = check.Link.Name;
        return check.Rights switch
        {
            { MissingForSockets.Count: > 0 } => new CheckAnswer(Name, false, $"{string.Join(" and ", check.Rights.MissingForSockets)} missing, to open an AF_XDP socket", "run it as root, as with sudo"),
            { SocketError: UnknownFamily } => new CheckAnswer(Name, false, "this kernel has no AF_XDP (CONFIG_XDP_SOCKETS)"),
            { SocketError: not 0 } => new CheckAnswer(Name, false, $"the kernel opens no AF_XDP socket: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(check.Rights.SocketError)}"),
            _ when !check.Link.IsUp => new CheckAnswer(Name, false, $"{device} is down", $"ip link set {device} up"),
            _ => new CheckAnswer(Name, true, check.Queues == 1 ? "a copying socket at queue 0" : $"a copying socket at each of the queues 0 to {check.Queues - 1}"),
        };
    }

    private static CheckAnswer ZeroCopy(XdpCheck check)
    {
        const string Name = "zero-copy";
        string several = check.Features is { ZeroCopySegments: > 1 and var segments } ? $", with up to {segments} buffers a frame" : "";
        return check.Has(XdpActions.ZeroCopy) switch
        {
            null => new CheckAnswer(Name, null, "the kernel does not tell what drivers do with XDP (Linux 6.3 does): only binding shows"),
            false => new CheckAnswer(Name, false, "the driver copies frames into the socket's memory"),
            true when check.NeedsSeveralChunks && check.Features!.ZeroCopySegments <= 1 => new CheckAnswer(
                Name, false, $"frames of MTU {check.Link.Mtu} do not fit a chunk of {check.ChunkSize} bytes, and the driver takes one a frame", $"ip link set {check.Link.Name} mtu {Mtu(check)}"),
            true => new CheckAnswer(Name, true, $"the driver writes frames into the socket's memory{several}; a native program is needed"),
        };
    }

    private static CheckAnswer MultiBuffer(XdpCheck check)
    {
        const string Name = "multi-buffer";
        bool? native = check.Has(XdpActions.ReceiveFragments);
        string how = native switch
        {
            true => "the driver takes frames in several buffers (xdp.frags)",
            false => "by a generic program only, for copying sockets: the driver takes no frames in several buffers",
            null => "the kernel does not tell of the driver (Linux 6.3 does)",
        };
        string need = check.NeedsSeveralChunks
            ? $"needed: frames of MTU {check.Link.Mtu} with {XdpCheck.PacketHeadroom} bytes in front do not fit a chunk of {check.ChunkSize}"
            : $"not needed: frames of MTU {check.Link.Mtu} fit a chunk of {check.ChunkSize}";
        return new CheckAnswer(Name, native, $"{how}; {need}", check.NeedsSeveralChunks && native == false ? $"ip link set {check.Link.Name} mtu {Mtu(check)}" : null);
    }

    private static CheckAnswer Metadata(XdpCheck check)
    {
        const string Name = "metadata";
        if (check.Features is not { } features)
        {
            return new CheckAnswer(Name, null, "the kernel does not tell (Linux 6.7 does)");
        }

        string[] known =
        [
            .. Named((features.ReceiveMetadata & XdpReceiveMetadata.Timestamp) == XdpReceiveMetadata.Timestamp, "receive timestamp"),
            .. Named((features.ReceiveMetadata & XdpReceiveMetadata.Hash) == XdpReceiveMetadata.Hash, "receive hash"),
            .. Named((features.ReceiveMetadata & XdpReceiveMetadata.VlanTag) == XdpReceiveMetadata.VlanTag, "VLAN tag"),
            .. Named((features.SocketFeatures & XdpSocketFeatures.TransmitTimestamp) == XdpSocketFeatures.TransmitTimestamp, "transmit timestamp"),
            .. Named((features.SocketFeatures & XdpSocketFeatures.TransmitChecksum) == XdpSocketFeatures.TransmitChecksum, "transmit checksum"),
            .. Named((features.SocketFeatures & XdpSocketFeatures.LaunchTime) == XdpSocketFeatures.LaunchTime, "launch time"),
        ];
        return new CheckAnswer(Name, known.Length > 0, known.Length > 0 ? $"the driver has {string.Join(", ", known)}, for a native program" : "the driver tells and takes none");
    }

    private static CheckAnswer Transmit(XdpCheck check)
    {
        // As long as a frame of the least length is sent, the device sends what is redirected to it.
        const string Name = "redirect-to";
        return TransmitFault.Of(check.Link, check.Features, size: 60) is { } fault
            ? new CheckAnswer(Name, false, fault.Reason, fault.Remedy)
            : new CheckAnswer(Name, check.Features is null ? null : true, "it sends frames that programs redirect to it, such as those of 'saker xsk generate'");
    }

    private static int Mtu(XdpCheck check) => check.ChunkSize - XdpCheck.PacketHeadroom - (check.LongestFrame - check.Link.Mtu);

    private static string[] Named(bool has, string name) => has ? [name] : [];
}
