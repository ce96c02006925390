using System.Diagnostics.CodeAnalysis;
using Saker.Host.Hosts;
using Saker.Host.Replay;
using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Inference;

/// <summary>Opens a capture, as often as it is called.</summary>
public delegate bool CaptureOpener([NotNullWhen(true)] out CaptureReader? reader, [NotNullWhen(false)] out CaptureFault? fault);

/// <summary>
/// Makes up a host from a capture: the station that receives most frames, with the addresses and the sockets that its traffic shows.
/// </summary>
/// <remarks>
/// The station is the unicast link address to which most frames go; among equals the lowest. Its addresses are those of packets to it and those that it
/// speaks ARP for. UDP and TCP ports from which it answers are open; where it spoke first, and for
/// TCP connections that it accepted, there are connected sockets. Everyone who was seen is a neighbour, so that
/// answers go back to where the question came from. Who receives is guessed from the first frames, so that one further reading does; a third is made where the
/// guess was wrong.
/// </remarks>
public static class HostInference
{
    private const string DefaultDeviceName = "eth0";
    private const string LoopbackName = "lo";
    private const long FramesOfGuess = 4096;
    private const int MostReadings = 3;
    private const int DefaultPrefixLength = 24;
    private const int ShortestPrefixLength = 8;

    /// <summary>Stands for a host of which the capture says no link address.</summary>
    private static readonly MacAddress UnnamedStation = MacAddress.Parse("02:00:00:00:00:01");

    /// <summary>Infers a host. A fault further on in the capture is no fault here: what was read up to it counts.</summary>
    /// <param name="open">Opens the capture; called two times or three.</param>
    /// <param name="host">The host.</param>
    /// <param name="fault">Why the capture cannot be opened.</param>
    /// <param name="written">Sysctls that are set on the host, in their order; the others have the kernel's defaults.</param>
    public static bool TryInfer(
        CaptureOpener open,
        [NotNullWhen(true)] out HostConfiguration? host,
        [NotNullWhen(false)] out CaptureFault? fault,
        IReadOnlyList<SysctlAssignment>? written = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        host = null;
        Receiver receiver = new(null, IPv4Address.Any);
        for (int reading = 1; ; reading++)
        {
            if (!open(out CaptureReader? reader, out fault))
            {
                return false;
            }

            using (reader)
            {
                TrafficObservation traffic = new(receiver.Station ?? UnnamedStation);
                Receiver found = Read(reader, receiver, traffic, reading == 1 ? FramesOfGuess : long.MaxValue);
                if (reading > 1 && (found == receiver || reading == MostReadings))
                {
                    string name = reader.Interfaces is [{ Name: { Length: > 0 } given }, ..] ? given : DefaultDeviceName;
                    host = Describe(name, traffic, written ?? []) with { LinklessAddress = receiver.LinklessAddress };
                    return true;
                }

                receiver = found;
            }
        }
    }

    /// <summary>Reads a capture, or its first frames, and observes the traffic of who is thought to receive.</summary>
    /// <returns>Who does receive.</returns>
    private static Receiver Read(CaptureReader reader, Receiver receiver, TrafficObservation traffic, long frames)
    {
        Census census = new();
        EthernetFrames ethernet = new() { HostAddress = receiver.LinklessAddress };
        while (reader.FrameCount < frames && reader.TryReadNext(out CaptureFrame frame))
        {
            census.Count(frame);
            if (ethernet.TryMake(frame, traffic.Station, out ReadOnlySpan<byte> bytes))
            {
                traffic.See(bytes);
            }
        }

        return census.Receiver;
    }

    private static HostConfiguration Describe(string name, TrafficObservation traffic, IReadOnlyList<SysctlAssignment> written)
    {
        const int Index = 2;

        List<IPv4InterfaceAddress> addresses = [];
        foreach (IPv4Address address in traffic.Addresses)
        {
            int length = PrefixLengthOf(address, traffic.OnLink);
            IPv4Prefix prefix = new(address, length);
            addresses.Add(new IPv4InterfaceAddress(address, length)
            {
                Broadcast = prefix.LastAddress,
                IsSecondary = addresses.Exists(other => other.Prefix == prefix),
            });
        }

        HostSysctls sysctls = new([new SysctlDevice(LoopbackName, HasAddress: true), new SysctlDevice(SysctlName.OfDevice(name), addresses.Count != 0)]);
        sysctls.Write(written);
        HostSettings settings = sysctls.Settings;
        NetworkDevice device = new(Index, name, traffic.Station)
        {
            Mtu = traffic.Mtu,
            IPv4 = new IPv4Interface(addresses, traffic.Groups, sysctls.SettingsOf(name)),
        };
        NetworkDevice loopback = Loopback(sysctls.SettingsOf(LoopbackName));
        return new HostConfiguration
        {
            Devices = [loopback, device],
            Routes =
            [
                .. AddressRoutes.Of(loopback),
                .. AddressRoutes.Of(device),

                // Whoever spoke to the host is a neighbour, so answers need no gateway.
                new Route(new IPv4Prefix(IPv4Address.Any, 0), RouteType.Unicast) { Scope = RouteScope.Link, NextHops = [new NextHop(device, IPv4Address.Any)] },
            ],
            Neighbors = [.. traffic.Neighbors.Select(neighbor => new Neighbor<IPv4Address>(device, neighbor.Key, neighbor.Value, NeighborState.Reachable))],
            Sockets = [.. SocketsOf(traffic).Select(socket => socket with { ReceiveBuffer = settings.ReceiveBuffer })],
            IPv4 = settings.IPv4,
            Receive = settings.Receive,
            Sysctls = sysctls,
        };
    }

    private static NetworkDevice Loopback(IPv4InterfaceSettings settings) => new(1, LoopbackName, MacAddress.Zero)
    {
        Flags = DeviceFlags.Up | DeviceFlags.Loopback,
        Mtu = 65536,
        IPv4 = new IPv4Interface([new IPv4InterfaceAddress(IPv4Address.Loopback, 8) { Scope = (byte)RouteScope.Host }], [], settings),
    };

    private static IEnumerable<SocketConfiguration> SocketsOf(TrafficObservation traffic)
    {
        foreach ((IPProtocol protocol, ushort port) in traffic.OpenPorts)
        {
            yield return new SocketConfiguration(protocol == IPProtocol.Tcp ? SocketKind.TcpListener : KindOf(protocol), port);
        }

        foreach (Conversation conversation in traffic.Connected)
        {
            yield return new SocketConfiguration(KindOfConnection(conversation), conversation.LocalPort)
            {
                LocalAddress = conversation.LocalAddress,
                RemoteAddress = conversation.RemoteAddress,
                RemotePort = conversation.RemotePort,
            };
        }

        static SocketKind KindOfConnection(Conversation conversation) =>
            conversation.Protocol == IPProtocol.Tcp ? SocketKind.TcpConnection : KindOf(conversation.Protocol);
    }

    private static SocketKind KindOf(IPProtocol protocol) => protocol == IPProtocol.UdpLite ? SocketKind.UdpLite : SocketKind.Udp;

    /// <summary>A prefix that holds the address and those of its neighbours that ARP was spoken with, within reason.</summary>
    private static int PrefixLengthOf(IPv4Address address, IEnumerable<IPv4Address> onLink)
    {
        int length = DefaultPrefixLength;
        foreach (IPv4Address other in onLink)
        {
            int common = System.Numerics.BitOperations.LeadingZeroCount(address.Value ^ other.Value);
            if (common >= ShortestPrefixLength)
            {
                length = Math.Min(length, common);
            }
        }

        return length;
    }
}
