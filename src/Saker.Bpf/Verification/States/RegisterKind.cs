namespace Saker.Bpf.Verification.States;

/// <summary>What a register holds, as the verifier sees it (<c>enum bpf_reg_type</c>).</summary>
internal enum RegisterKind : byte
{
    /// <summary>Nothing was written to it: it cannot be read.</summary>
    Uninitialized,

    /// <summary>A number.</summary>
    Scalar,

    /// <summary>The program's context.</summary>
    Context,

    /// <summary>A map itself.</summary>
    Map,

    /// <summary>A value in a map.</summary>
    MapValue,

    /// <summary>A key in a map, as callbacks get it.</summary>
    MapKey,

    /// <summary>The stack of a function, counted from its frame pointer.</summary>
    Stack,

    /// <summary>The metadata in front of a packet.</summary>
    PacketMetadata,

    /// <summary>A packet.</summary>
    Packet,

    /// <summary>The end of the packet.</summary>
    PacketEnd,

    /// <summary>Memory of a known size.</summary>
    Memory,

    /// <summary>A function of the program.</summary>
    Function,

    /// <summary>A socket of which only what all have can be read.</summary>
    SocketCommon,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A TCP socket.</summary>
    TcpSocket,

    /// <summary>An AF_XDP socket, as its map gives it.</summary>
    XdpSocket,

    /// <summary>A socket as the kernel itself sees it, whose fields are not known here.</summary>
    KernelSocket,
}

/// <summary>What is to a register beside its kind.</summary>
[Flags]
internal enum RegisterTraits : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The pointer may be null: it has to be compared with 0 before it is used.</summary>
    MaybeNull = 1,

    /// <summary>The memory can only be read.</summary>
    ReadOnly = 2,

    /// <summary>The memory is a record of a ring buffer.</summary>
    Record = 4,

    /// <summary>The number is that of all registers with its id, plus <see cref="RegisterState.Offset"/>.</summary>
    Displaced = 8,

    /// <summary>The same of the low 32 bits; those above are zeros.</summary>
    Displaced32 = 16,
}

/// <summary>What is said of kinds in several places.</summary>
internal static class RegisterKinds
{
    /// <summary>Whether it lies in the packet or in front of it.</summary>
    public static bool IsPacket(this RegisterKind kind) => kind is RegisterKind.Packet or RegisterKind.PacketMetadata;

    /// <summary>The same, or the packet's end.</summary>
    public static bool IsPacketOrEnd(this RegisterKind kind) => kind.IsPacket() || kind == RegisterKind.PacketEnd;

    /// <summary>Whether it is a socket of some kind.</summary>
    public static bool IsSocket(this RegisterKind kind) =>
        kind is RegisterKind.Socket or RegisterKind.SocketCommon or RegisterKind.TcpSocket or RegisterKind.XdpSocket or RegisterKind.KernelSocket;

    /// <summary>The words for a person.</summary>
    public static string InWords(this RegisterKind kind) => kind switch
    {
        RegisterKind.Uninitialized => "nothing",
        RegisterKind.Scalar => "a number",
        RegisterKind.Context => "the context",
        RegisterKind.Map => "a map",
        RegisterKind.MapValue => "a map's value",
        RegisterKind.MapKey => "a map's key",
        RegisterKind.Stack => "a place on the stack",
        RegisterKind.PacketMetadata => "a place in the packet's metadata",
        RegisterKind.Packet => "a place in the packet",
        RegisterKind.PacketEnd => "the packet's end",
        RegisterKind.Memory => "memory",
        RegisterKind.Function => "a function",
        RegisterKind.TcpSocket => "a TCP socket",
        RegisterKind.XdpSocket => "an AF_XDP socket",
        RegisterKind.KernelSocket => "a socket of the kernel",
        _ => "a socket",
    };
}
