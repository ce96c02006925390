namespace Saker.Bpf;

/// <summary>
/// What a program is run over: a packet and what is known of it. The program sees a structure (<c>xdp_md</c>, <c>__sk_buff</c>) in which pointers have 32 bits; it lies
/// in a block of native memory, and behind it the pointers as they are. Where programs are checked they get addresses of their own in the structure's fields; where they
/// are not, compiled code reads the real pointers instead, as the kernel does. One thread at a time may use a context.
/// </summary>
public abstract unsafe class BpfContext
{
    /// <summary>The structure, and behind it real pointers as <see cref="Layout"/> says. It does not move.</summary>
    internal abstract byte* Block { get; }

    /// <summary>How the block is laid out.</summary>
    internal abstract ContextLayout Layout { get; }

    /// <summary>The packet, for legacy loads, from its first byte, at its address for checked programs.</summary>
    internal abstract MemoryRegion Packet { get; }

    /// <summary>What checked programs reach of it by pointers, with its metadata.</summary>
    internal virtual MemoryRegion Reachable => Packet;

    /// <summary>Writes the structure for a run that begins.</summary>
    internal abstract void Prepare();
}

/// <summary>How a context's structure lies in its block.</summary>
/// <param name="size">Bytes of the structure.</param>
/// <param name="isWritable">Whether checked programs may write it.</param>
/// <param name="pointers">Its fields of 32 bits that stand for pointers.</param>
internal sealed class ContextLayout(int size, bool isWritable, params ContextPointer[] pointers)
{
    /// <summary>Where <c>xdp_md</c> has its fields.</summary>
    public static ContextLayout Xdp { get; } = new(24, isWritable: false, new(0, 32), new(4, 40), new(8, 48));

    /// <summary>Where <c>__sk_buff</c> has its fields.</summary>
    public static ContextLayout SocketBuffer { get; } = new(192, isWritable: true, new(76, 192), new(80, 200), new(140, 208));

    /// <summary>Bytes of the structure.</summary>
    public int Size { get; } = size;

    /// <summary>Whether checked programs may write it.</summary>
    public bool IsWritable { get; } = isWritable;

    /// <summary>The fields that stand for pointers: <c>data</c>, <c>data_end</c>, <c>data_meta</c>.</summary>
    public ReadOnlySpan<ContextPointer> Pointers => pointers;

    /// <summary>The field for the address of the packet.</summary>
    public ContextPointer Data => pointers[0];

    /// <summary>The field for the address behind it.</summary>
    public ContextPointer DataEnd => pointers[1];

    /// <summary>The layout of what programs of a type get; null: they get plain memory.</summary>
    public static ContextLayout? Of(ProgramType type) => type switch
    {
        ProgramType.Xdp => Xdp,
        ProgramType.SchedulerClassifier or ProgramType.SchedulerAction or ProgramType.SocketFilter or ProgramType.CgroupSkb
            or ProgramType.LightweightTunnelIn or ProgramType.LightweightTunnelOut or ProgramType.LightweightTunnelXmit => SocketBuffer,
        _ => null,
    };
}

/// <summary>A field of 32 bits that stands for a pointer.</summary>
/// <param name="Offset">Where the field is, in bytes from the structure's beginning.</param>
/// <param name="Native">Where the pointer itself is, likewise.</param>
internal readonly record struct ContextPointer(int Offset, int Native);
