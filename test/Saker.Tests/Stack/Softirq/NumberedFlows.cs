using System.Buffers.Binary;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Tests.Stack.Softirq;

/// <summary>
/// Flows that a card spreads over its queues, equally many to each: datagrams to sockets, or by turns datagrams and echo requests. Each frame bears its flow and its number
/// there, and what comes out of the host is compared with what came out before.
/// </summary>
internal sealed class NumberedFlows
{
    public const int OfQueue = 16;
    public const int Ports = 4;
    public const ushort FirstPort = 7000;

    /// <summary>Where flow and number stand, in a datagram's payload and behind the header of an echo.</summary>
    public const int DataOffset = MessageOffset + 8;
    public const int DataLength = 16;
    private const int MessageOffset = 14 + 20;

    private readonly byte[][] _frames;
    private readonly long[] _sent;
    private readonly long[] _received;
    private readonly bool _hasEchoes;

    public NumberedFlows(CardSettings card, bool hasEchoes)
    {
        _hasEchoes = hasEchoes;
        Count = card.Queues * OfQueue;
        _frames = new byte[Count][];
        _sent = new long[Count];
        _received = new long[Count];
        Stations = Make(new ReceiveSteering(card));
    }

    /// <summary>How many flows.</summary>
    public int Count { get; }

    /// <summary>Who sends them.</summary>
    public IPv4Address[] Stations { get; }

    public static int QueueOf(int flow) => flow / OfQueue;

    /// <summary>The next frame of a flow.</summary>
    public byte[] Next(int flow)
    {
        byte[] frame = _frames[flow];
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(DataOffset + 8), ++_sent[flow]);
        if (IsEcho(flow))
        {
            Span<byte> message = frame.AsSpan(MessageOffset);
            BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(message));
        }

        return frame;
    }

    /// <summary>A frame has come out of the host.</summary>
    /// <param name="data">Its flow and number.</param>
    /// <param name="digest">Becomes another one for every order.</param>
    /// <param name="mayFollow">Whether a frame of this queue may come out behind one that came in later.</param>
    /// <returns>Whether it did.</returns>
    public bool Note(ReadOnlySpan<byte> data, ref long digest, Predicate<int>? mayFollow = null)
    {
        int flow = (int)BinaryPrimitives.ReadInt64LittleEndian(data);
        long number = BinaryPrimitives.ReadInt64LittleEndian(data[8..]);
        bool isBehind = number <= _received[flow];
        Assert.False(isBehind && mayFollow?.Invoke(QueueOf(flow)) != true, $"flow {flow}: {number} after {_received[flow]}");
        _received[flow] = Math.Max(_received[flow], number);
        digest = (digest * 0x100_0000_01b3) ^ ((long)flow << 32) ^ number;
        return isBehind;
    }

    private bool IsEcho(int flow) => _hasEchoes && flow % 2 == 1;

    /// <summary>Finds stations whose flows the card gives to the queues that are wanted.</summary>
    private IPv4Address[] Make(ReceiveSteering steering)
    {
        IPv4Address[] stations = new IPv4Address[Count];
        for (int flow = 0; flow < Count; flow++)
        {
            byte[] data = new byte[DataLength];
            BinaryPrimitives.WriteInt64LittleEndian(data, flow);
            byte[] message = [.. IsEcho(flow) ? Frames.Message(8, 0, [0, 0, 0, 0, .. data]) : [.. Frames.Udp((ushort)(FirstPort + (flow / 2 % Ports)), 5000, DataLength)[..8], .. data]];
            for (int station = flow * 64; ; station++)
            {
                stations[flow] = new IPv4Address(10, 0, (byte)(1 + (station >> 8)), (byte)station);
                _frames[flow] = Frames.IPv4(message, IsEcho(flow) ? IPProtocol.IcmpV4 : IPProtocol.Udp, stations[flow], Frames.Target);
                if (steering.Classify(_frames[flow]).Queue == QueueOf(flow))
                {
                    break;
                }
            }
        }

        return stations;
    }
}
