using Saker.Cli;

namespace Saker.Tests.Cli;

/// <summary>What <c>saker up</c> says of command lines that make no sense; links themselves take a kernel.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class UpCommandTests
{
    [Theory]
    [InlineData("", "Option '--link' is required.")]
    [InlineData("--link packet:eth0", "--address ADDRESS/LENGTH is missing: the stack answers for its own addresses only.")]
    [InlineData("--link veth:eth0 --address 10.0.0.2/24", "--link takes xdp:DEV, packet:DEV or tap:NAME; 'veth:eth0' is none.")]
    [InlineData("--link eth0 --address 10.0.0.2/24", "--link takes xdp:DEV, packet:DEV or tap:NAME; 'eth0' is none.")]
    [InlineData("--link packet: --address 10.0.0.2/24", "--link takes xdp:DEV, packet:DEV or tap:NAME; '' can be no interface's name.")]
    [InlineData("--link xdp:eth0:1-0 --address 10.0.0.2/24", "--link xdp:DEV:QUEUES takes queues once each, as in 0-3 or 0,2, and as many as --queues says; '1-0' is none of that.")]
    [InlineData("--link xdp:eth0:0,0 --address 10.0.0.2/24", "--link xdp:DEV:QUEUES takes queues once each, as in 0-3 or 0,2, and as many as --queues says; '0,0' is none of that.")]
    [InlineData("--link xdp:eth0:0-1 --queues 3 --address 10.0.0.2/24", "--link xdp:DEV:QUEUES takes queues once each, as in 0-3 or 0,2, and as many as --queues says; '0-1' is none of that.")]
    [InlineData("--link tap:a/b --address 10.0.0.2/24", "--link takes xdp:DEV, packet:DEV or tap:NAME; 'a/b' can be no interface's name.")]
    [InlineData("--link tap:sixteen-letters- --address 10.0.0.2/24", "--link takes xdp:DEV, packet:DEV or tap:NAME; 'sixteen-letters-' can be no interface's name.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; '10.0.0.2' is none.")]
    [InlineData("--link packet:eth0 --address 224.0.0.2/24", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; '224.0.0.2/24' is none.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/33", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; '10.0.0.2/33' is none.")]
    [InlineData("--link packet:eth0 --address fd00::2", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; 'fd00::2' is none.")]
    [InlineData("--link packet:eth0 --address fd00::2/129", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; 'fd00::2/129' is none.")]
    [InlineData("--link packet:eth0 --address ff02::1/64", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; 'ff02::1/64' is none.")]
    [InlineData("--link packet:eth0 --address ::1/128", "--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; '::1/128' is none.")]
    [InlineData("--link packet:eth0 --address fd00::2/64 --gateway fd01::1", "--gateway takes an address of a network that an --address is in, one of each family; 'fd01::1' is none.")]
    [InlineData("--link packet:eth0 --address fd00::2/64 --gateway fd00::1 --gateway fe80::1", "--gateway takes an address of a network that an --address is in, one of each family; 'fe80::1' is none.")]
    [InlineData("--link packet:eth0 --address fd00::2/64 --mtu 1279", "--mtu 1279: IPv6 takes 1280 bytes at least; leave its addresses out, or give a longer MTU.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --gateway 10.0.1.1", "--gateway takes an address of a network that an --address is in, one of each family; '10.0.1.1' is none.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --mac ff:ff:ff:ff:ff:ff", "--mac takes the address of one station, as in 02:00:00:00:00:02; 'ff:ff:ff:ff:ff:ff' is none.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --mtu 67", "--mtu takes bytes from 68 on, which every network must carry; 67 is less.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --queues 0", "--queues takes queues from 1 to 64; '0' is none of them.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --queues 65", "--queues takes queues from 1 to 64; '65' is none of them.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --udp-echo 0", "--udp-echo takes a port from 1 to 65535; '0' is none.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --udp-echo 7 --udp-discard 7", "--udp-discard 7: the port has a service already.")]
    [InlineData("--link packet:eth0 --address 10.0.0.2/24 --duration 0", "--duration takes seconds from 1 to 1000000; '0' is none of them.")]
    public void A_command_line_that_makes_no_sense_is_refused_in_one_line(string arguments, string message) =>
        ConsoleRun.Of(["up", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).AssertRefused(ExitCode.Misuse, message);

    [Fact]
    public void An_interface_that_is_not_there_is_named() =>
        ConsoleRun.Of("up", "--link", "packet:saker-none", "--address", "10.0.0.2/24")
            .AssertRefused(ExitCode.Failure, "packet:saker-none: device saker-none: No such device (errno 19); 'ip link' lists the interfaces");
}
