using Saker.Kernel;
using Saker.Kernel.Devices;
using Saker.Kernel.Packets;
using Saker.Stack.Driver.Links;
using Saker.Wire;

namespace Saker.Host.Links.Kernel;

/// <summary>
/// A device of the running kernel by packet sockets: a ring for each queue, which share what comes by the flow's hash. The kernel sees the same frames, and treats them as if
/// nobody else did.
/// </summary>
public sealed class PacketLink : ILink
{
    private readonly PacketLinkQueue[] _queues;

    private PacketLink(KernelDevice device, MacAddress address, PacketLinkQueue[] queues)
    {
        Device = device;
        Address = address;
        _queues = queues;
    }

    /// <summary>Opens a link to a device of this thread's network namespace.</summary>
    /// <exception cref="KernelException">There is no such device, it has no Ethernet header, or the right is missing (CAP_NET_RAW).</exception>
    public static PacketLink Open(PacketLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1, nameof(options));
        KernelDevice device = KernelDevice.Read(options.Device);
        if (!device.HasEthernetHeader)
        {
            throw new KernelException($"device {device.Name} has no Ethernet header");
        }

        MacAddress own = new MacAddress(device.Address);
        MacAddress address = options.Address ?? own;
        List<PacketLinkQueue> queues = [];
        try
        {
            ushort? group = null;
            for (int i = 0; i < options.Queues; i++)
            {
                PacketRing ring = PacketRing.Open(options.Ring with { Device = device.Name, IsPromiscuous = address != own });
                queues.Add(new PacketLinkQueue(ring, options.Memory));
                group = options.Queues > 1 ? ring.JoinFanout(group) : null;
            }
        }
        catch
        {
            queues.ForEach(queue => queue.Dispose());
            throw;
        }

        return new PacketLink(device, address, [.. queues]);
    }

    /// <summary>The device, as it was when the link was opened.</summary>
    public KernelDevice Device { get; }

    /// <inheritdoc/>
    public string Name => $"packet:{Device.Name}";

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu => Device.Mtu;

    /// <inheritdoc/>
    public IReadOnlyList<ILinkQueue> Queues => _queues;

    /// <inheritdoc/>
    public LinkOptions Options { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<LinkLoss> Losses =>
    [
        new("the kernel's ring was full", _queues.Sum(queue => queue.KernelDrops)),
        new("longer than a block of the ring", _queues.Sum(queue => queue.Truncated)),
        new("no chunk free", _queues.Sum(queue => queue.Overflows)),
    ];

    /// <inheritdoc/>
    public string? Fault => _queues.Select(queue => queue.Fault).FirstOrDefault(fault => fault is not null);

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_queues, queue => queue.Dispose());
}

/// <summary>How a <see cref="PacketLink"/> is opened.</summary>
public sealed record PacketLinkOptions
{
    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>How many queues.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>The address to have on the link; null: the device's own. With another one, the device is made promiscuous.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>The ring of each queue; its device is <see cref="Device"/>.</summary>
    public PacketRingOptions Ring { get; init; } = new() { Device = "" };

    /// <summary>Each queue's memory.</summary>
    public LinkMemoryOptions Memory { get; init; } = new();
}
