using System.Text;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>The call that loads a program, and what the verifier says meanwhile.</summary>
internal sealed unsafe class ProgramLoader(ProgramType type, BpfInstruction[] slots, LoadOptions options)
{
    private const int FirstLogSize = 64 << 10;

    /// <summary>Three lines; the second has a number for each of 256 functions.</summary>
    private const int WorkLogSize = 4 << 10;

    /// <summary>The longest log that the kernel writes.</summary>
    private const uint LargestLogSize = uint.MaxValue >> 2;

    private readonly byte[] _code = BpfInstruction.WriteAll(slots, !BitConverter.IsLittleEndian);
    private readonly byte[] _license = [.. Encoding.UTF8.GetBytes(options.License), 0];
    private readonly BpfSystemCall.FunctionInfo[] _functions = FunctionsOf(options);
    private readonly BpfSystemCall.LineInfo[] _lines = LinesOf(options);

    /// <summary>Loads it, without a word but how much work it was, if that was asked for.</summary>
    /// <param name="work">How much; null: nobody asked.</param>
    /// <returns>The descriptor, or the error number, negated.</returns>
    public int Load(out VerifierWork? work)
    {
        work = null;
        if (!options.CountsWork)
        {
            return Load(VerifierLogLevel.Off, null, out _);
        }

        byte[] log = new byte[WorkLogSize];
        int result = Load(VerifierLogLevel.Statistics, log, out _);
        work = VerifierWork.TryParse(TextOf(log), out VerifierWork? told) ? told : null;
        return result;
    }

    /// <summary>Loads it and forgets it, and gives what the verifier said, whole: the room for it grows as long as it does not suffice.</summary>
    public string Log(VerifierLogLevel level)
    {
        byte[] log = new byte[FirstLogSize];
        while (true)
        {
            int result = Load(level, log, out uint wanted);
            if (result >= 0)
            {
                BpfDescriptor.Own(result).Dispose();
            }

            // Since 6.4 the kernel says how much room it wants.
            ulong size = Math.Min(wanted > log.Length ? wanted : (ulong)log.Length * 4, LargestLogSize);
            if (result != -BpfSystemCall.ENOSPC || size <= (ulong)log.Length)
            {
                return TextOf(log);
            }

            log = new byte[size];
        }
    }

    private static string TextOf(byte[] log)
    {
        int end = log.AsSpan().IndexOf((byte)0);
        return Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end);
    }

    private int Load(VerifierLogLevel level, byte[]? log, out uint logSize)
    {
        using HeldDescriptor types = new(options.Types?.Descriptor ?? BpfDescriptor.None);
        fixed (byte* instructions = _code, license = _license, buffer = log)
        fixed (BpfSystemCall.FunctionInfo* functions = _functions)
        fixed (BpfSystemCall.LineInfo* lines = _lines)
        {
            BpfSystemCall.ProgramLoad attributes = new()
            {
                prog_type = (uint)type,
                insns = (ulong)instructions,
                insn_cnt = (uint)slots.Length,
                license = (ulong)license,
                log_level = (uint)level,
                log_buf = (ulong)buffer,
                log_size = (uint)(log?.Length ?? 0),
                kern_version = options.KernelVersion,
                prog_flags = (uint)options.Flags,
                prog_ifindex = (uint)options.Interface,
                expected_attach_type = (uint)(options.AttachType ?? default),
                attach_btf_id = options.AttachTypeId,
            };
            BpfSystemCall.CopyName(options.Name, attributes.prog_name);
            if (_functions.Length > 0)
            {
                attributes.prog_btf_fd = (uint)types.Number;
                attributes.func_info_rec_size = (uint)sizeof(BpfSystemCall.FunctionInfo);
                attributes.func_info = (ulong)functions;
                attributes.func_info_cnt = (uint)_functions.Length;
                attributes.line_info_rec_size = (uint)sizeof(BpfSystemCall.LineInfo);
                attributes.line_info = (ulong)lines;
                attributes.line_info_cnt = (uint)_lines.Length;
            }

            int result = BpfSystemCall.Call(BpfSystemCall.BPF_PROG_LOAD, ref attributes);
            logSize = attributes.log_true_size;
            return result;
        }
    }

    /// <summary>The kernel takes types of all functions or of none.</summary>
    private static BpfSystemCall.FunctionInfo[] FunctionsOf(LoadOptions options) => options.Types is not null && options.Functions.All(function => function.TypeId != 0)
        ? [.. options.Functions.Select(function => new BpfSystemCall.FunctionInfo { insn_off = (uint)function.Start, type_id = function.TypeId })]
        : [];

    /// <summary>The kernel wants one line for an instruction at most, and one for the first of each function.</summary>
    private static BpfSystemCall.LineInfo[] LinesOf(LoadOptions options)
    {
        List<BpfSystemCall.LineInfo> lines = [];
        int last = -1;
        foreach (SourceLine line in options.Lines)
        {
            if (line.Instruction <= last)
            {
                continue;
            }

            if (options.Types is null || !options.Types.Texts.TryGetValue(line.File, out uint file) || !options.Types.Texts.TryGetValue(line.Text, out uint text))
            {
                return [];
            }

            last = line.Instruction;
            lines.Add(new BpfSystemCall.LineInfo { insn_off = (uint)last, file_name_off = file, line_off = text, line_col = ((uint)line.Line << 10) | ((uint)line.Column & 0x3ff) });
        }

        HashSet<int> starts = [.. options.Lines.Select(line => line.Instruction)];
        return options.Functions.All(function => starts.Contains(function.Start)) ? [.. lines] : [];
    }
}
