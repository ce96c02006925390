using Saker.Packets;
using Saker.Stack.Nic;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver;

/// <summary>
/// A card's transmit rings: one for each queue pair, which is its CPU's, and one for each CPU to which no queue's interrupt comes at the moment; those the sender
/// cleans itself.
/// </summary>
internal sealed class TransmitQueues : ITransmitQueues
{
    private readonly TransmitRing[] _rings;
    private readonly TransmitRing[] _rest;

    public TransmitQueues(NetworkCard card, IReadOnlyList<Cpu> cpus)
    {
        int queues = card.Statistics.Queues;
        int size = Math.Clamp(card.Device.Card.Rings.Tx, TransmitDescriptorRing.MinimumLength, TransmitDescriptorRing.MaximumLength);
        _rings = [.. Enumerable.Range(0, queues).Select(queue => new TransmitRing(card.Device, size, card.Statistics, queue))];
        _rest = [.. cpus.Select(cpu => new TransmitRing(card.Device, size, card.Statistics, queues + cpu.Index) { Owner = cpu.Index })];
    }

    /// <summary>The rings of the queues.</summary>
    public IReadOnlyList<TransmitRing> Rings => _rings;

    /// <summary>
    /// The ring by which a CPU sends (<c>netdev_pick_tx</c>): that of the queue by which the packet came, where it is this CPU's, else any of its own.
    /// </summary>
    public TransmitQueue Select(Cpu cpu, PacketBuffer frame)
    {
        int start = frame.Queue < _rings.Length ? frame.Queue : frame.Queue % _rings.Length;
        for (int i = start; i < _rings.Length; i++)
        {
            if (_rings[i].Owner == cpu.Index)
            {
                return _rings[i];
            }
        }

        for (int i = 0; i < start; i++)
        {
            if (_rings[i].Owner == cpu.Index)
            {
                return _rings[i];
            }
        }

        return _rest[cpu.Index];
    }

    /// <summary>Frees all frames. Nobody drives the CPUs any more.</summary>
    public void Clear(Cpu cpu)
    {
        Array.ForEach(_rings, ring => ring.Clear(cpu));
        Array.ForEach(_rest, ring => ring.Clear(cpu));
    }
}
