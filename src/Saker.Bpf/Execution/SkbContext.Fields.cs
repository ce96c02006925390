namespace Saker.Bpf;

/// <content>The structure's fields (<c>struct __sk_buff</c>).</content>
public sealed unsafe partial class SkbContext
{
    private const int PacketTypeField = 4;
    private const int MarkField = 8;
    private const int QueueMappingField = 12;
    private const int ProtocolField = 16;
    private const int VlanPresentField = 20;
    private const int VlanControlField = 24;
    private const int VlanProtocolField = 28;
    private const int PriorityField = 32;
    private const int IngressDeviceField = 36;
    private const int DeviceField = 40;
    private const int TcIndexField = 44;
    private const int ControlBlockField = 48;
    private const int ControlBlockWords = 5;
    private const int HashField = 68;
    private const int ClassIdField = 72;
    private const int DataField = 76;
    private const int DataEndField = 80;
    private const int NapiField = 84;
    private const int DataMetaField = 140;
    private const int TimestampField = 152;
    private const int WireLengthField = 160;
    private const int SegmentCountField = 164;
    private const int SegmentSizeField = 176;
    private const int TimestampTypeField = 180;
    private const int HardwareTimestampField = 184;

    /// <summary>To whom it was sent (<c>PACKET_HOST</c> and so on). Programs change it with <c>bpf_skb_change_type</c>.</summary>
    public uint PacketType { get; set; }

    /// <summary>The EtherType of what it carries.</summary>
    public ushort Protocol { get; set; }

    /// <summary>The index of the device that received it.</summary>
    public uint IngressDevice { get; set; }

    /// <summary>The index of the device that it is at.</summary>
    public uint Device { get; set; }

    /// <summary>The number of the NAPI context that it came by.</summary>
    public uint NapiId { get; set; }

    /// <summary>Bytes that it has on the wire; 0: those of the packet.</summary>
    public uint WireLength { get; set; }

    /// <summary>When the device received it, in nanoseconds; 0: not known.</summary>
    public ulong HardwareTimestamp { get; set; }

    /// <summary>The mark. Programs may write it.</summary>
    public ref uint Mark => ref *(uint*)(Block + MarkField);

    /// <summary>The priority. Programs may write it.</summary>
    public ref uint Priority => ref *(uint*)(Block + PriorityField);

    /// <summary>Five words for programs, from one to the next. Programs may write them.</summary>
    public Span<uint> ControlBlock => new(Block + ControlBlockField, ControlBlockWords);

    /// <summary>The queue that it came by, or is to be sent by; 0: none. Programs may write it.</summary>
    public ushort QueueMapping
    {
        get => (ushort)*(uint*)(Block + QueueMappingField);
        set => *(uint*)(Block + QueueMappingField) = value;
    }

    /// <summary>Traffic control's index. Programs may write it.</summary>
    public ushort TcIndex
    {
        get => (ushort)*(uint*)(Block + TcIndexField);
        set => *(uint*)(Block + TcIndexField) = value;
    }

    /// <summary>Traffic control's class. Programs may write it.</summary>
    public ushort ClassId
    {
        get => (ushort)*(uint*)(Block + ClassIdField);
        set => *(uint*)(Block + ClassIdField) = value;
    }

    /// <summary>When it was received, or is to be sent, in nanoseconds. Programs may write it.</summary>
    public ref ulong Timestamp => ref *(ulong*)(Block + TimestampField);

    /// <summary>Which clock <see cref="Timestamp"/> is of (<c>BPF_SKB_TSTAMP_*</c>). Programs change it with <c>bpf_skb_set_tstamp</c>.</summary>
    public ref byte TimestampType => ref *(Block + TimestampTypeField);
}
