using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>
/// A program that the running kernel has verified and compiled. The kernel forgets it when it is disposed here and nothing else holds it: no attachment, no array of
/// programs, no name (<see cref="Pin"/>), no other process.
/// </summary>
public sealed partial class KernelProgram : IDisposable
{
    private const string Kind = "bpf-prog";

    private readonly SafeFileHandle _descriptor;

    private KernelProgram(SafeFileHandle descriptor, ProgramType type)
    {
        _descriptor = descriptor;
        Type = type;
    }

    /// <summary>The ids of all programs in the kernel. Takes CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> Ids => BpfDescriptor.Ids(BpfSystemCall.BPF_PROG_GET_NEXT_ID);

    /// <summary>What it is run for.</summary>
    public ProgramType Type { get; }

    /// <summary>How much work it was for the kernel's verifier; null: it was not asked for (<see cref="LoadOptions.CountsWork"/>).</summary>
    public VerifierWork? Work { get; private init; }

    internal SafeFileHandle Descriptor => _descriptor;

    /// <summary>Loads a program (<c>BPF_PROG_LOAD</c>).</summary>
    /// <param name="type">What it is run for.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="program">The program; null where the kernel refuses it.</param>
    /// <param name="refusal">Why it does; null where there is a program.</param>
    /// <param name="license">The licence; some helpers want one that is compatible with the kernel's.</param>
    public static bool TryLoad(
        ProgramType type,
        ReadOnlySpan<BpfInstruction> slots,
        [NotNullWhen(true)] out KernelProgram? program,
        [NotNullWhen(false)] out ProgramRefusal? refusal,
        string license = "GPL") => TryLoad(type, slots, new LoadOptions { License = license }, out program, out refusal);

    /// <summary>Loads a program (<c>BPF_PROG_LOAD</c>).</summary>
    /// <param name="type">What it is run for.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="options">What it is loaded with.</param>
    /// <param name="program">The program; null where the kernel refuses it.</param>
    /// <param name="refusal">Why it does, with the verifier's whole log; null where there is a program.</param>
    public static bool TryLoad(
        ProgramType type,
        ReadOnlySpan<BpfInstruction> slots,
        LoadOptions options,
        [NotNullWhen(true)] out KernelProgram? program,
        [NotNullWhen(false)] out ProgramRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(options);
        ProgramLoader loader = new(type, [.. slots], options);
        int result = loader.Load(out VerifierWork? work);
        program = result >= 0 ? new KernelProgram(BpfDescriptor.Own(result), type) { Work = work } : null;
        refusal = result >= 0 ? null : Refusal(loader, type, options, -result);
        refusal = refusal is not null && work is not null ? refusal with { Work = work } : refusal;
        return program is not null;
    }

    /// <summary>Loads a program whose code is known to be right.</summary>
    /// <exception cref="KernelException">The kernel refuses it; the message has the last of the verifier's lines.</exception>
    public static KernelProgram Load(ProgramType type, BpfProgram code, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        return TryLoad(type, code.Slots, options ?? new(), out KernelProgram? program, out ProgramRefusal? refusal) ? program : throw refusal.ToException();
    }

    /// <summary>What the verifier says of a program, whether it takes it or not.</summary>
    /// <param name="type">What it is run for.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="license">The licence.</param>
    /// <param name="level">How much it is to say.</param>
    public static string Log(ProgramType type, ReadOnlySpan<BpfInstruction> slots, string license = "GPL", VerifierLogLevel level = VerifierLogLevel.Full) =>
        Log(type, slots, new LoadOptions { License = license }, level);

    /// <summary>What the verifier says of a program, whether it takes it or not.</summary>
    /// <param name="type">What it is run for.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="options">What it is loaded with.</param>
    /// <param name="level">How much it is to say.</param>
    public static string Log(ProgramType type, ReadOnlySpan<BpfInstruction> slots, LoadOptions options, VerifierLogLevel level = VerifierLogLevel.Full)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ProgramLoader(type, [.. slots], options).Log(level);
    }

    /// <summary>Opens the program of an id. Takes CAP_SYS_ADMIN.</summary>
    /// <exception cref="KernelException">There is none, or the kernel refuses.</exception>
    public static KernelProgram OpenById(uint id) =>
        BpfDescriptor.TryOpenById(BpfSystemCall.BPF_PROG_GET_FD_BY_ID, "program", id, out SafeFileHandle? descriptor, out KernelRefusal? refusal) ? Of(descriptor) : throw refusal.ToException();

    /// <summary>Opens the program that is pinned at a path.</summary>
    /// <exception cref="KernelException">There is none; the message says why.</exception>
    public static KernelProgram OpenPinned(string path) =>
        BpfDescriptor.TryOpenPinned(path, Kind, out SafeFileHandle? descriptor, out KernelRefusal? refusal) ? Of(descriptor) : throw refusal.ToException();

    /// <summary>Gives it a name in a bpffs, which keeps it in the kernel (<see cref="BpfFileSystem"/>).</summary>
    /// <param name="path">The path of the name, which must be free.</param>
    /// <exception cref="KernelException">There is no bpffs, the name is taken, or the kernel refuses.</exception>
    public void Pin(string path) => BpfDescriptor.Pin(_descriptor, path);

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    private static KernelProgram Of(SafeFileHandle descriptor)
    {
        BpfSystemCall.ProgramInfo info = default;
        BpfDescriptor.GetInfo(descriptor, ref info);
        return new KernelProgram(descriptor, (ProgramType)info.type);
    }

    private static ProgramRefusal Refusal(ProgramLoader loader, ProgramType type, LoadOptions options, int errorNumber)
    {
        string operation = options.Name.Length == 0 ? $"BPF_PROG_LOAD ({type.KernelName()})" : $"BPF_PROG_LOAD of '{options.Name}' ({type.KernelName()})";
        string advice = KernelRefusal.AdviceFor(errorNumber, CapabilitiesFor(type));
        return new ProgramRefusal(operation, errorNumber, advice.Length > 0 ? "" : loader.Log(VerifierLogLevel.Brief), advice);
    }

    private static int[] CapabilitiesFor(ProgramType type) => type switch
    {
        ProgramType.SocketFilter or ProgramType.CgroupDevice or ProgramType.SystemCall => [Capabilities.CAP_BPF],
        ProgramType.KernelProbe or ProgramType.Tracepoint or ProgramType.PerfEvent or ProgramType.RawTracepoint or ProgramType.RawTracepointWritable or ProgramType.Tracing
            or ProgramType.SecurityModule => [Capabilities.CAP_BPF, Capabilities.CAP_PERFMON],
        _ => [Capabilities.CAP_BPF, Capabilities.CAP_NET_ADMIN],
    };
}

/// <summary>How much the verifier says.</summary>
public enum VerifierLogLevel
{
    /// <summary>Nothing.</summary>
    Off = 0,

    /// <summary>The way to the fault.</summary>
    Brief = 1,

    /// <summary>Every way that it tries.</summary>
    Full = 2,

    /// <summary>How much work it was.</summary>
    Statistics = 4,
}
