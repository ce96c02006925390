using System.Diagnostics.CodeAnalysis;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;

namespace Saker.Host.AfXdp;

/// <summary>What a device, the machine and this thread's rights allow of AF_XDP, found out without changing anything.</summary>
/// <param name="Link">The device.</param>
/// <param name="Settings">What its driver tells of itself.</param>
/// <param name="Features">What its driver does with XDP; null: the kernel does not tell.</param>
/// <param name="Occupant">The XDP program that is attached; null: none is.</param>
/// <param name="Rights">What this thread may do, and the machine has.</param>
/// <param name="ChunkSize">The size of a UMEM's chunks that is meant.</param>
public sealed record XdpCheck(KernelDevice Link, DriverSettings Settings, DeviceXdpFeatures? Features, XdpOccupant? Occupant, XdpRights Rights, int ChunkSize)
{
    /// <summary>What the kernel keeps free in front of a received frame in its chunk (<c>XDP_PACKET_HEADROOM</c>).</summary>
    public const int PacketHeadroom = 256;

    private const int LinkHeader = 14;

    /// <summary>How many receive queues it has, which sockets can be bound to.</summary>
    public int Queues => Settings.ReceiveChannels is { } channels and > 0 ? channels : Link.ReceiveQueues;

    /// <summary>The longest frame that it is set up for, from its link header.</summary>
    public int LongestFrame => Link.Mtu + LinkHeader;

    /// <summary>Whether a frame may take several chunks, so that a socket needs multi-buffer (<c>XDP_USE_SG</c>).</summary>
    public bool NeedsSeveralChunks => LongestFrame > ChunkSize - PacketHeadroom;

    /// <summary>What works, and for what does not, why, and what mends it.</summary>
    public IReadOnlyList<CheckAnswer> Answers => [.. CheckAnswers.Of(this)];

    /// <summary>What should be known beside, and what can be done about it.</summary>
    public IReadOnlyList<CheckAnswer> Notes => [.. CheckNotes.Of(this)];

    /// <summary>Looks at a device.</summary>
    /// <param name="device">Its name, in the network namespace of the calling thread.</param>
    /// <param name="chunkSize">The size of a UMEM's chunks that is meant.</param>
    /// <param name="check">What was found; null where there is no such device.</param>
    /// <param name="fault">Why there is nothing; null where there is.</param>
    public static bool TryLook(string device, int chunkSize, [NotNullWhen(true)] out XdpCheck? check, [NotNullWhen(false)] out string? fault)
    {
        int index = DeviceName.IndexOf(device);
        check = null;
        fault = index == 0 ? $"there is no device '{device}' in this network namespace; 'ip link' lists those that there are" : null;
        if (fault is not null)
        {
            return false;
        }

        try
        {
            check = new XdpCheck(KernelDevice.Read(index), DriverSettings.Read(device), DeviceXdpFeatures.Read(index), XdpOccupant.Find(index), XdpRights.Read(), chunkSize);
        }
        catch (KernelException exception)
        {
            fault = exception.Message;
        }

        return check is not null;
    }

    /// <summary>Whether the driver does something; null: it is not told.</summary>
    internal bool? Has(XdpActions action) => Features is null ? null : (Features.Actions & action) == action;
}
