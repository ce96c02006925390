using System.Buffers.Binary;
using Saker.Stack.Nic;
using Saker.Tests.Wire;
using Saker.Wire;

namespace Saker.Tests.Stack.Nic;

/// <summary>A second, plain way to what a card makes of a frame: it reads octets by their numbers, and hashes bit by bit.</summary>
internal static class NaiveCard
{
    /// <summary>ethtool's name of the frame's flow type (null: none), and the octets of addresses and ports with what is not hashed as zero.</summary>
    public static (string? Type, byte[] Input) Describe(ReadOnlySpan<byte> frame, Func<string, string> letters, bool symmetric)
    {
        if (frame.Length < 14)
        {
            return (null, []);
        }

        int at = 12;
        int type = Number(frame, at);
        for (int tags = 0; tags < 2 && type is 0x8100 or 0x88a8 && frame.Length >= at + 6; tags++)
        {
            at += 4;
            type = Number(frame, at);
        }

        at += 2;
        return type switch
        {
            0x0800 when frame.Length >= at + 20 && (frame[at] & 15) >= 5 => IPv4(frame, at, letters, symmetric),
            0x86dd when frame.Length >= at + 40 => IPv6(frame, at, letters, symmetric),
            _ => (null, []),
        };
    }

    /// <summary>The queue and the hash of a frame.</summary>
    public static (int Queue, uint Hash) Classify(ReadOnlySpan<byte> frame, RssSettings rss)
    {
        (string? type, byte[] input) = Describe(frame, name => LettersOf(rss, name), rss.SymmetricXor);
        if (type is null || LettersOf(rss, type).Length == 0)
        {
            return (0, 0);
        }

        uint hash = ToeplitzTests.NaiveHash(rss.Key.Octets, input);
        return (rss.Table.Queues[(int)(hash % (uint)rss.Table.Size)], hash);
    }

    private static string LettersOf(RssSettings rss, string name) =>
        RssFlowTypeNames.TryParse(name, out RssFlowType type) ? RssFieldLetters.Format(rss.Fields[type]) : throw new ArgumentException(name);

    private static (string, byte[]) IPv4(ReadOnlySpan<byte> frame, int at, Func<string, string> letters, bool symmetric)
    {
        int fragment = Number(frame, at + 6);
        bool isFragment = (fragment & 0x2000) != 0 || (fragment & 0x1fff) != 0;
        string type = isFragment ? "ip4" : NameOf(frame[at + 9]) + "4";
        int ports = at + ((frame[at] & 15) * 4);
        return Input(frame, type, at + 12, 4, ports, letters, symmetric);
    }

    private static (string, byte[]) IPv6(ReadOnlySpan<byte> frame, int at, Func<string, string> letters, bool symmetric)
    {
        int next = frame[at + 6];
        int header = at + 40;
        bool isFragment = false;
        bool isLater = false;
        while (!isLater && frame.Length >= header + 8)
        {
            if (next == 44)
            {
                int offset = Number(frame, header + 2);
                isFragment |= (offset & 0xfff9) != 0;
                isLater = offset >> 3 != 0;
                (next, header) = (frame[header], header + 8);
            }
            else if (next is 43 or 60 || (next == 0 && header == at + 40))
            {
                int length = 8 + (frame[header + 1] * 8);
                if (frame.Length < header + length)
                {
                    break;
                }

                (next, header) = (frame[header], header + length);
            }
            else
            {
                break;
            }
        }

        return Input(frame, isFragment ? "ip6" : NameOf(next) + "6", at + 8, 16, header, letters, symmetric);
    }

    private static (string, byte[]) Input(
        ReadOnlySpan<byte> frame, string type, int addresses, int size, int ports, Func<string, string> letters, bool symmetric)
    {
        bool hasPorts = type[..3] is "tcp" or "udp" or "sct";
        if (hasPorts && frame.Length < ports + 4)
        {
            type = "ip" + type[^1];
            hasPorts = false;
        }

        string hashed = letters(type);
        byte[] input = new byte[(2 * size) + 4];
        Copy(frame, 's', addresses, 0, size);
        Copy(frame, 'd', addresses + size, size, size);
        if (hasPorts)
        {
            Copy(frame, 'f', ports, 2 * size, 2);
            Copy(frame, 'n', ports + 2, (2 * size) + 2, 2);
        }

        if (symmetric)
        {
            Join(0, size);
            Join(2 * size, 2);
        }

        return (type, input);

        void Copy(ReadOnlySpan<byte> from, char letter, int source, int target, int length)
        {
            if (hashed.Contains(letter, StringComparison.Ordinal))
            {
                from.Slice(source, length).CopyTo(input.AsSpan(target));
            }
        }

        void Join(int first, int length)
        {
            for (int i = first; i < first + length; i++)
            {
                input[i] ^= input[i + length];
                input[i + length] = input[i];
            }
        }
    }

    private static string NameOf(int protocol) => protocol switch
    {
        6 => "tcp",
        17 => "udp",
        132 => "sctp",
        51 => "ah",
        50 => "esp",
        _ => "ip",
    };

    private static int Number(ReadOnlySpan<byte> frame, int at) => BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
}
