using System.Buffers.Binary;
using Saker.Kernel.Bpf;
using Saker.KernelTests.Bpf;

namespace Saker.KernelTests.AfXdp;

/// <summary>A wire with an AF_XDP socket at each end: the near one receives, and both may send.</summary>
internal sealed class XskWire : IDisposable
{
    private readonly VethPair _wire = new();

    public XskWire(XdpMode mode, Func<XskEndOptions, XskEndOptions>? near = null, Func<XskEndOptions, XskEndOptions>? far = null, int mtu = 1500)
    {
        try
        {
            _wire.Near.Enter(() => NamespaceCommands.Run(_wire.Near.Name, [$"ip link set eth0 mtu {mtu}"]));
            _wire.Far.Enter(() => NamespaceCommands.Run(_wire.Far.Name, [$"ip link set eth0 mtu {mtu}"]));
            XskEndOptions usual = new() { Program = mode };
            Near = new XskEnd(_wire.Near, _wire.NearDevice, near?.Invoke(usual) ?? usual);
            Far = new XskEnd(_wire.Far, _wire.FarDevice, far?.Invoke(usual) ?? usual);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public VethPair Wire => _wire;

    public XskEnd Near { get; } = null!;

    public XskEnd Far { get; } = null!;

    /// <summary>A packet that can be told from all others.</summary>
    public static byte[] Packet(int number, int length = 64)
    {
        var packet = new byte[length];
        ReadOnlySpan<byte> header = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5];
        header.CopyTo(packet);
        for (var i = header.Length; i < length; i++)
        {
            packet[i] = (byte)(i + number);
        }

        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(header.Length), number);
        return packet;
    }

    public static IEnumerable<byte[]> Packets(int count, int length = 64) => Enumerable.Range(0, count).Select(number => Packet(number, length));

    public void Dispose()
    {
        Far?.Dispose();
        Near?.Dispose();
        _wire.Dispose();
    }
}
