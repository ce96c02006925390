using System.Buffers.Binary;
using Saker.Benchmarks.Micro;
using Saker.Benchmarks.Naive;
using Saker.Wire;

namespace Saker.Benchmarks.Comparing;

/// <summary>What is done to bytes on the wire.</summary>
internal static class WireContests
{
    private const int Inputs = 64;

    public static IEnumerable<Contest> Checksum()
    {
        foreach (int length in (int[])[20, 36, 1500])
        {
            byte[] data = new byte[length];
            new Random(length).NextBytes(data);
            if (NaiveChecksum.ByWords(data) != InternetChecksum.Compute(data) || NaiveChecksum.ByLongWords(data) != InternetChecksum.Compute(data))
            {
                throw new InvalidOperationException("The checksums differ.");
            }

            long Saker(int count)
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += InternetChecksum.Compute(data);
                }

                return sum;
            }

            long Words(int count)
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += NaiveChecksum.ByWords(data);
                }

                return sum;
            }

            long LongWords(int count)
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += NaiveChecksum.ByLongWords(data);
                }

                return sum;
            }

            yield return new Contest($"Internet checksum, {length:N0} bytes", "loop of 16-bit words", Words, Saker);
            yield return new Contest($"Internet checksum, {length:N0} bytes", "loop of 64-bit words", LongWords, Saker);
        }
    }

    public static IEnumerable<Contest> Parse()
    {
        byte[] frame = Frames.Udp(64, 40_000, 9000);
        yield return new Contest(
            "parse Ethernet, IPv4, UDP",
            "BitConverter and IPAddress",
            count =>
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += ParsingBenchmarks.ByClassLibrary(frame);
                }

                return sum;
            },
            count =>
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += ParsingBenchmarks.ByViews(frame);
                }

                return sum;
            });
    }

    public static IEnumerable<Contest> Toeplitz()
    {
        Toeplitz toeplitz = new(ToeplitzKey.Verification);
        Random random = new(1);
        byte[][] inputs = new byte[Inputs][];
        (IPv4Address Source, IPv4Address Destination, ushort SourcePort, ushort DestinationPort)[] flows = new (IPv4Address, IPv4Address, ushort, ushort)[Inputs];
        for (int i = 0; i < Inputs; i++)
        {
            byte[] input = inputs[i] = new byte[12];
            random.NextBytes(input);
            flows[i] = (IPv4Address.ReadFrom(input), IPv4Address.ReadFrom(input.AsSpan(4)), BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(8)),
                BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(10)));
        }

        yield return new Contest(
            "Toeplitz hash of an IPv4 4-tuple",
            "bit by bit",
            count =>
            {
                ReadOnlySpan<byte> key = ToeplitzKey.Verification.Octets;
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += NaiveToeplitz.Hash(key, inputs[i % Inputs]);
                }

                return sum;
            },
            count =>
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    ref var flow = ref flows[i % Inputs];
                    sum += toeplitz.Hash(flow.Source, flow.Destination, flow.SourcePort, flow.DestinationPort);
                }

                return sum;
            });
    }
}
