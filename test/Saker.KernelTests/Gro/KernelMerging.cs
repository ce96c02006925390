using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Packets;
using Saker.Tests.Stack.Gro;
using Saker.Wire;

namespace Saker.KernelTests.Gro;

/// <summary>A packet as a tap saw it behind the kernel's GRO.</summary>
/// <param name="Kind">How it is to be cut, as in <see cref="OffloadHeader"/>; 0: it is alone.</param>
/// <param name="Size">Bytes of payload in each segment.</param>
/// <param name="Frame">Its bytes from the Ethernet header on.</param>
internal sealed record KernelPacket(byte Kind, int Size, byte[] Frame)
{
    private const int ShownBytes = 78;

    /// <summary>As a tap of the kernel's would show a packet of Saker's: the outermost VLAN tag has been taken out.</summary>
    public static KernelPacket Of(GroPacket packet)
    {
        byte[] frame = packet.Frame;
        return new(KindOf(packet.Type), packet.Size, frame is [_, _, _, _, _, _, _, _, _, _, _, _, 0x81, 0, ..] ? [.. frame[..12], .. frame[16..]] : frame);
    }

    /// <summary>How many frames it stands for.</summary>
    public int Segments => Size == 0 ? 1 : (Frame.Length - FlowDissector.HeaderLength(Frame) + Size - 1) / Size;

    /// <summary>The headers, and a digest of all.</summary>
    public override string ToString()
    {
        string headers = Convert.ToHexStringLower(Frame.AsSpan(0, Math.Min(ShownBytes, Frame.Length)));
        return string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Size} {Frame.Length} {headers} {Convert.ToHexStringLower(SHA256.HashData(Frame).AsSpan(0, 8))}");
    }

    private static byte KindOf(GsoType type)
    {
        int kind = type.HasFlag(GsoType.TcpIPv4) ? OffloadHeader.TcpIPv4
            : type.HasFlag(GsoType.TcpIPv6) ? OffloadHeader.TcpIPv6
            : type.HasFlag(GsoType.UdpSegments) ? OffloadHeader.Udp
            : 0;
        return (byte)(kind | (type.HasFlag(GsoType.TcpEcn) ? OffloadHeader.Ecn : 0));
    }
}

/// <summary>What frames that were polled together have brought about.</summary>
internal sealed record KernelReception(IReadOnlyDictionary<string, long> Counters, IReadOnlyList<string> Sent);

/// <summary>
/// Lets the running kernel merge frames: a veth pair whose receiving end has GRO on and puts its polls off, so that frames sent in a row are polled together.
/// </summary>
/// <remarks>
/// A first frame of no meaning is polled at once. The others wait for the timer; while they are held it comes again. When it has come three times in vain the
/// device is as at the beginning.
/// </remarks>
internal sealed class KernelMerging : IDisposable
{
    private const int TimeoutMilliseconds = 6;
    private const int MostAttempts = 8;
    private const int MostWaits = 200;

    private static readonly byte[] Primer = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, .. new byte[46]];

    private readonly NetworkNamespace _target = NetworkNamespace.Create(Leftovers.NewName("gro-target"));
    private readonly NetworkNamespace _sender = NetworkNamespace.Create(Leftovers.NewName("gro-sender"));
    private readonly byte[] _buffer = new byte[70_000];
    private PacketSocket? _tap;
    private PacketSocket? _wire;
    private PacketSocket? _replies;
    private CounterTable? _counters;

    /// <param name="features">What <c>ethtool -K</c> is to set on the receiving end beside GRO.</param>
    /// <param name="commands">What else is to be done there.</param>
    public KernelMerging(string features = "", params string[] commands)
    {
        try
        {
            _target.Enter(() =>
            {
                NamespaceCommands.Run(
                    _target.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
                        "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
                        $"ip link add eth0 address 02:00:00:00:00:01 mtu 9000 type veth peer name eth0 netns {_sender.Name}",
                        "ip link set eth0 up",
                        $"ethtool -K eth0 gro on {features}".TrimEnd(),
                        .. commands,
                        Set("napi_defer_hard_irqs", 2),
                        Set("gro_flush_timeout", TimeoutMilliseconds * 1_000_000),
                    ]);
                _tap = PacketSocket.Open("eth0");
                _tap.IgnoreOutgoing();
                _tap.ShowOffloads();
                _counters = new CounterTable("eth0", []);
            });
            _sender.Enter(() =>
            {
                NamespaceCommands.Run(
                    _sender.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
                        "ip link set eth0 mtu 9000 address 02:00:00:00:00:02 arp off up",
                        "ethtool -K eth0 tx off",
                    ]);
                _wire = PacketSocket.OpenForSending("eth0");
                _replies = PacketSocket.Open("eth0");
                _replies.IgnoreOutgoing();
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends frames so that they are polled together, and tells what came out, in order.</summary>
    public List<KernelPacket> Merge(IReadOnlyList<byte[]> frames)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            Drain();
            long start = Stopwatch.GetTimestamp();
            _wire!.Send(Primer);
            foreach (byte[] frame in frames)
            {
                _wire.Send(frame);
            }

            TimeSpan took = Stopwatch.GetElapsedTime(start);
            Thread.Sleep(TimeoutMilliseconds * 5);
            List<KernelPacket> packets = Drain();

            // Where others keep the machine busy, the softirq that ends the waiting for more is late itself.
            for (int wait = 0; packets.Sum(packet => packet.Segments) < frames.Count && wait < MostWaits; wait++)
            {
                Thread.Sleep(TimeoutMilliseconds);
                packets.AddRange(Drain());
            }

            if (took.TotalMilliseconds < TimeoutMilliseconds - 1 && packets.Sum(packet => packet.Segments) == frames.Count)
            {
                return packets;
            }
        }

        throw new InvalidOperationException(
            $"the machine is too busy: {frames.Count} frames were never sent within {TimeoutMilliseconds} ms, or did not come out within {MostWaits * TimeoutMilliseconds} ms");
    }

    /// <summary>The same, and what has moved and left the host because of it.</summary>
    public KernelReception Receive(IReadOnlyList<byte[]> frames)
    {
        Dictionary<string, long> before = new(StringComparer.Ordinal);
        Dictionary<string, long> after = new(StringComparer.Ordinal);
        DrainReplies();
        _counters!.Read(before);
        Merge(frames);
        _counters.Read(after);
        return new KernelReception(CounterTable.Difference(before, after), DrainReplies());
    }

    /// <summary>Does something in the receiving namespace.</summary>
    public void EnterTarget(Action action) => _target.Enter(action);

    public void Dispose()
    {
        _tap?.Dispose();
        _wire?.Dispose();
        _replies?.Dispose();
        _counters?.Dispose();
        _target.Dispose();
        _sender.Dispose();
    }

    private string Set(string file, int value) =>
        string.Create(CultureInfo.InvariantCulture, $"/usr/bin/env ip netns exec {_target.Name} sh -c echo\u00a0{value}\u00a0>\u00a0/sys/class/net/eth0/{file}");

    private List<string> DrainReplies()
    {
        List<string> frames = [];
        while (_replies!.TryReceive(_buffer, out int length, out _))
        {
            frames.Add(Convert.ToHexStringLower(_buffer.AsSpan(0, length)));
        }

        return frames;
    }

    private List<KernelPacket> Drain()
    {
        List<KernelPacket> packets = [];
        while (_tap!.TryReceive(_buffer, out int length, out _))
        {
            OffloadHeader header = OffloadHeader.Read(_buffer);
            byte[] frame = _buffer[PacketSocket.OffloadHeaderLength..length];
            if (!frame.AsSpan().SequenceEqual(Primer))
            {
                packets.Add(new KernelPacket(header.SegmentKind, header.SegmentSize, frame));
            }
        }

        return packets;
    }
}
