using Saker.Packets;

namespace Saker.Tests.Packets;

public sealed class DropReasonNamesTests
{
    [Fact]
    public void Every_reason_has_a_name_of_its_own_that_parses_back()
    {
        var reasons = Enum.GetValues<DropReason>();
        Assert.Equal(reasons.Length, reasons.Select(DropReasonNames.KernelName).Distinct().Count());
        foreach (var reason in reasons)
        {
            Assert.True(DropReasonNames.TryParse(reason.KernelName(), out var parsed));
            Assert.Equal(reason, parsed);
        }
    }

    // From the type information of Linux 6.18 (/sys/kernel/btf/vmlinux, enum skb_drop_reason): ends of every unbroken run of numbers.
    [Theory]
    [InlineData(DropReason.None, 0, "NOT_DROPPED_YET")]
    [InlineData(DropReason.Consumed, 1, "CONSUMED")]
    [InlineData(DropReason.NotSpecified, 2, "NOT_SPECIFIED")]
    [InlineData(DropReason.NoSocket, 3, "NO_SOCKET")]
    [InlineData(DropReason.SocketReceiveBuffer, 6, "SOCKET_RCVBUFF")]
    [InlineData(DropReason.PacketTooSmall, 9, "PKT_TOO_SMALL")]
    [InlineData(DropReason.OtherHost, 13, "OTHERHOST")]
    [InlineData(DropReason.IPChecksum, 14, "IP_CSUM")]
    [InlineData(DropReason.QdiscCongested, 66, "QDISC_CONGESTED")]
    [InlineData(DropReason.CpuBacklog, 71, "CPU_BACKLOG")]
    [InlineData(DropReason.BridgeIngressStpState, 119, "BRIDGE_INGRESS_STP_STATE")]
    [InlineData(DropReason.MemoryReserve, 123, "PFMEMALLOC")]
    [InlineData(DropReason.PspInput, 125, "PSP_INPUT")]
    [InlineData(DropReason.RecursionLimit, 127, "RECURSION_LIMIT")]
    [InlineData(DropReason.XdpDrop, 0x1000, "xdp:DROP")]
    [InlineData(DropReason.BacklogQueueFull, 0x1020, "backlog:queue_full")]
    public void Numbers_and_names_are_those_of_the_kernel(DropReason reason, int number, string name)
    {
        Assert.Equal(number, (int)reason);
        Assert.Equal(name, reason.KernelName());
    }

    [Fact]
    public void Only_drops_without_the_tracepoint_have_a_prefix()
    {
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            Assert.Equal((int)reason >= 0x1000, reason.KernelName().Contains(':', StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(128)]
    [InlineData(0x0FFF)]
    [InlineData(0x1005)]
    [InlineData(0xFFFF)]
    public void A_number_that_is_no_reason_is_refused(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DropReason)number).KernelName());

    [Theory]
    [InlineData("")]
    [InlineData("no_socket")]
    [InlineData("SKB_DROP_REASON_NO_SOCKET")]
    public void A_text_that_is_no_name_does_not_parse(string name) => Assert.False(DropReasonNames.TryParse(name, out _));
}
