using System.Collections.Immutable;

namespace Saker.Bpf;

/// <summary>What is known of a helper (<c>bpf-helpers(7)</c>, Linux 6.18), whether it is to be had here or not.</summary>
/// <param name="Number">Its number, by which programs call it.</param>
/// <param name="Name">The kernel's name.</param>
/// <param name="Programs">Which of the types that run over packets may call it.</param>
/// <param name="Traits">What else is to be known.</param>
/// <param name="Result">What it returns.</param>
/// <param name="Arguments">What it takes, from r1 on.</param>
/// <param name="Refusal">Why it is not to be had here; null: it is.</param>
public sealed record HelperDescription(
    int Number, string Name, HelperPrograms Programs, HelperTraits Traits, HelperResult Result, ImmutableArray<HelperArgument> Arguments, string? Refusal)
{
    /// <summary>Whether programs can call it here.</summary>
    public bool IsImplemented => Refusal is null;

    /// <summary>In which types of programs it takes the arguments; in others it takes none.</summary>
    public HelperPrograms ArgumentsIn { get; init; } = HelperPrograms.All;

    /// <summary>What it takes in programs of a type, from r1 on.</summary>
    /// <param name="type">The type; <see cref="ProgramType.Unspecified"/>: any.</param>
    public ImmutableArray<HelperArgument> ArgumentsFor(ProgramType type) =>
        type == ProgramType.Unspecified || ArgumentsIn == HelperPrograms.All || (ArgumentsIn & type.AsHelperProgram()) != HelperPrograms.None ? Arguments : [];

    /// <summary>Whether something is to be known of it.</summary>
    /// <param name="trait">What.</param>
    public bool Has(HelperTraits trait) => (Traits & trait) == trait;

    /// <summary>Whether programs of a type may call it.</summary>
    /// <param name="type">The type; <see cref="ProgramType.Unspecified"/>: any.</param>
    public bool IsFor(ProgramType type) => type == ProgramType.Unspecified || (Programs & type.AsHelperProgram()) != HelperPrograms.None;
}

/// <summary>Types of programs that run over packets.</summary>
[Flags]
public enum HelperPrograms : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Socket filters.</summary>
    SocketFilter = 1,

    /// <summary>Classifiers and actions of traffic control.</summary>
    TrafficControl = 2,

    /// <summary>XDP.</summary>
    Xdp = 4,

    /// <summary>Filters of control groups.</summary>
    ControlGroup = 8,

    /// <summary>Lightweight tunnels, coming in.</summary>
    TunnelIn = 16,

    /// <summary>Lightweight tunnels, going out.</summary>
    TunnelOut = 32,

    /// <summary>Lightweight tunnels, at transmission.</summary>
    TunnelTransmit = 64,

    /// <summary>All of them.</summary>
    All = SocketFilter | TrafficControl | Xdp | ControlGroup | TunnelIn | TunnelOut | TunnelTransmit,
}

/// <summary>What is to be known of a helper beside its arguments.</summary>
[Flags]
public enum HelperTraits : byte
{
    /// <summary>Nothing.</summary>
    Plain = 0,

    /// <summary>In the kernel only programs under a licence compatible with its own may call it.</summary>
    GplOnly = 1,

    /// <summary>It may move the packet, so that pointers into it mean nothing afterwards.</summary>
    ChangesPacket = 2,

    /// <summary>Memory that it gets may lie in the packet.</summary>
    ReadsPacket = 4,

    /// <summary>Only programs that may sleep call it.</summary>
    MaySleep = 8,

    /// <summary>What it returns, or makes, has to be given back.</summary>
    Acquires = 16,

    /// <summary>It takes back what another helper gave.</summary>
    Releases = 32,

    /// <summary>It gives the same socket as another kind, which is held as long as what it got (<c>is_ptr_cast_function</c>).</summary>
    Casts = 64,
}

/// <summary>What a helper takes.</summary>
public enum HelperArgument : byte
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A number that is no address, not even for those who may know addresses: it decides what the verifier does.</summary>
    Count,

    /// <summary>A number if there is one: the kernel does not look whether anything was written to the register.</summary>
    OptionalNumber,

    /// <summary>The constant 0, since there are no flags.</summary>
    NoFlags,

    /// <summary>The program's context.</summary>
    Context,

    /// <summary>The program's context, or null.</summary>
    ContextOrNull,

    /// <summary>A map.</summary>
    Map,

    /// <summary>A key of the map before it, initialised.</summary>
    MapKey,

    /// <summary>A value for the map before it, initialised.</summary>
    MapValue,

    /// <summary>The same, or null.</summary>
    MapValueOrNull,

    /// <summary>Room for a value of the map before it.</summary>
    MapValueOut,

    /// <summary>Initialised memory, as long as the next argument says.</summary>
    Memory,

    /// <summary>The same, or null.</summary>
    MemoryOrNull,

    /// <summary>Memory that is written, as long as the next argument says.</summary>
    MemoryOut,

    /// <summary>The same, or null.</summary>
    MemoryOutOrNull,

    /// <summary>Initialised memory that is written too, as long as the next argument says.</summary>
    MemoryInOut,

    /// <summary>Memory of a map's value, written by others later, as long as the next argument says.</summary>
    MapMemory,

    /// <summary>A header of IPv4 without options: 20 bytes.</summary>
    IPv4Header,

    /// <summary>A header of IPv6: 40 bytes.</summary>
    IPv6Header,

    /// <summary>A header of TCP without options: 20 bytes.</summary>
    TcpHeader,

    /// <summary>How long the memory before it is, above 0.</summary>
    Size,

    /// <summary>How long the memory before it is.</summary>
    SizeOrZero,

    /// <summary>How long the memory that is returned will be: a constant.</summary>
    ConstantSize,

    /// <summary>A format that ends with a zero, as long as the next argument says.</summary>
    Format,

    /// <summary>A constant string that ends with a zero, in a map that nobody can change.</summary>
    ConstantText,

    /// <summary>Where a number of 8 bytes is put, aligned.</summary>
    NumberOut,

    /// <summary>Where a number of 4 bytes is read and put, aligned.</summary>
    NumberInOut,

    /// <summary>A function of the program.</summary>
    Function,

    /// <summary>What that function gets: memory of the stack, or null.</summary>
    FunctionContext,

    /// <summary>A record that was reserved in a ring buffer.</summary>
    Record,

    /// <summary>A dynamic pointer (<c>struct bpf_dynptr</c>) on the stack.</summary>
    DynamicPointer,

    /// <summary>Room for one on the stack.</summary>
    DynamicPointerOut,

    /// <summary>A spin lock in a map's value.</summary>
    LockField,

    /// <summary>A timer in a map's value.</summary>
    TimerField,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>An object of the kernel, by its BTF type.</summary>
    KernelObject,
}

/// <summary>What a helper returns.</summary>
public enum HelperResult : byte
{
    /// <summary>A number; negative ones are errors (<see cref="BpfError"/>).</summary>
    Number,

    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A map's value.</summary>
    MapValue,

    /// <summary>A map's value, or null.</summary>
    MapValueOrNull,

    /// <summary>A record of a ring buffer, to be submitted or discarded, or null.</summary>
    RecordOrNull,

    /// <summary>Memory of a size that an argument says, or null.</summary>
    MemoryOrNull,

    /// <summary>A socket, or null.</summary>
    SocketOrNull,

    /// <summary>An object of the kernel.</summary>
    KernelObject,
}
