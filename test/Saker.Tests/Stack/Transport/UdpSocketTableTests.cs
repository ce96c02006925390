using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack.Transport;

public class UdpSocketTableTests
{
    private static readonly IPv4Address[] Local = [IPv4Address.Any, new(10, 0, 0, 1), new(10, 0, 0, 7)];
    private static readonly IPv4Address[] Remote = [IPv4Address.Any, new(10, 0, 0, 2), new(10, 0, 0, 3)];

    /// <summary>Against the rule, applied to every socket in turn: the most specific, among equals the last that came.</summary>
    [Fact]
    public void The_most_specific_socket_is_found_whatever_else_is_open()
    {
        for (int seed = 0; seed < Effort.Inputs(300, 30_000); seed++)
        {
            Random random = new(seed);
            UdpSocketTable table = new();
            List<UdpSocket> sockets = [];
            for (int i = random.Next(12); i > 0; i--)
            {
                UdpSocket socket = Any(random);
                table.Add(socket);
                sockets.Insert(0, socket);
            }

            foreach (UdpSocket socket in sockets.Where(_ => random.Next(4) == 0).ToArray())
            {
                Assert.True(table.Remove(socket));
                sockets.Remove(socket);
            }

            for (int i = 0; i < 20; i++)
            {
                UdpFlow flow = new(Local[random.Next(1, 3)], Port(random), Remote[random.Next(1, 3)], (ushort)random.Next(1, 3), random.Next(1, 3), IsLite: false);
                UdpSocket? expected = sockets.Where(socket => Wants(socket, flow)).MaxBy(socket => Specificity(socket));
                Assert.True(ReferenceEquals(expected, table.Find(flow)), $"seed {seed}: {flow} gets {table.Find(flow)} instead of {expected}");
            }

            Assert.Equal(sockets.Count, table.Count);
        }
    }

    [Fact]
    public void A_socket_that_is_not_in_the_table_is_not_removed()
    {
        UdpSocketTable table = new();
        table.Add(new UdpSocket { LocalPort = 53 });

        Assert.False(table.Remove(new UdpSocket { LocalPort = 53 }));
        Assert.Equal(1, table.Count);
    }

    /// <summary>Two ports that share a bucket, too.</summary>
    private static ushort Port(Random random) => (ushort)(53 + (1024 * random.Next(2)));

    private static UdpSocket Any(Random random)
    {
        bool isConnected = random.Next(2) == 0;
        return new UdpSocket
        {
            LocalPort = Port(random),
            LocalAddress = Local[random.Next(3)],
            RemoteAddress = isConnected ? Remote[random.Next(1, 3)] : IPv4Address.Any,
            RemotePort = isConnected ? (ushort)random.Next(1, 3) : (ushort)0,
            Device = random.Next(3),
        };
    }

    private static bool Wants(UdpSocket socket, UdpFlow flow) =>
        socket.LocalPort == flow.LocalPort
        && (socket.LocalAddress.IsAny || socket.LocalAddress == flow.LocalAddress)
        && (!socket.IsConnected || (socket.RemoteAddress == flow.RemoteAddress && socket.RemotePort == flow.RemotePort))
        && (socket.Device == 0 || socket.Device == flow.Device);

    private static (bool IsBound, int Ends) Specificity(UdpSocket socket) =>
        (!socket.LocalAddress.IsAny, (socket.IsConnected ? 2 : 0) + (socket.Device != 0 ? 1 : 0));
}
