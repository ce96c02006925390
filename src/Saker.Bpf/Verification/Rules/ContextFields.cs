using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using static Saker.Bpf.HelperPrograms;

namespace Saker.Bpf.Verification;

/// <summary>
/// The fields of <c>struct __sk_buff</c> and <c>struct xdp_md</c>, and who may load and store them: what Linux 6.18's <c>is_valid_access</c> of each program type says. The kernel is
/// asked about every offset and width by a test.
/// </summary>
internal static class ContextFields
{
    private const HelperPrograms Packets = HelperPrograms.All & ~Xdp;
    private const HelperPrograms Tunnels = TunnelIn | TunnelOut | TunnelTransmit;
    private const HelperPrograms Direct = TrafficControl | ControlGroup | Tunnels;
    private const HelperPrograms Nobody = HelperPrograms.None;

    /// <summary>Those of a packet.</summary>
    public static ImmutableArray<ContextField> OfPacket { get; } =
    [
        Word("len", 0, Packets),
        Word("pkt_type", 4, Packets),
        Word("mark", 8, Packets, Direct),
        Word("queue_mapping", 12, Packets, TrafficControl),
        Word("protocol", 16, Packets),
        Word("vlan_present", 20, Packets),
        Word("vlan_tci", 24, Packets),
        Word("vlan_proto", 28, Packets),
        Word("priority", 32, Packets, Direct),
        Word("ingress_ifindex", 36, Packets),
        Word("ifindex", 40, Packets),
        Word("tc_index", 44, Packets, TrafficControl),
        new("cb", 48, 20, Packets, AccessWidths.All, Packets, AccessWidths.All),
        Word("hash", 68, Packets),
        Word("tc_classid", 72, TrafficControl, TrafficControl),
        Pointer("data", 76, Direct, ContextValue.PacketStart),
        Pointer("data_end", 80, Direct, ContextValue.PacketEnd),
        Word("napi_id", 84, Packets),
        Word("family", 88, ControlGroup),
        Words("remote_ip4", 92, 4),
        Words("local_ip4", 96, 4),
        Words("remote_ip6", 100, 16),
        Words("local_ip6", 116, 16),
        Word("remote_port", 132, ControlGroup),
        Word("local_port", 136, ControlGroup),
        Pointer("data_meta", 140, TrafficControl, ContextValue.PacketMetadata),
        new("tstamp", 152, 8, TrafficControl | ControlGroup, AccessWidths.DoubleWord, TrafficControl | ControlGroup, AccessWidths.DoubleWord),
        Word("wire_len", 160, TrafficControl),
        Word("gso_segs", 164, Packets),
        new("sk", 168, 8, Packets, AccessWidths.DoubleWord, Nobody, AccessWidths.None, ContextValue.SocketCommonOrNull),
        Word("gso_size", 176, Packets),
        new("tstamp_type", 180, 1, TrafficControl, AccessWidths.Byte, Nobody, AccessWidths.None),
        new("hwtstamp", 184, 8, TrafficControl | ControlGroup, AccessWidths.DoubleWord, Nobody, AccessWidths.None),
    ];

    /// <summary>Those of a frame, for XDP.</summary>
    public static ImmutableArray<ContextField> OfFrame { get; } =
    [
        Pointer("data", 0, Xdp, ContextValue.PacketStart),
        Pointer("data_end", 4, Xdp, ContextValue.PacketEnd),
        Pointer("data_meta", 8, Xdp, ContextValue.PacketMetadata),
        new("ingress_ifindex", 12, 4, Xdp, AccessWidths.Word, Nobody, AccessWidths.None),
        new("rx_queue_index", 16, 4, Xdp, AccessWidths.Word, Nobody, AccessWidths.None),
    ];

    /// <summary>The device that a frame will be sent by: for XDP programs in a device map.</summary>
    private static readonly ContextField EgressDevice = new("egress_ifindex", 20, 4, Xdp, AccessWidths.Word, Nobody, AccessWidths.None);

    /// <summary>Whether an access that is allowed is for those who have <c>CAP_BPF</c>: filters of control groups get to the packet, and set its time, with it only.</summary>
    /// <param name="type">The program's type.</param>
    /// <param name="offset">The access's offset in the context.</param>
    /// <param name="isWrite">Whether it is a store.</param>
    public static bool IsForCapable(ProgramType type, int offset, bool isWrite) =>
        type == ProgramType.CgroupSkb && TryFind(type, null, offset, 1, out ContextField? field)
        && (field.Value is ContextValue.PacketStart or ContextValue.PacketEnd || (isWrite && field.Name == "tstamp"));

    /// <summary>Finds the field of an access, whether it is allowed or not.</summary>
    /// <param name="type">The program's type.</param>
    /// <param name="attachType">Where it is to be attached; null: it does not say.</param>
    /// <param name="offset">The access's offset in the context.</param>
    /// <param name="width">Its bytes.</param>
    /// <param name="field">The field; null: it lies in none, across several, or not at a multiple of its width.</param>
    public static bool TryFind(ProgramType type, AttachType? attachType, int offset, int width, [NotNullWhen(true)] out ContextField? field)
    {
        field = null;
        foreach (ContextField candidate in type == ProgramType.Xdp ? OfFrame : OfPacket)
        {
            if (candidate.Holds(offset, width))
            {
                field = candidate;
                return true;
            }
        }

        if (type == ProgramType.Xdp && attachType == AttachType.XdpDeviceMap && EgressDevice.Holds(offset, width))
        {
            field = EgressDevice;
        }

        return field is not null;
    }

    /// <summary>Whether a load is allowed, and what it gives.</summary>
    /// <param name="type">The program's type.</param>
    /// <param name="attachType">Where it is to be attached; null: it does not say.</param>
    /// <param name="offset">The load's offset in the context.</param>
    /// <param name="width">Its bytes.</param>
    /// <param name="isSigned">Whether it extends the sign.</param>
    /// <param name="value">What it gives.</param>
    public static bool IsReadable(ProgramType type, AttachType? attachType, int offset, int width, bool isSigned, out ContextValue value)
    {
        bool isReadable = TryFind(type, attachType, offset, width, out ContextField? field)
            && (field.Readers & type.AsHelperProgram()) != Nobody
            && (field.Reads & (AccessWidths)width) != AccessWidths.None
            && !(isSigned && field.Value != ContextValue.Number);
        value = isReadable ? field!.Value : ContextValue.Number;
        return isReadable;
    }

    /// <summary>Whether a store is allowed.</summary>
    /// <param name="type">The program's type.</param>
    /// <param name="attachType">Where it is to be attached; null: it does not say.</param>
    /// <param name="offset">The store's offset in the context.</param>
    /// <param name="width">Its bytes.</param>
    public static bool IsWritable(ProgramType type, AttachType? attachType, int offset, int width) =>
        TryFind(type, attachType, offset, width, out ContextField? field)
        && (field.Writers & type.AsHelperProgram()) != Nobody
        && (field.Writes & (AccessWidths)width) != AccessWidths.None;

    /// <summary>A word that is loaded whole or in parts, and stored whole.</summary>
    private static ContextField Word(string name, int offset, HelperPrograms readers, HelperPrograms writers = Nobody) =>
        new(name, offset, 4, readers, AccessWidths.UpToWord, writers, writers == Nobody ? AccessWidths.None : AccessWidths.Word);

    /// <summary>Words of which only whole ones are loaded, by filters of control groups.</summary>
    private static ContextField Words(string name, int offset, int size) => new(name, offset, size, ControlGroup, AccessWidths.Word, Nobody, AccessWidths.None);

    /// <summary>A pointer that stands in a word.</summary>
    private static ContextField Pointer(string name, int offset, HelperPrograms readers, ContextValue value) =>
        new(name, offset, 4, readers, AccessWidths.Word, Nobody, AccessWidths.None, value);
}
