using System.Runtime.InteropServices;

namespace Saker.Bpf.Classic;

/// <summary>Looks for netlink attributes, in the machine's byte order, which a filter of a netlink socket may ask for (<c>bpf_skb_get_nlattr</c>).</summary>
internal static class NetlinkAttributes
{
    private const int HeaderLength = 4;
    private const int TypeOffset = 2;

    /// <summary>Without the flags for nesting and for network order.</summary>
    private const int TypeMask = 0x3fff;

    /// <summary>Where an attribute begins, among those that follow one another from a place on; 0: it is not among them.</summary>
    public static uint Find(ReadOnlySpan<byte> packet, uint place, uint type) => Begins(packet, place) ? Walk(packet, (int)place, packet.Length, type) : 0;

    /// <summary>Where an attribute begins within that which begins at a place; 0: it is not there.</summary>
    public static uint FindNested(ReadOnlySpan<byte> packet, uint place, uint type)
    {
        if (!Begins(packet, place))
        {
            return 0;
        }

        int length = LengthAt(packet, (int)place);
        return length > packet.Length - (int)place ? 0 : Walk(packet, (int)place + HeaderLength, (int)place + length, type);
    }

    private static bool Begins(ReadOnlySpan<byte> packet, uint place) => packet.Length >= HeaderLength && place <= (uint)(packet.Length - HeaderLength);

    private static uint Walk(ReadOnlySpan<byte> packet, int offset, int end, uint type)
    {
        while (end - offset >= HeaderLength)
        {
            int length = LengthAt(packet, offset);
            if (length < HeaderLength || length > end - offset)
            {
                return 0;
            }

            if ((MemoryMarshal.Read<ushort>(packet[(offset + TypeOffset)..]) & TypeMask) == type)
            {
                return (uint)offset;
            }

            offset += (length + HeaderLength - 1) & ~(HeaderLength - 1);
        }

        return 0;
    }

    private static int LengthAt(ReadOnlySpan<byte> packet, int offset) => MemoryMarshal.Read<ushort>(packet[offset..]);
}
