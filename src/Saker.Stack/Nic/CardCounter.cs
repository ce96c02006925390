namespace Saker.Stack.Nic;

/// <summary>
/// What an i40e counts of received frames beside <see cref="Observation.DeviceCounter"/>, as <c>ethtool -S</c> shows it. Those from
/// <see cref="PortRxBytes"/> on are the port's, whichever host or queue the frame was for.
/// </summary>
public enum CardCounter : byte
{
    /// <summary>Frames to one station that were received for this host.</summary>
    RxUnicast,
    /// <summary>Frames to a group that were received for this host.</summary>
    RxMulticast,
    /// <summary>Frames to everyone that were received for this host.</summary>
    RxBroadcast,
    /// <summary>Frames of a protocol that the card does not know and does not pass on.</summary>
    RxUnknownProtocol,
    /// <summary>Bytes that reached the port.</summary>
    PortRxBytes,
    /// <summary>Frames to one station that reached the port.</summary>
    PortRxUnicast,
    /// <summary>Frames to a group that reached the port.</summary>
    PortRxMulticast,
    /// <summary>Frames to everyone that reached the port.</summary>
    PortRxBroadcast,
    /// <summary>Frames that the port threw away for want of its own memory: no descriptor took them away in time.</summary>
    PortRxDiscards,
    /// <summary>Frames with a wrong check sequence.</summary>
    PortRxCrcErrors,
    /// <summary>Bytes with an illegal code on the line.</summary>
    PortIllegalBytes,
    /// <summary>Packets whose checksum the card found wrong.</summary>
    PortRxChecksumBad,
    /// <summary>Frames of IEEE 802.3 whose length field does not agree with their length.</summary>
    PortRxLengthErrors,
    /// <summary>Frames of 64 bytes, with the check sequence.</summary>
    PortRxSize64,
    /// <summary>Frames of 65 to 127 bytes.</summary>
    PortRxSize127,
    /// <summary>Frames of 128 to 255 bytes.</summary>
    PortRxSize255,
    /// <summary>Frames of 256 to 511 bytes.</summary>
    PortRxSize511,
    /// <summary>Frames of 512 to 1023 bytes.</summary>
    PortRxSize1023,
    /// <summary>Frames of 1024 to 1522 bytes.</summary>
    PortRxSize1522,
    /// <summary>Longer frames.</summary>
    PortRxSizeBig,
    /// <summary>Frames under 64 bytes with a right check sequence.</summary>
    PortRxUndersize,
    /// <summary>Frames under 64 bytes with a wrong check sequence.</summary>
    PortRxFragments,
    /// <summary>Frames longer than the port receives, with a right check sequence.</summary>
    PortRxOversize,
    /// <summary>Frames longer than the port receives, with a wrong check sequence.</summary>
    PortRxJabber,
    /// <summary>Frames that a flow rule decided (<c>ethtool -N</c>).</summary>
    PortFlowRuleMatch,
}

/// <summary>What the driver counts for each queue pair; the counters of a queue are moved by the CPU that polls it, and by nobody else.</summary>
public enum QueueCounter : byte
{
    /// <summary>Packets passed up.</summary>
    Packets,
    /// <summary>Their bytes, from the MAC header on.</summary>
    Bytes,
    /// <summary>Packets that found no metadata.</summary>
    AllocationFailed,
    /// <summary>Descriptors that found no page.</summary>
    PageAllocationFailed,
    /// <summary>Pages that were used again.</summary>
    PageReused,
    /// <summary>Pages that were newly taken.</summary>
    PageAllocated,
    /// <summary>Pages that could not be used again, being another node's or of the reserve.</summary>
    PageWaived,
    /// <summary>Pages that could not be used again, since somebody still held the other half.</summary>
    PageBusy,
    /// <summary>Frames that were sent and freed.</summary>
    TxPackets,
    /// <summary>Their bytes, from the MAC header on.</summary>
    TxBytes,
    /// <summary>Frames that found no room in the transmit ring.</summary>
    TxBusy,
    /// <summary>How often the transmit ring was stopped, being nearly full.</summary>
    TxStopped,
    /// <summary>How often it was woken.</summary>
    TxRestarted,
}

/// <summary>The names of <see cref="CardCounter"/>s and <see cref="QueueCounter"/>s in <c>ethtool -S</c>. No call allocates, but for queues' names.</summary>
public static class CardCounterNames
{
    private static readonly string[] Names =
    [
        "rx_unicast", "rx_multicast", "rx_broadcast", "rx_unknown_protocol",
        "port.rx_bytes", "port.rx_unicast", "port.rx_multicast", "port.rx_broadcast", "port.rx_discards", "port.rx_crc_errors", "port.illegal_bytes",
        "port.rx_csum_bad", "port.rx_length_errors", "port.rx_size_64", "port.rx_size_127", "port.rx_size_255", "port.rx_size_511", "port.rx_size_1023",
        "port.rx_size_1522", "port.rx_size_big", "port.rx_undersize", "port.rx_fragments", "port.rx_oversize", "port.rx_jabber", "port.fdir_sb_match",
    ];

    // Packets and bytes are shown for each queue, the others as a sum.
    private static readonly string[] QueueNames =
    [
        "packets", "bytes", "rx_alloc_fail", "rx_pg_alloc_fail", "rx_cache_reuse", "rx_cache_alloc", "rx_cache_waive", "rx_cache_busy",
        "packets", "bytes", "tx_busy", "tx_stopped", "tx_restart",
    ];

    /// <summary>How many card counters there are: each number below is one.</summary>
    public static int Count => Names.Length;

    /// <summary>How many counters a queue has.</summary>
    public static int QueueCount => QueueNames.Length;

    /// <summary>The counter's name. A number that is no <see cref="CardCounter"/> throws.</summary>
    public static string Name(this CardCounter counter) => Names[(int)counter];

    /// <summary>The counter's name as a sum over the queues.</summary>
    public static string Name(this QueueCounter counter) => QueueNames[(int)counter];

    /// <summary>The counter's name for one queue: <c>rx-0.packets</c>, <c>tx-0.packets</c>.</summary>
    public static string Name(this QueueCounter counter, int queue) => $"{(counter < QueueCounter.TxPackets ? 'r' : 't')}x-{queue}.{QueueNames[(int)counter]}";

    /// <summary>Finds the counter that has this name, spelled exactly so.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out CardCounter counter)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                counter = (CardCounter)i;
                return true;
            }
        }

        counter = default;
        return false;
    }
}
