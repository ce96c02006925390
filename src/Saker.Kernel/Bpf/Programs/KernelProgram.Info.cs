using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <content>What the kernel tells of a program.</content>
public sealed unsafe partial class KernelProgram
{
    /// <summary>The id that the kernel gave it.</summary>
    public uint Id => Ask().id;

    /// <summary>What the kernel tells of it now.</summary>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public KernelProgramInfo Info
    {
        get
        {
            BpfSystemCall.ProgramInfo counts = Ask();
            uint[] maps = new uint[counts.nr_map_ids];
            BpfSystemCall.FunctionInfo[] functions = new BpfSystemCall.FunctionInfo[counts.nr_func_info];
            BpfSystemCall.LineInfo[] lines = new BpfSystemCall.LineInfo[counts.nr_line_info];
            fixed (uint* mapIds = maps)
            fixed (BpfSystemCall.FunctionInfo* functionPlace = functions)
            fixed (BpfSystemCall.LineInfo* linePlace = lines)
            {
                BpfSystemCall.ProgramInfo info = new()
                {
                    nr_map_ids = (uint)maps.Length,
                    map_ids = (ulong)mapIds,
                    nr_func_info = (uint)functions.Length,
                    func_info = (ulong)functionPlace,
                    func_info_rec_size = (uint)sizeof(BpfSystemCall.FunctionInfo),
                    nr_line_info = (uint)lines.Length,
                    line_info = (ulong)linePlace,
                    line_info_rec_size = (uint)sizeof(BpfSystemCall.LineInfo),
                };
                BpfDescriptor.GetInfo(_descriptor, ref info);
                return Describe(info, maps, functions, lines);
            }
        }
    }

    /// <summary>
    /// Its code as the verifier left it: map references are addresses or ids, accesses of the context those of the kernel's own structures, some calls are inlined. Empty
    /// where it is not told to who asks (CAP_BPF, and <c>kernel.kptr_restrict</c>).
    /// </summary>
    public BpfInstruction[] ReadTranslatedCode()
    {
        byte[] code = new byte[Ask().xlated_prog_len];
        fixed (byte* place = code)
        {
            BpfSystemCall.ProgramInfo info = new() { xlated_prog_len = (uint)code.Length, xlated_prog_insns = (ulong)place };
            BpfDescriptor.GetInfo(_descriptor, ref info);
            return info.xlated_prog_insns == 0 ? [] : BpfInstruction.ReadAll(code, !BitConverter.IsLittleEndian);
        }
    }

    /// <summary>The machine code that it was compiled to, all functions one behind another; empty: it is interpreted, or that is not told to who asks.</summary>
    public byte[] ReadMachineCode()
    {
        byte[] code = new byte[Ask().jited_prog_len];
        fixed (byte* place = code)
        {
            BpfSystemCall.ProgramInfo info = new() { jited_prog_len = (uint)code.Length, jited_prog_insns = (ulong)place };
            BpfDescriptor.GetInfo(_descriptor, ref info);
            return info.jited_prog_insns == 0 ? [] : code;
        }
    }

    private BpfSystemCall.ProgramInfo Ask()
    {
        BpfSystemCall.ProgramInfo info = default;
        BpfDescriptor.GetInfo(_descriptor, ref info);
        return info;
    }

    private static KernelProgramInfo Describe(in BpfSystemCall.ProgramInfo info, uint[] maps, BpfSystemCall.FunctionInfo[] functions, BpfSystemCall.LineInfo[] lines)
    {
        BtfSpec? types = functions.Length > 0 ? ReadTypes(info.btf_id) : null;
        ImmutableArray<ProgramFunction> described = types is null ? [] : Describe(functions, types, (int)(info.xlated_prog_len / BpfInstruction.Size));
        fixed (byte* name = info.name, tag = info.tag)
        {
            string shortName = BpfSystemCall.ReadName(name);
            return new KernelProgramInfo
            {
                Id = info.id,
                Type = (ProgramType)info.type,
                Name = !described.IsEmpty && described[0].Name.StartsWith(shortName, StringComparison.Ordinal) ? described[0].Name : shortName,
                Tag = Convert.ToHexStringLower(new ReadOnlySpan<byte>(tag, 8)),
                MapIds = ImmutableCollectionsMarshal.AsImmutableArray(maps),
                MachineCodeLength = info.jited_prog_len,
                TranslatedLength = info.xlated_prog_len / BpfInstruction.Size,
                VerifiedInstructions = info.verified_insns,
                LoadTime = TimeSpan.FromTicks((long)(info.load_time / TimeSpan.NanosecondsPerTick)),
                UserId = info.created_by_uid,
                IsGplCompatible = (info.gpl_compatible & 1) != 0,
                Interface = (int)info.ifindex,
                TypesId = info.btf_id,
                Functions = described,
                Lines = types is null ? [] : [.. lines.Select(line => new SourceLine((int)line.insn_off, types.TextAt(line.file_name_off), types.TextAt(line.line_off), (int)(line.line_col >> 10), (int)(line.line_col & 0x3ff)))],
                RunTime = TimeSpan.FromTicks((long)(info.run_time_ns / TimeSpan.NanosecondsPerTick)),
                RunCount = info.run_cnt,
                RecursionMisses = info.recursion_misses,
            };
        }
    }

    private static ImmutableArray<ProgramFunction> Describe(BpfSystemCall.FunctionInfo[] functions, BtfSpec types, int length)
    {
        ImmutableArray<ProgramFunction>.Builder described = ImmutableArray.CreateBuilder<ProgramFunction>(functions.Length);
        for (int i = 0; i < functions.Length; i++)
        {
            int end = i + 1 < functions.Length ? (int)functions[i + 1].insn_off : length;
            BtfFunction? type = functions[i].type_id < types.Count ? types[functions[i].type_id] as BtfFunction : null;
            described.Add(new ProgramFunction(type?.Name ?? "", (int)functions[i].insn_off, end - (int)functions[i].insn_off, functions[i].type_id, type?.Linkage == BtfLinkage.Global));
        }

        return described.MoveToImmutable();
    }

    /// <summary>The types of an id; null where this thread may not open them.</summary>
    private static BtfSpec? ReadTypes(uint id)
    {
        if (!KernelTypes.TryOpenById(id, out KernelTypes? types, out _))
        {
            return null;
        }

        using (types)
        {
            return types.Read();
        }
    }
}
