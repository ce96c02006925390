using System.Text;
using Saker.Kernel;
using Saker.Kernel.Devices;
using Saker.Kernel.Tap;
using Saker.Stack.Driver.Links;
using Saker.Wire;

namespace Saker.Host.Links.Kernel;

/// <summary>A link to the running kernel by a TAP device: the kernel has one end, with the device's own address, and the stack the other.</summary>
public sealed class TapLink : ILink
{
    private readonly TapDevice _tap;
    private readonly TapLinkQueue[] _queues;

    private TapLink(TapDevice tap, MacAddress address, int mtu, LinkMemoryOptions memory)
    {
        _tap = tap;
        Address = address;
        Mtu = mtu;
        _queues = [.. tap.Queues.Select(queue => new TapLinkQueue(queue, memory))];
    }

    /// <summary>Opens a link by a TAP device, which is made if there is none, and set up.</summary>
    /// <exception cref="KernelException">The right is missing (CAP_NET_ADMIN), or the device is of another kind or taken.</exception>
    public static TapLink Open(TapLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TapDevice tap = TapDevice.Open(options.Tap);
        try
        {
            KernelDevice.SetUp(tap.Name);
            KernelDevice device = KernelDevice.Read(tap.Name);
            return new TapLink(tap, options.Address ?? OtherThan(device), device.Mtu, options.Memory);
        }
        catch
        {
            tap.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => $"tap:{_tap.Name}";

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ILinkQueue> Queues => _queues;

    /// <inheritdoc/>
    public LinkOptions Options { get; } = new();

    /// <summary>Nothing: frames wait in the kernel, whose device counts what finds no room there (<c>tx_dropped</c>).</summary>
    public IReadOnlyList<LinkLoss> Losses => [];

    /// <inheritdoc/>
    public string? Fault => _queues.Select(queue => queue.Fault).FirstOrDefault(fault => fault is not null);

    /// <inheritdoc/>
    public void Dispose() => _tap.Dispose();

    /// <summary>An address for this end, locally administered, always the same for a device's name and never the kernel's.</summary>
    private static MacAddress OtherThan(KernelDevice device)
    {
        const ulong Local = 0x0200_0000_0000, Mask = 0xff_ffff_ffff;
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte octet in Encoding.UTF8.GetBytes(device.Name))
        {
            hash = (hash ^ octet) * 1_099_511_628_211;
        }

        ulong address = Local | (hash & Mask);
        return new MacAddress(address == device.Address ? address ^ 1 : address);
    }
}

/// <summary>How a <see cref="TapLink"/> is opened.</summary>
public sealed record TapLinkOptions
{
    /// <summary>The device, with as many queues as the link is to have.</summary>
    public required TapOptions Tap { get; init; }

    /// <summary>The address to have on the link; null: one of its own.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Each queue's memory.</summary>
    public LinkMemoryOptions Memory { get; init; } = new();
}
