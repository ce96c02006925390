using System.Buffers.Binary;
using Saker.Bpf.Classic;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>
/// Asks a program about the frames of a capture. One that looks for VLAN tags within frames gets them as they were on the wire, as tcpdump gives them to its
/// programs; one that was made for a device and asks for the tag beside the packet gets them as a packet socket would, the outermost tag taken out.
/// </summary>
public sealed class CaptureFilter
{
    private const int TagOffset = 2 * MacAddress.Size;
    private const int TagLength = 4;
    private const int PrefixLength = TagOffset + TagLength;

    private readonly ClassicFilter _filter;
    private readonly CapturedFacts _facts;
    private readonly bool _usesVlanTag;
    private byte[] _untagged = [];

    /// <summary>A filter of one program.</summary>
    public CaptureFilter(ClassicProgram program)
    {
        _filter = new ClassicFilter(program);
        _facts = new CapturedFacts(program);
        _usesVlanTag = program.UsesVlanTag;
    }

    /// <summary>Asks about a frame. Also of one that passes there may be nothing to keep, where the capture has kept nothing.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="kept">How many of its bytes to keep.</param>
    /// <returns>Whether it passes.</returns>
    public bool Passes(in CaptureFrame frame, out int kept)
    {
        ReadOnlySpan<byte> bytes = frame.Bytes;
        int tagLength = 0;
        VlanTag? tag = null;
        ushort tagProtocol = 0;
        if (_usesVlanTag && frame.LinkType == LinkType.Ethernet && bytes.Length >= PrefixLength
            && (tagProtocol = BinaryPrimitives.ReadUInt16BigEndian(bytes[TagOffset..])) is (ushort)EtherType.Vlan or (ushort)EtherType.ServiceVlan)
        {
            tag = new VlanTag(BinaryPrimitives.ReadUInt16BigEndian(bytes[(TagOffset + sizeof(ushort))..]));
            bytes = Untag(bytes);
            tagLength = TagLength;
        }

        _facts.Set(frame, bytes, tag, tag is null ? (ushort)0 : tagProtocol);
        ClassicPacket packet = new(bytes, Math.Max(frame.OriginalLength - tagLength, 0), _facts, linkHeaderLength: _facts.NetworkOffset);
        uint answer = _filter.Run(in packet);
        kept = (int)Math.Min((ulong)answer + (uint)tagLength, (ulong)frame.Bytes.Length);
        return answer != 0;
    }

    private ReadOnlySpan<byte> Untag(ReadOnlySpan<byte> frame)
    {
        if (_untagged.Length < frame.Length)
        {
            _untagged = new byte[Math.Max(frame.Length, 2048)];
        }

        frame[..TagOffset].CopyTo(_untagged);
        frame[PrefixLength..].CopyTo(_untagged.AsSpan(TagOffset));
        return _untagged.AsSpan(0, frame.Length - TagLength);
    }
}
