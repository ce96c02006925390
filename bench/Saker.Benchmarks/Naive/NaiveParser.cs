using System.Net;

namespace Saker.Benchmarks.Naive;

/// <summary>Ethernet, IPv4 and UDP as one parses them with what the class library has: BitConverter, HostToNetworkOrder, IPAddress.</summary>
internal static class NaiveParser
{
    public static bool TryParse(byte[] frame, out IPAddress source, out IPAddress destination, out int sourcePort, out int destinationPort)
    {
        source = destination = IPAddress.None;
        sourcePort = destinationPort = 0;
        if (frame.Length < 42 || (ushort)IPAddress.NetworkToHostOrder(BitConverter.ToInt16(frame, 12)) != 0x0800 || frame[23] != 17)
        {
            return false;
        }

        int udp = 14 + ((frame[14] & 0xf) * 4);
        source = new IPAddress(BitConverter.ToUInt32(frame, 26));
        destination = new IPAddress(BitConverter.ToUInt32(frame, 30));
        sourcePort = (ushort)IPAddress.NetworkToHostOrder(BitConverter.ToInt16(frame, udp));
        destinationPort = (ushort)IPAddress.NetworkToHostOrder(BitConverter.ToInt16(frame, udp + 2));
        return true;
    }
}
