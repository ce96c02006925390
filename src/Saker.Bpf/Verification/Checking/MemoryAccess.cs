namespace Saker.Bpf.Verification.Checking;

/// <summary>An access of an instruction to memory.</summary>
/// <param name="Pointer">The register with the address.</param>
/// <param name="Offset">Bytes that are added to it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsWrite">Whether memory is written.</param>
/// <param name="Register">The register that is loaded or stored; -1: a load that goes nowhere, or a store of what is not in a register.</param>
internal readonly record struct MemoryAccess(int Pointer, int Offset, int Size, bool IsWrite, int Register)
{
    /// <summary>The constant that is stored; null: another thing is.</summary>
    public int? Constant { get; init; }

    /// <summary>Whether it must be aligned, whatever is accessed.</summary>
    public bool MustAlign { get; init; }

    /// <summary>Whether a load extends the sign.</summary>
    public bool IsSigned { get; init; }

    /// <summary>How it is called.</summary>
    public string InWords => $"the {(IsWrite ? "store" : "load")} of {Size} {(Size == 1 ? "byte" : "bytes")}";
}
