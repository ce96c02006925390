using Saker.Kernel.Devices;

namespace Saker.Host.AfXdp;

/// <summary>Why a device sends no redirected frames: the kernel drops them without telling whoever redirects.</summary>
/// <param name="Reason">What is wrong.</param>
/// <param name="Remedy">What mends it.</param>
internal sealed record TransmitFault(string Reason, string Remedy)
{
    private const int LinkHeader = 14, Tag = 4;

    /// <summary>Looks for it.</summary>
    /// <param name="link">The device.</param>
    /// <param name="features">What its driver can do; null: it is not told.</param>
    /// <param name="size">How long frames are to be, from their link header.</param>
    /// <returns>Null: nothing is wrong.</returns>
    public static TransmitFault? Of(KernelDevice link, DeviceXdpFeatures? features, int size) =>
        !link.IsUp ? new($"{link.Name} is down", $"ip link set {link.Name} up")
        : size > link.Mtu + LinkHeader + Tag ? new($"frames of {size} bytes are longer than {link.Name} sends", $"ip link set {link.Name} mtu {size - LinkHeader}, or shorter frames")
        : features is { Actions: XdpActions.None } && link.Kind != "veth" ? new($"{link.Name} takes no redirected frames: its driver has no XDP", "take a device whose driver has (ndo_xdp_xmit): a veth, a tap, many cards")
        : !link.HasCarrier ? Carrier(link)
        : features is null || (features.Actions & XdpActions.Transmit) != XdpActions.None ? null
        : link.Kind == "veth" ? new($"{link.Name} takes no redirected frames, since its other end does not poll", "ethtool -K PEER gro on, at the other end, or attach an XDP program there")
        : new($"{link.Name} takes no redirected frames (ndo_xdp_xmit) as it is", $"attach an XDP program to {link.Name} itself, upon which many drivers do");

    /// <summary>What is missing at the other end of a device that has no carrier.</summary>
    public static TransmitFault Carrier(KernelDevice link) => link.Kind switch
    {
        "tun" => new($"no process has {link.Name} open, which would get what is sent", "begin the program that it is for"),
        "veth" => new($"the other end of {link.Name} is down", "ip link set PEER up, at the other end"),
        "bridge" => new($"no port of {link.Name} is up", $"ip link set PORT master {link.Name} up"),
        _ => new($"{link.Name} has no carrier", "connect it"),
    };

    /// <summary>One line that says both.</summary>
    public override string ToString() => $"{Reason}: {Remedy}";
}
