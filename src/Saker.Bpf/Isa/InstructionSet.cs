namespace Saker.Bpf;

/// <summary>Every instruction of eBPF: RFC 9669 and what Linux adds.</summary>
public static class InstructionSet
{
    /// <summary>The opcode of the load of a 64-bit constant, the only one with two slots.</summary>
    public const byte WideOpcode = 0x18;
}
