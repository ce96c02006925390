using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver;

/// <summary>A card, its driver, and a tap that sees what comes out above; each test ends with every buffer back in its place.</summary>
internal sealed class CardHost : IPacketTap, IDisposable
{
    private readonly Queue<PacketBuffer> _held = new();
    private uint _origin;

    public CardHost(CardOptions? options = null, CpuOptions? cpu = null, int cpuCount = 1, CardSettings? card = null)
    {
        Device = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
        Device.Card = card ?? Device.Card;
        Clock.AdvanceTo(1_000_000_000);
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = [Device],
            Clock = Clock,
            Card = options ?? new CardOptions(),
            Cpu = cpu ?? new CpuOptions(),
            CpuCount = cpuCount,
        });
        Stack.AddTap(this);
        Card = Stack.CardOf(Device);
    }

    public NetworkStack Stack { get; }

    public NetworkDevice Device { get; }

    public NetworkCard Card { get; }

    public VirtualClock Clock { get; } = new();

    public ReceiveRing Ring => Stack.RingsOf(Device)[0];

    public InterruptVector Vector => Card.Interrupts[0].Vector;

    /// <summary>The frames that came out above, from the link header on.</summary>
    public List<byte[]> Seen { get; } = [];

    /// <summary>How many packets the slow consumer keeps.</summary>
    public int HeldAtMost { get; set; }

    /// <summary>What each packet is looked at for.</summary>
    public Action<PacketBuffer>? Look { get; set; }

    public long Missed => Device.Counters[DeviceCounter.RxMissedErrors];

    /// <summary>A card with rings of so many descriptors.</summary>
    public static CardSettings Rings(int size) => new() { Rings = new RingSettings { Rx = size } };

    /// <summary>A frame of no protocol: told apart by its number, its bytes by their place.</summary>
    public static byte[] Frame(int length, int number = 0)
    {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++)
        {
            frame[i] = (byte)(i + (i >> 8) + number);
        }

        frame[0] = 2;
        if (length >= 14)
        {
            frame[12] = 0x88;
            frame[13] = 0xb5;
        }

        return frame;
    }

    public bool Arrive(byte[] frame) => Card.Receive(frame, Clock.Now, ++_origin) == DropReason.None;

    public void Arrive(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Arrive(Frame(64, i));
        }
    }

    /// <summary>The interrupts that are due come, and the CPUs work until there is nothing left.</summary>
    public void Work()
    {
        Card.RaiseDue(Clock.Now);
        foreach (Cpu cpu in Stack.Cpus)
        {
            cpu.Softirq.RunUntilIdle();
        }
    }

    /// <summary>Lets the first CPU go on until a poll has brought something.</summary>
    public void PollOnce()
    {
        int before = Seen.Count;
        for (int i = 0; i < 10 && Seen.Count == before; i++)
        {
            Stack.Cpus[0].Step();
        }
    }

    /// <summary>Lets time go on to a moment in nanoseconds from the beginning of the test; interrupts come on the way.</summary>
    public void AdvanceTo(long moment)
    {
        long until = 1_000_000_000 + moment;
        while (Card.NextInterruptAt <= until)
        {
            Clock.AdvanceTo(Card.NextInterruptAt);
            Work();
        }

        Clock.AdvanceTo(until);
    }

    public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
    {
        Look?.Invoke(packet);
        byte[] body = new byte[packet.Length];
        packet.CopyTo(0, body);
        Seen.Add([.. packet.LinkHeader[..14], .. body]);
        if (HeldAtMost != 0)
        {
            if (packet.TryClone(out PacketBuffer clone))
            {
                _held.Enqueue(clone);
            }

            Release(HeldAtMost);
        }

        return DropReason.Consumed;
    }

    /// <summary>The slow consumer lets go of what is over a number.</summary>
    public void Release(int rest)
    {
        while (_held.Count > rest)
        {
            _held.Dequeue().Free();
        }
    }

    public void Dispose()
    {
        Release(0);
        Stack.Dispose();
    }
}
