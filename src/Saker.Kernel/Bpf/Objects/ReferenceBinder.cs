using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Fills in what a program names: maps by their descriptors, functions and variables of the kernel by the numbers of their types, or by address.</summary>
internal sealed class ReferenceBinder(ObjectSpec spec, ProgramSpec program, Dictionary<string, KernelMap> maps)
{
    private const byte CallOpcode = 0x85;
    private const string SymbolSection = ".ksyms";

    public KernelRefusal? TryBind(out BpfInstruction[] code)
    {
        // The descriptors stay open for as long as the object is loaded, since the loader holds the maps.
        code = program.Bind(reference => reference.Kind is ReferenceKind.Map or ReferenceKind.MapValue ? (int)maps[reference.Name].Descriptor.DangerousGetHandle() : 0);
        foreach (InstructionReference reference in program.References)
        {
            KernelRefusal? refusal = reference.Kind switch
            {
                ReferenceKind.KernelFunction => BindFunction(code, reference),
                ReferenceKind.KernelVariable => BindVariable(code, reference),
                _ => null,
            };
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private KernelRefusal? BindFunction(BpfInstruction[] code, InstructionReference reference)
    {
        ref BpfInstruction call = ref code[reference.Instruction];
        if (KernelTypes.Own.Find(reference.Name, BtfKind.Function).FirstOrDefault() is { } function)
        {
            // Offset 0: it is the kernel's own, not a module's.
            call = call.WithOffset(0).WithImmediate((int)function.Id);
            return null;
        }

        call = new BpfInstruction(CallOpcode, 0, 0, 0, CoreRelocation.PoisonedCall);
        return reference.IsWeak ? null : Missing(reference, "function");
    }

    private KernelRefusal? BindVariable(BpfInstruction[] code, InstructionReference reference)
    {
        BtfType? declared = Declared(reference.Name);
        if (declared is BtfFunction || (declared is BtfVariable variable && spec.Types!.Resolve(variable.Type) is not BtfVoid))
        {
            if (KernelTypes.Own.Find(reference.Name, declared.Kind).FirstOrDefault() is { } known)
            {
                code[reference.Instruction] = code[reference.Instruction].WithImmediate((int)known.Id);
                return null;
            }

            SetAddress(code, reference.Instruction, 0);
            return reference.IsWeak ? null : Missing(reference, "variable");
        }

        ulong? address = KernelSymbols.AddressOf(reference.Name);
        SetAddress(code, reference.Instruction, address ?? 0);
        return address is > 0 || reference.IsWeak ? null
            : address is null ? Missing(reference, "symbol")
            : new KernelRefusal($"the program '{program.Name}' names the kernel's symbol '{reference.Name}', whose address {KernelSymbols.Path} hides: it takes CAP_SYSLOG, or a lower kernel.kptr_restrict", 0);
    }

    private BtfType? Declared(string name) => spec.Types is { } types && types.Find(SymbolSection, BtfKind.DataSection).FirstOrDefault() is BtfDataSection section
        ? section.Variables.Select(place => types[place.Variable]).FirstOrDefault(type => type.Name == name)
        : null;

    private KernelRefusal Missing(InstructionReference reference, string what) =>
        new($"the program '{program.Name}' names the kernel's {what} '{reference.Name}', which this kernel has not (modules are not searched)", BpfSystemCall.ENOENT);

    /// <summary>Makes a plain constant of it.</summary>
    private static void SetAddress(BpfInstruction[] code, int at, ulong address)
    {
        code[at] = code[at].WithSource(0).WithImmediate((int)address);
        code[at + 1] = code[at + 1].WithImmediate((int)(address >> 32));
    }
}
