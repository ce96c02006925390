using Saker.Kernel;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;

namespace Saker.KernelTests.Bpf;

/// <summary>Two namespaces, each with one end of a wire (<c>eth0</c>), and a socket at each end that sends and sees frames.</summary>
internal sealed class VethPair : IDisposable
{
    private const string Device = "eth0";
    private const int LongestFrame = 2048;
    private const int NoBuffers = 105;

    /// <summary>A frame that passes comes within a millisecond.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _buffer = new byte[LongestFrame];
    private PacketSocket? _sending;
    private PacketSocket? _receiving;
    private byte _number;

    /// <summary>Makes the namespaces and the wire.</summary>
    /// <param name="queues">How many queues each end has.</param>
    public VethPair(int queues = 1)
    {
        try
        {
            var each = $"numrxqueues {queues} numtxqueues {queues}";
            Near = NetworkNamespace.Create(Leftovers.NewName("bpf-near"));
            Far = NetworkNamespace.Create(Leftovers.NewName("bpf-far"));
            Near.Enter(() => NamespaceCommands.Run(
                Near.Name,
                ["sysctl -w net.ipv6.conf.all.disable_ipv6=1", "sysctl -w net.ipv6.conf.default.disable_ipv6=1", $"ip link add {Device} {each} type veth peer name {Device} {each} netns {Far.Name}", $"ip link set {Device} up"]));
            Far.Enter(() =>
            {
                NamespaceCommands.Run(Far.Name, ["sysctl -w net.ipv6.conf.all.disable_ipv6=1", $"ip link set {Device} arp off up"]);
                FarDevice = DeviceName.IndexOf(Device);
                _sending = PacketSocket.OpenForSending(Device);
            });
            Near.Enter(() =>
            {
                NearDevice = DeviceName.IndexOf(Device);
                _receiving = PacketSocket.Open(Device);
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where programs are attached.</summary>
    public NetworkNamespace Near { get; } = null!;

    /// <summary>Where frames come from.</summary>
    public NetworkNamespace Far { get; } = null!;

    public int NearDevice { get; private set; }

    public int FarDevice { get; private set; }

    /// <summary>Sends a frame from the far end, and says whether it comes to the near end's stack.</summary>
    public bool Passes()
    {
        // Ethernet of an experimental type, with a number by which it is known.
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, ++_number, .. new byte[49]];
        try
        {
            _sending!.Send(frame);
        }
        catch (KernelException exception) when (exception.ErrorNumber == NoBuffers)
        {
            // It was dropped where it was to go out.
            return false;
        }

        return Sees(frame);
    }

    /// <summary>Whether a frame comes to the near end's stack.</summary>
    public bool Sees(ReadOnlySpan<byte> frame)
    {
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; Environment.TickCount64 < deadline;)
        {
            while (_receiving!.TryReceive(_buffer, out var length, out _))
            {
                if (_buffer.AsSpan(0, length).SequenceEqual(frame))
                {
                    return true;
                }
            }

            _receiving.Wait(TimeSpan.FromMilliseconds(10));
        }

        return false;
    }

    public void Dispose()
    {
        _sending?.Dispose();
        _receiving?.Dispose();
        Near?.Dispose();
        Far?.Dispose();
    }
}
