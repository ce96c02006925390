using Saker.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>The part of a program that asks the device of a packet and puts what it tells in front of it, as <see cref="ReceiveMetadata"/>.</summary>
/// <param name="code">Where it is written.</param>
/// <param name="references">Where the functions that it calls are told of.</param>
/// <param name="context">The register that has the program's context.</param>
internal sealed class MetadataCode(ProgramBuilder code, List<InstructionReference> references, BpfRegister context)
{
    private const int AdjustMetadata = 54;
    private const short DataField = 0, MetadataField = 8;
    private const short Length = 24, Hash = 8, HashType = 12, VlanProtocol = 16, VlanTag = 18, Known = 20;
    private const BpfRegister Metadata = BpfRegister.R8, Parts = BpfRegister.R9;

    /// <summary>Writes it.</summary>
    /// <param name="noRoom">Where a packet goes in front of which there is no room.</param>
    public void Emit(BpfLabel noRoom)
    {
        code.Compute(BpfOperation.Move, BpfRegister.R1, context).Compute(BpfOperation.Move, BpfRegister.R2, -Length).Call(AdjustMetadata)
            .JumpIf(BpfOperation.NotEqual, BpfRegister.R0, 0, noRoom)
            .Load(Metadata, context, MetadataField, 32).Load(BpfRegister.R2, context, DataField, 32)
            .Compute(BpfOperation.Move, BpfRegister.R3, Metadata).Compute(BpfOperation.Add, BpfRegister.R3, Length)
            .JumpIf(BpfOperation.Greater, BpfRegister.R3, BpfRegister.R2, noRoom);
        for (short at = 0; at < Length; at += sizeof(ulong))
        {
            code.Store(Metadata, at, 0);
        }

        code.Compute(BpfOperation.Move, Parts, 0);
        Ask("bpf_xdp_metadata_rx_timestamp", 1 << 0, 0);
        Ask("bpf_xdp_metadata_rx_hash", 1 << 1, Hash, HashType);
        Ask("bpf_xdp_metadata_rx_vlan_tag", 1 << 2, VlanProtocol, VlanTag);
        code.Store(Metadata, Known, Parts, 32);
    }

    /// <summary>Calls a function that writes what the device tells, and notes whether it did.</summary>
    private void Ask(string function, int part, params ReadOnlySpan<short> places)
    {
        BpfLabel untold = code.NewLabel();
        code.Compute(BpfOperation.Move, BpfRegister.R1, context);
        for (int i = 0; i < places.Length; i++)
        {
            BpfRegister argument = (BpfRegister)((int)BpfRegister.R2 + i);
            code.Compute(BpfOperation.Move, argument, Metadata).Compute(BpfOperation.Add, argument, places[i]);
        }

        references.Add(new InstructionReference(code.Count, ReferenceKind.KernelFunction, function, 0, IsWeak: false));
        code.Call(0).JumpIf(BpfOperation.NotEqual, BpfRegister.R0, 0, untold, 32).Compute(BpfOperation.Or, Parts, part).Mark(untold);
    }
}
