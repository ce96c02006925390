using System.Runtime.InteropServices;
using System.Text;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Devices;

/// <summary>What a device's driver tells of itself (ethtool). Virtual devices tell a part of it only.</summary>
public sealed record DriverSettings
{
    private const int DriverInfoLength = 196, NameLength = 32, NumbersLength = 9, FlowLength = 192;

    /// <summary>The driver's name; empty: it does not say.</summary>
    public string Driver { get; private init; } = "";

    /// <summary>How many channels it receives by (of its own, or combined with sending); null: it does not say.</summary>
    public int? ReceiveChannels { get; private init; }

    /// <summary>How many channels it can receive by.</summary>
    public int? MaximumReceiveChannels { get; private init; }

    /// <summary>Whether channels are combined ones, that receive and send.</summary>
    public bool HasCombinedChannels { get; private init; }

    /// <summary>Descriptors of a receive ring; null: it does not say.</summary>
    public int? ReceiveRing { get; private init; }

    /// <summary>Descriptors of a transmit ring; null: it does not say.</summary>
    public int? TransmitRing { get; private init; }

    /// <summary>Whether flow rules (ntuple) are on; null: it does not say.</summary>
    public bool? HasFlowRules { get; private init; }

    /// <summary>Whether it merges received segments (LRO), which most drivers do not along with XDP.</summary>
    public bool MergesSegments { get; private init; }

    /// <summary>Whether its hash spreads UDP over IPv4 by ports, too; null: it has no hash that can be asked for.</summary>
    public bool? HashesUdpPorts { get; private init; }

    /// <summary>Asks the driver.</summary>
    /// <param name="device">The device's name, in the network namespace of the calling thread.</param>
    public static DriverSettings Read(string device)
    {
        using EthtoolCall call = new();
        uint[]? channels = Numbers(call, device, EthtoolCall.ETHTOOL_GCHANNELS), rings = Numbers(call, device, EthtoolCall.ETHTOOL_GRINGPARAM);
        Span<uint> flags = [EthtoolCall.ETHTOOL_GFLAGS, 0];
        bool hasFlags = call.TryAsk(device, MemoryMarshal.AsBytes(flags));
        bool isCombined = channels is [_, _, _, _, _, _, _, _, > 0];
        return new DriverSettings
        {
            Driver = ReadDriver(call, device),
            HasCombinedChannels = isCombined,
            ReceiveChannels = channels is null ? null : (int)(channels[5] + channels[8]),
            MaximumReceiveChannels = channels is null ? null : (int)Math.Max(channels[1], channels[4]),
            ReceiveRing = rings is { } receive ? (int)receive[5] : null,
            TransmitRing = rings is { } transmit ? (int)transmit[8] : null,
            HasFlowRules = hasFlags ? (flags[1] & EthtoolCall.ETH_FLAG_NTUPLE) != 0 : null,
            MergesSegments = hasFlags && (flags[1] & EthtoolCall.ETH_FLAG_LRO) != 0,
            HashesUdpPorts = ReadHash(call, device),
        };
    }

    private static uint[]? Numbers(EthtoolCall call, string device, uint command)
    {
        uint[] numbers = new uint[NumbersLength];
        numbers[0] = command;
        return call.TryAsk(device, MemoryMarshal.AsBytes(numbers.AsSpan())) ? numbers : null;
    }

    private static string ReadDriver(EthtoolCall call, string device)
    {
        byte[] information = new byte[DriverInfoLength];
        MemoryMarshal.Write(information, EthtoolCall.ETHTOOL_GDRVINFO);
        if (!call.TryAsk(device, information))
        {
            return "";
        }

        ReadOnlySpan<byte> name = information.AsSpan(sizeof(uint), NameLength);
        return Encoding.UTF8.GetString(name[..Math.Max(0, name.IndexOf((byte)0))]);
    }

    private static bool? ReadHash(EthtoolCall call, string device)
    {
        const ulong Ports = 3 << 6; // RXH_L4_B_0_1, RXH_L4_B_2_3
        byte[] flow = new byte[FlowLength];
        MemoryMarshal.Write(flow, EthtoolCall.ETHTOOL_GRXFH);
        MemoryMarshal.Write(flow.AsSpan(sizeof(uint)), EthtoolCall.UDP_V4_FLOW);
        return call.TryAsk(device, flow) ? (MemoryMarshal.Read<ulong>(flow.AsSpan(2 * sizeof(uint))) & Ports) == Ports : null;
    }
}
