using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>Cuts packets that are too long for their way into fragments (<c>ip_do_fragment</c>, RFC 791 section 3.2).</summary>
internal sealed class IPv4Fragmenter<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int LongestHeader = 60;
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte CopiedFlag = 0x80;

    public IPv4Fragmenter(Cpu cpu)
        : base(cpu)
    {
    }

    /// <summary>Makes fragments of a packet whose data begins at its IP header. The packet is gone then.</summary>
    /// <returns>False if there was no memory: nothing was made, and the packet was dropped.</returns>
    public bool TryFragment(PacketBuffer packet, int mtu, ref PacketList fragments)
    {
        if (!IPv4View.TryParse(packet.Linear, out IPv4View view)
            || !view.IsHeaderComplete
            || mtu < view.HeaderLength + 8
            || !ChecksumCompletion.TryComplete(packet))
        {
            return Fail(packet, DropReason.NotSpecified);
        }

        int headerLength = view.HeaderLength;
        int firstOffset = view.FragmentOffset;
        bool moreFollow = (view.Flags & IPv4Flags.MoreFragments) != IPv4Flags.None;
        Span<byte> header = stackalloc byte[LongestHeader];
        header = header[..headerLength];
        packet.Linear[..headerLength].CopyTo(header);

        int payload = packet.Length - headerLength;
        int most = (mtu - headerLength) & ~7;
        for (int offset = 0; offset < payload; offset += most)
        {
            bool isLast = payload - offset <= mtu - headerLength;
            int length = isLast ? payload - offset : most;
            if (!TryCopyPart(packet, headerLength, offset, length, out PacketBuffer fragment))
            {
                fragments.Free();
                return Fail(packet, DropReason.NotSpecified);
            }

            WriteHeader(fragment, header, firstOffset + offset, moreFollow || !isLast);
            fragments.Add(fragment);
            if (isLast)
            {
                break;
            }

            if (offset == 0)
            {
                KeepCopiedOptions(header[IPv4View.FixedLength..]);
            }
        }

        // The kernel consumes the whole without a verdict: its fragments have theirs.
        packet.Free();
        return true;
    }

    /// <summary>Options that are not for every fragment become no-operations (<c>ip_options_fragment</c>).</summary>
    private static void KeepCopiedOptions(Span<byte> options)
    {
        int at = 0;
        while (at < options.Length && options[at] != EndOfOptions)
        {
            if (options[at] == NoOperation)
            {
                at++;
                continue;
            }

            int length = at + 1 < options.Length ? options[at + 1] : 0;
            if (length < 2 || length > options.Length - at)
            {
                return;
            }

            if ((options[at] & CopiedFlag) == 0)
            {
                options.Slice(at, length).Fill(NoOperation);
            }

            at += length;
        }
    }

    private static void WriteHeader(PacketBuffer fragment, ReadOnlySpan<byte> header, int offset, bool moreFollow)
    {
        Span<byte> bytes = fragment.Push(header.Length);
        header.CopyTo(bytes);
        if (IPv4Editor.TryParse(bytes, out IPv4Editor editor))
        {
            editor.TotalLength = (ushort)fragment.Length;
            editor.SetFragment(moreFollow ? IPv4Flags.MoreFragments : IPv4Flags.None, offset);
            editor.HeaderChecksum = 0;
            editor.HeaderChecksum = InternetChecksum.Compute(bytes);
        }

        fragment.MarkNetworkHeader();
        fragment.MarkTransportHeader(header.Length);
    }

    private bool TryCopyPart(PacketBuffer packet, int headerLength, int offset, int length, out PacketBuffer fragment)
    {
        fragment = default;
        foreach (ReadOnlySpan<byte> segment in packet.SegmentsOf(headerLength + offset, length))
        {
            if (!TryAppend(ref fragment, segment))
            {
                if (!fragment.IsNull)
                {
                    fragment.Free();
                }

                return false;
            }
        }

        fragment.PacketType = packet.PacketType;
        fragment.Origin = packet.Origin;
        fragment.Mark = packet.Mark;
        fragment.Timestamp = packet.Timestamp;
        fragment.Device = packet.Device;
        fragment.Protocol = packet.Protocol;
        fragment.Destination = packet.Destination;
        return true;
    }

    private bool TryAppend(ref PacketBuffer fragment, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!fragment.IsNull && fragment.Tailroom > 0)
            {
                int part = Math.Min(bytes.Length, fragment.Tailroom);
                bytes[..part].CopyTo(fragment.Put(part));
                bytes = bytes[part..];
                continue;
            }

            if (!Cpu.Packets.TryAllocate(Cpu.Frames, bytes, out PacketBuffer next))
            {
                return false;
            }

            if (fragment.IsNull)
            {
                fragment = next;
            }
            else
            {
                fragment.AppendFragment(next);
            }

            return true;
        }

        return true;
    }

    private bool Fail(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(Counter.IpFragFails);
        Drop(packet, Stage.IPv4Output, reason);
        return false;
    }
}
