using Saker.Stack.Ip.V4;
using Saker.Stack.Sockets;
using Saker.Stack.Transport.Raw;
using Saker.Wire;

namespace Saker.Tests.Stack.Ip;

/// <summary>The octets here are what Linux 6.18 was seen to hand to a raw socket, to send in a reset, and to point at in parameter problems.</summary>
public sealed class IPv4OptionsTests
{
    /// <summary>The time of day of <see cref="TestHost.Clock"/>: 22:13:20.</summary>
    private const string Now = "04c4b400";

    [Theory]
    [InlineData("0007ff01", "00000000")]
    [InlineData("01010101", "01010101")]
    [InlineData("07070400000000", "0707080a00000100")]
    [InlineData("07070801020304", "0707080102030400")]
    [InlineData("07080500000000000000", "070809000a00000100000000")]
    [InlineData("4408050000000000", "44080900" + Now)]
    [InlineData("440c05010000000000000000", "440c0d010a000001" + Now)]
    [InlineData("440c05030a00000100000000", "440c0d030a000001" + Now)]
    [InlineData("440c05030a00000900000000", "440c05030a00000900000000")]
    [InlineData("440c05030a0000ff00000000", "440c0d030a0000ff" + Now)]
    [InlineData("440c0503e000000100000000", "440c0d03e0000001" + Now)]
    [InlineData("440c05030000000000000000", "440c0d0300000000" + Now)]
    [InlineData("4408090001020304", "4408091001020304")]
    [InlineData("440809f301020304", "440809f301020304")]
    [InlineData("4408050200000000", "4408050200000000")]
    [InlineData("94060000000000", "9406000000000000")]
    [InlineData("1e040000", "1e040000")]
    public void Options_of_a_packet_for_us_are_filled_in(string received, string seen)
    {
        using TestHost host = new();
        RawSocket socket = Listen(host);

        host.Receive(Frames.IPv4("x"u8, IPProtocol.Experiment1, options: Convert.FromHexString(received)));

        byte[] packet = new byte[100];
        Assert.True(socket.TryReceive(packet, out ReceivedDatagram datagram));
        Assert.Equal(seen, Convert.ToHexStringLower(packet.AsSpan(20, datagram.Length - 21)));
    }

    [Fact]
    public void A_record_route_in_a_broadcast_gets_the_address_that_we_would_answer_with()
    {
        using TestHost host = new();
        RawSocket socket = Listen(host);

        host.Receive(Frames.IPv4(
            "x"u8, IPProtocol.Experiment1, destination: new IPv4Address(10, 0, 0, 255), options: [7, 7, 4, 0, 0, 0, 0], to: "ff:ff:ff:ff:ff:ff"));

        byte[] packet = new byte[100];
        Assert.True(socket.TryReceive(packet, out _));
        Assert.Equal("0707080a000001", Convert.ToHexStringLower(packet.AsSpan(20, 7)));
    }

    [Theory]
    [InlineData("070704000000000707040000", 27)]
    [InlineData("0705040000", 22)]
    [InlineData("07070300000000", 22)]
    [InlineData("0702", 21)]
    [InlineData("07000400", 20)]
    [InlineData("01010107", 23)]
    [InlineData("070b040000000000", 20)]
    [InlineData("8302", 21)]
    [InlineData("8307030a000009", 22)]
    [InlineData("8307080a0000098307080a000009", 27)]
    [InlineData("440809f001020304", 23)]
    [InlineData("4408040000000000", 22)]
    [InlineData("440305", 21)]
    [InlineData("440605000000", 22)]
    [InlineData("4408050100000000", 22)]
    [InlineData("44080500000000004408050000000000", 28)]
    [InlineData("940300", 21)]
    [InlineData("86040000", 21)]
    [InlineData("86060000000100000000", 21)]
    [InlineData("860a0000000101040000", 22)]
    public void A_fault_is_pointed_at_where_the_kernel_does(string options, int pointer)
    {
        byte[] bytes = Convert.FromHexString(options);
        byte[] header = [.. new byte[IPv4View.FixedLength], .. bytes, .. new byte[-bytes.Length & 3]];
        using TestHost host = new();
        IPv4Control control = default;

        IPv4OptionFault fault = new IPv4OptionReader(header, ref control, new OptionStation(host.Stack.Forwarding.Current, Frames.Target, 0)).Read();

        Assert.Equal(pointer, fault.Pointer);
        Assert.NotNull(fault.MustHold);
    }

    [Theory]
    [InlineData("070b0400000000000000000144140501" + "00000000000000000000000000000000", "070b0c0a0000010a000001441415010a000001" + Now + "0a000001" + Now + "00")]
    [InlineData("441405030a000001000000000a00000100000000", "441415030a000001" + Now + "0a000001" + Now)]
    [InlineData("441405030a000001000000000a00000900000000", "44140d030a000001" + Now + "0a00000900000000")]
    [InlineData("440809200a000001", "440809300a000001")]
    [InlineData("94040000", "")]
    public void An_answer_goes_on_recording(string received, string answered)
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Syn), IPProtocol.Tcp, options: Convert.FromHexString(received)));

        string frame = Assert.Single(result.Sent);
        Assert.Equal(answered, frame[68..^40]);
    }

    [Theory]
    [InlineData("070904000000000000")]
    [InlineData("440a0500000000000000")]
    public void No_answer_is_made_where_an_option_has_room_for_half_an_entry(string received)
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Syn), IPProtocol.Tcp, options: Convert.FromHexString(received)));

        Assert.Empty(result.Sent);
        Assert.Equal(1, result.Counters["Tcp.OutRsts"]);
    }

    [Theory]
    [InlineData("830f100a0000020a0000070a000009", "830b040a0000070a00000200", "020000000009", "0a000009")]
    [InlineData("890f100a0000020a0000070a000009", "890b040a0000070a00000200", "020000000009", "0a000009")]
    [InlineData("8307080a000009", "8307040a00000200", "020000000009", "0a000009")]
    [InlineData("8307080a000002", "", "020000000002", "0a000002")]
    public void An_answer_goes_a_source_route_backwards(string received, string answered, string firstStation, string firstHop)
    {
        using TestHost host = new(new IPv4InterfaceSettings { AcceptSourceRoute = true });

        FrameResult result = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Syn), IPProtocol.Tcp, options: Convert.FromHexString(received)));

        string frame = Assert.Single(result.Sent);
        Assert.Equal(firstStation, frame[..12]);
        Assert.Equal(firstHop, frame[60..68]);
        Assert.Equal(answered, frame[68..^40]);
    }

    [Fact]
    public void A_source_route_through_an_address_of_ours_makes_that_the_destination()
    {
        using TestHost host = new(new IPv4InterfaceSettings { AcceptSourceRoute = true }, furtherAddresses: new IPv4Address(10, 0, 0, 3));
        host.Open("raw 10.0.0.3:253");

        FrameResult result = host.Receive(Frames.IPv4("x"u8, IPProtocol.Experiment1, options: [0x83, 7, 4, 10, 0, 0, 3]));

        Assert.Equal(["raw 10.0.0.3:253"], result.Sockets);
    }

    [Fact]
    public void Options_of_any_octets_end_in_one_verdict_and_no_buffer_is_lost()
    {
        Random random = new(20);
        using TestHost host = new(new IPv4InterfaceSettings { AcceptSourceRoute = true });
        byte[] kinds = [0, 1, 7, 68, 130, 131, 134, 136, 137, 148];
        for (int i = 0; i < Effort.Inputs(10_000, 1_000_000); i++)
        {
            byte[] options = new byte[random.Next(41)];
            random.NextBytes(options);
            for (int offset = 0; offset < options.Length; offset += random.Next(1, 12))
            {
                options[offset] = kinds[random.Next(kinds.Length)];
                if (offset + 3 < options.Length)
                {
                    options[offset + 1] = (byte)random.Next(13);
                    options[offset + 2] = (byte)random.Next(14);
                    options[offset + 3] = (byte)random.Next(4);
                }
            }

            string verdict = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Ack), IPProtocol.Tcp, options: options)).Verdict;
            Assert.True(verdict is "dropped" or "unsupported" or "forwarded", $"input {i}: {verdict} for {Convert.ToHexString(options)}");
        }
    }

    private static RawSocket Listen(TestHost host)
    {
        RawSocket socket = new(new ReceiveQueue(host.Stack.Cpus)) { LocalPort = (ushort)IPProtocol.Experiment1 };
        host.Stack.RawSockets.Add(socket);
        return socket;
    }
}
