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

    /// <summary>How many of a frame's bytes to keep; 0: it does not pass.</summary>
    public int Keep(in CaptureFrame frame)
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
        uint kept = _filter.Run(in packet);
        return kept == 0 ? 0 : (int)Math.Min((ulong)kept + (uint)tagLength, (ulong)frame.Bytes.Length);
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
