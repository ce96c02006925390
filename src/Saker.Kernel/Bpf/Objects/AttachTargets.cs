using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Finds what a program is verified for where it is attached to something that has a type in the kernel: a function, a tracepoint, a hook.</summary>
internal static class AttachTargets
{
    /// <summary>The number of the type that a program is for; 0: it is for none.</summary>
    public static KernelRefusal? Find(ProgramSpec program, out uint type)
    {
        type = 0;
        (string Prefix, BtfKind Kind)? wanted = (program.Type, program.AttachType) switch
        {
            (ProgramType.Tracing, AttachType.TraceRawTracepoint) => ("btf_trace_", BtfKind.Typedef),
            (ProgramType.Tracing, AttachType.TraceIterator) => ("bpf_iter_", BtfKind.Function),
            (ProgramType.Tracing, _) => ("", BtfKind.Function),
            (ProgramType.SecurityModule, _) => ("bpf_lsm_", BtfKind.Function),
            _ => null,
        };
        if (program.Type is ProgramType.StructOps or ProgramType.Extension)
        {
            return new KernelRefusal($"the program '{program.Name}' is of type {program.Type.KernelName()}, which is not loaded here: it needs the interface or the program that it is for", 0);
        }

        if (wanted is not { } target)
        {
            return null;
        }

        if (KernelTypes.Own.Find(target.Prefix + program.AttachTarget, target.Kind).FirstOrDefault() is not { } found)
        {
            return new KernelRefusal($"the program '{program.Name}' is for '{program.AttachTarget}', and this kernel has no {target.Prefix}{program.AttachTarget}", BpfSystemCall.ENOENT);
        }

        type = found.Id;
        return null;
    }
}
