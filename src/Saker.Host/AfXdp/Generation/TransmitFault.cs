using Saker.Kernel.Devices;

namespace Saker.Host.AfXdp;

/// <summary>Why a device sends no redirected frames: the kernel drops them without telling whoever redirects.</summary>
internal static class TransmitFault
{
    private const int LinkHeader = 14, Tag = 4;

    /// <summary>Looks for it.</summary>
    /// <param name="link">The device.</param>
    /// <param name="features">What its driver can do; null: it is not told.</param>
    /// <param name="size">How long frames are to be, from their link header.</param>
    /// <returns>A line that says what is wrong and what mends it; null: nothing is.</returns>
    public static string? Of(LinkState link, DeviceXdpFeatures? features, int size) =>
        !link.IsUp ? $"{link.Name} is down: 'ip link set {link.Name} up'"
        : size > link.Mtu + LinkHeader + Tag ? $"frames of {size} bytes are longer than {link.Name} sends: 'ip link set {link.Name} mtu {size - LinkHeader}', or send shorter ones"
        : features is null || (features.Actions & XdpActions.Transmit) != XdpActions.None ? null
        : link.Kind == "veth" ? $"{link.Name} takes no redirected frames, since its other end does not poll: 'ethtool -K PEER gro on' there, or attach an XDP program to that end"
        : features.Actions == XdpActions.None ? $"{link.Name} takes no redirected frames: its driver has no XDP (ndo_xdp_xmit); a veth, a tap or a card whose driver has does"
        : $"{link.Name} takes no redirected frames (ndo_xdp_xmit) as it is: many drivers do once an XDP program is attached to {link.Name} itself";
}
