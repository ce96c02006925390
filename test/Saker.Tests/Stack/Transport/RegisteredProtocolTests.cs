using System.Collections.Frozen;
using Saker.Stack;
using Saker.Wire;

namespace Saker.Tests.Stack.Transport;

/// <summary>Which protocols have a handler is the kernel's build's business.</summary>
public sealed class RegisteredProtocolTests
{
    [Theory]
    [InlineData(IPProtocol.Pim, "dropped", "NOT_SPECIFIED")]
    [InlineData(IPProtocol.Sctp, "unsupported", null)]
    [InlineData(IPProtocol.Gre, "dropped", "IP_NOPROTO")]
    [InlineData(IPProtocol.UdpLite, "dropped", "IP_NOPROTO")]
    public void A_packet_goes_to_the_handler_that_the_kernel_has(IPProtocol protocol, string verdict, string? reason)
    {
        using TestHost host = new(protocols: new ProtocolOptions { InternetProtocols = FrozenSet.Create(IPProtocol.Tcp, IPProtocol.Pim, IPProtocol.Sctp) });

        FrameResult result = host.Receive(Frames.IPv4(new byte[8], protocol));

        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(reason, result.Reason);
    }
}
