using Saker.Wire.Captures;

namespace Saker.Benchmarks.Comparing;

/// <summary>
/// A capture of traffic of one host, always the same: of a hundred frames, 60 are UDP to a port from which the host answers with 10, 20 TCP to a closed port,
/// 8 ICMP echo requests and 2 ARP requests.
/// </summary>
internal static class MixedCapture
{
    private const long Start = 1_700_000_000_000_000_000;
    private const long Interval = 10_000;

    /// <summary>Writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">How many frames.</param>
    public static void Write(string path, int frames)
    {
        Random random = new(1);
        byte[] request = Frames.ArpRequest();
        using PcapWriter writer = new(File.Create(path));
        for (int i = 0; i < frames; i++)
        {
            ushort port = (ushort)(40_000 + random.Next(1000));
            writer.Write(Start + (i * Interval), random.Next(100) switch
            {
                < 60 => Frames.Udp(random.Next(60, 600), port, 9000, (ushort)i),
                < 70 => Frames.Answer(Frames.Udp(random.Next(60, 600), port, 9000, (ushort)i)),
                < 90 => Frames.Tcp(random.Next(60, 1514), port, 80, (uint)i),
                < 98 => Frames.Echo(98, (ushort)i),
                _ => request,
            });
        }
    }
}
