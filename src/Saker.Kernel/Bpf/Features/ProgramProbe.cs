using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Loads programs of two or three instructions, to see what the kernel says of them.</summary>
internal static class ProgramProbe
{
    private static readonly BpfInstruction[] Empty = [.. Assembler.Assemble("r0 = 0; exit").Slots];

    public static bool? HasType(ProgramType type)
    {
        if (NeedsTarget(type))
        {
            // It wants to know what in the kernel it is for. That its name is in the kernel's own list of types does.
            return KernelTypes.Own.Find("bpf_prog_type", BtfKind.Enumeration).OfType<BtfEnumeration>().Any(known => known.Values.Any(value => value.Value == (long)type && !value.Name.StartsWith("__", StringComparison.Ordinal)));
        }

        return Load(type, Empty, out ProgramRefusal? refusal) || !IsUnknown(refusal!);
    }

    public static bool? HasHelper(ProgramType type, int helper)
    {
        if (NeedsTarget(type) || HasType(type) != true)
        {
            return NeedsTarget(type) ? null : false;
        }

        // Its arguments are not set: where the verifier comes to them, it knows the helper. It says of another one that it is unknown, or not for this type.
        if (Load(type, [new BpfInstruction(0x85, immediate: helper), .. Empty], out ProgramRefusal? refusal))
        {
            return true;
        }

        string said = refusal!.LastLine;
        return !said.Contains($"#{helper}", StringComparison.Ordinal)
            || !(said.Contains("invalid func", StringComparison.Ordinal) || said.Contains("unknown func", StringComparison.Ordinal) || said.Contains("cannot use helper", StringComparison.Ordinal));
    }

    private static bool Load(ProgramType type, BpfInstruction[] code, out ProgramRefusal? refusal)
    {
        LoadOptions options = new()
        {
            AttachType = type switch
            {
                ProgramType.CgroupSocketAddress => AttachType.CgroupInet4Connect,
                ProgramType.CgroupSocketOption => AttachType.CgroupSetSocketOption,
                ProgramType.CgroupSkb => AttachType.CgroupInetIngress,
                ProgramType.CgroupSocket => AttachType.CgroupInetSocketCreate,
                ProgramType.SocketLookup => AttachType.SkLookup,
                ProgramType.SocketReusePort => AttachType.SkReusePortSelect,
                ProgramType.Netfilter => AttachType.Netfilter,
                _ => null,
            },
            Flags = type == ProgramType.SystemCall ? LoadFlags.Sleepable : LoadFlags.None,
        };
        if (KernelProgram.TryLoad(type, code, options, out KernelProgram? program, out refusal))
        {
            program.Dispose();
            return true;
        }

        return refusal.ErrorNumber == Libc.EPERM ? throw refusal.ToException() : false;
    }

    /// <summary>The verifier is not even asked.</summary>
    private static bool IsUnknown(ProgramRefusal refusal) => refusal.ErrorNumber is BpfSystemCall.EINVAL or BpfSystemCall.E2BIG && refusal.Log.Length == 0;

    private static bool NeedsTarget(ProgramType type) => type is ProgramType.Tracing or ProgramType.SecurityModule or ProgramType.Extension or ProgramType.StructOps;
}
