namespace Saker.Stack.Observation;

/// <summary>
/// The statistics that Linux keeps for every network device: the fields of <c>struct rtnl_link_stats64</c> in its order, as <c>ip -s link</c>
/// and /proc/net/dev show them (kernel documentation: networking/statistics.rst).
/// </summary>
public enum DeviceCounter : byte
{
    /// <summary>Good packets received by the host.</summary>
    RxPackets,
    /// <summary>Packets sent.</summary>
    TxPackets,
    /// <summary>Good bytes received, from the MAC header on.</summary>
    RxBytes,
    /// <summary>Good bytes sent, from the MAC header on.</summary>
    TxBytes,
    /// <summary>Bad packets received: the sum of the particular receive errors.</summary>
    RxErrors,
    /// <summary>Packets that could not be sent: the sum of the particular transmit errors.</summary>
    TxErrors,
    /// <summary>Packets received and dropped, by the device's driver or by the receive core, for want of resources or of a protocol.</summary>
    RxDropped,
    /// <summary>Packets dropped on their way to the device.</summary>
    TxDropped,
    /// <summary>Multicast packets received.</summary>
    Multicast,
    /// <summary>Collisions while sending.</summary>
    Collisions,
    /// <summary>Frames received with an invalid length.</summary>
    RxLengthErrors,
    /// <summary>Frames lost to an overflow of the receiver.</summary>
    RxOverErrors,
    /// <summary>Frames received with a wrong check sequence.</summary>
    RxCrcErrors,
    /// <summary>Frames received with wrong alignment.</summary>
    RxFrameErrors,
    /// <summary>Frames lost to an overflow of the receive FIFO.</summary>
    RxFifoErrors,
    /// <summary>Frames that the host had no buffer for.</summary>
    RxMissedErrors,
    /// <summary>Frames whose sending was aborted.</summary>
    TxAbortedErrors,
    /// <summary>Frames not sent because the carrier was lost.</summary>
    TxCarrierErrors,
    /// <summary>Frames not sent because the transmit FIFO ran empty.</summary>
    TxFifoErrors,
    /// <summary>Failures of the heartbeat test of old Ethernet.</summary>
    TxHeartbeatErrors,
    /// <summary>Frames not sent because of a late collision.</summary>
    TxWindowErrors,
    /// <summary>Compressed packets received (PPP and the like).</summary>
    RxCompressed,
    /// <summary>Compressed packets sent (PPP and the like).</summary>
    TxCompressed,
    /// <summary>Packets dropped because the device, a bond's idle member for instance, takes none in.</summary>
    RxNoHandler,
    /// <summary>Packets dropped because their MAC address is another station's.</summary>
    RxOtherHostDropped,
}

/// <summary>The kernel's names of <see cref="DeviceCounter"/>s: <c>rx_packets</c> and so on. No call allocates.</summary>
public static class DeviceCounterNames
{
    private static readonly string[] Names =
    [
        "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped", "multicast", "collisions",
        "rx_length_errors", "rx_over_errors", "rx_crc_errors", "rx_frame_errors", "rx_fifo_errors", "rx_missed_errors",
        "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors", "tx_heartbeat_errors", "tx_window_errors",
        "rx_compressed", "tx_compressed", "rx_nohandler", "rx_otherhost_dropped",
    ];

    /// <summary>How many device counters there are: each number below is one.</summary>
    public static int Count => Names.Length;

    /// <summary>The counter's name. A number that is no <see cref="DeviceCounter"/> throws.</summary>
    public static string Name(this DeviceCounter counter) => Names[(int)counter];

    /// <summary>Finds the counter that has this name, spelled exactly so.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out DeviceCounter counter)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                counter = (DeviceCounter)i;
                return true;
            }
        }

        counter = default;
        return false;
    }
}
