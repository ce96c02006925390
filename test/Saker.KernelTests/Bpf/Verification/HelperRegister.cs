namespace Saker.KernelTests.Bpf.Verification;

/// <summary>What can be in a register that a helper gets as an argument.</summary>
internal enum HelperRegister
{
    /// <summary>What the helper wants.</summary>
    Fitting,

    /// <summary>Nothing was written to it.</summary>
    Uninitialized,

    /// <summary>A number of which nothing is known.</summary>
    UnknownNumber,

    /// <summary>The constant 0, which is null.</summary>
    Zero,

    /// <summary>The constant 8.</summary>
    Eight,

    /// <summary>The program's context.</summary>
    Context,

    /// <summary>A map: an array with values of 64 bytes.</summary>
    Map,

    /// <summary>The beginning of that map's value.</summary>
    MapValue,

    /// <summary>The same of a map that programs may only read.</summary>
    ReadOnlyMapValue,

    /// <summary>64 bytes of the stack that are zero.</summary>
    Stack,

    /// <summary>64 bytes of the stack that nobody has written.</summary>
    UninitializedStack,

    /// <summary>A socket that was looked up and has to be released; where the program cannot look any up, not tried.</summary>
    Socket,

    /// <summary>The same before it is known whether there is one.</summary>
    SocketOrNull,

    /// <summary>The packet's socket, of any kind; where the context has none, not tried.</summary>
    CommonSocket,

    /// <summary>The same before it is known whether there is one.</summary>
    CommonSocketOrNull,

    /// <summary>64 bytes of the packet; where the program has no pointers to it, not tried.</summary>
    Packet,
}
