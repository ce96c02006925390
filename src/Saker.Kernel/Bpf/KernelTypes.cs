using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Types (BTF) that the running kernel holds: for maps and programs that name them by number, and its own ones. Source: Documentation/bpf/btf.rst.</summary>
public sealed unsafe class KernelTypes : IDisposable
{
    /// <summary>Where the kernel shows its own types.</summary>
    public const string OwnPath = "/sys/kernel/btf/vmlinux";

    private const int LargestLogSize = 16 << 20;

    private static readonly Lazy<BtfSpec> OwnTypes = new(ReadOwn);

    private readonly SafeFileHandle _descriptor;

    private KernelTypes(SafeFileHandle descriptor, Dictionary<string, uint> texts)
    {
        _descriptor = descriptor;
        Texts = texts;
    }

    /// <summary>The running kernel's own types; read once.</summary>
    /// <exception cref="KernelException">It shows none (built without CONFIG_DEBUG_INFO_BTF).</exception>
    public static BtfSpec Own => OwnTypes.Value;

    /// <summary>The ids of all types that are loaded; the kernel's own have one as well. Takes CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> Ids => BpfDescriptor.Ids(BpfSystemCall.BPF_BTF_GET_NEXT_ID);

    /// <summary>The id that the kernel gave them.</summary>
    public uint Id
    {
        get
        {
            BpfSystemCall.BtfInfo info = default;
            BpfDescriptor.GetInfo(_descriptor, ref info);
            return info.id;
        }
    }

    /// <summary>Their name: of the kernel's own <c>vmlinux</c> or a module's; else empty.</summary>
    public string Name
    {
        get
        {
            byte* name = stackalloc byte[64];
            *name = 0;
            BpfSystemCall.BtfInfo info = new() { name = (ulong)name, name_len = 64 };
            BpfDescriptor.GetInfo(_descriptor, ref info);
            return BpfSystemCall.ReadName(name);
        }
    }

    internal SafeFileHandle Descriptor => _descriptor;

    /// <summary>Where the texts of lines stand that were loaded with the types.</summary>
    internal IReadOnlyDictionary<string, uint> Texts { get; }

    /// <summary>Loads types.</summary>
    /// <param name="types">The types, as an object has them: what the kernel does not take of those is left out here, and numbers stay.</param>
    /// <param name="loaded">The types in the kernel; null where it refuses them.</param>
    /// <param name="refusal">Why it does.</param>
    /// <param name="lines">Lines of the source that programs will be loaded with (<see cref="LoadOptions.Lines"/>): their texts are kept with the types.</param>
    public static bool TryLoad(
        BtfSpec types, [NotNullWhen(true)] out KernelTypes? loaded, [NotNullWhen(false)] out KernelRefusal? refusal, IEnumerable<SourceLine>? lines = null)
    {
        ArgumentNullException.ThrowIfNull(types);
        BtfWriter writer = new(!BitConverter.IsLittleEndian);
        writer.Add(types.ForKernel());
        Dictionary<string, uint> texts = new(StringComparer.Ordinal);
        foreach (string text in (lines ?? []).SelectMany(line => (string[])[line.File, line.Text]))
        {
            texts[text] = writer.Add(text);
        }

        byte[] section = writer.ToArray();
        int result = Load(section, null, out _);
        loaded = result >= 0 ? new KernelTypes(BpfDescriptor.Own(result), texts) : null;
        refusal = result >= 0 ? null : new KernelRefusal("BPF_BTF_LOAD", -result, KernelRefusal.AdviceFor(-result, [Capabilities.CAP_BPF]) is { Length: > 0 } missing ? missing : Complaint(section));
        return loaded is not null;
    }

    /// <summary>Opens types by their id. Takes CAP_SYS_ADMIN.</summary>
    /// <exception cref="KernelException">There are none.</exception>
    public static KernelTypes OpenById(uint id) => TryOpenById(id, out KernelTypes? types, out KernelRefusal? refusal) ? types : throw refusal.ToException();

    /// <summary>Reads them back.</summary>
    /// <param name="before">For those of a module: the kernel's own, from which they go on.</param>
    /// <exception cref="KernelException">They cannot be read.</exception>
    public BtfSpec Read(BtfSpec? before = null)
    {
        BpfSystemCall.BtfInfo info = default;
        BpfDescriptor.GetInfo(_descriptor, ref info);
        byte[] bytes = new byte[info.btf_size];
        fixed (byte* place = bytes)
        {
            info = new() { btf = (ulong)place, btf_size = (uint)bytes.Length };
            BpfDescriptor.GetInfo(_descriptor, ref info);
        }

        return BtfSpec.TryRead(bytes, out BtfSpec? types, out ObjectFault? fault, before) ? types : throw new KernelException($"BTF {info.id}: {fault}");
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    /// <summary>Opens types by their id.</summary>
    internal static bool TryOpenById(uint id, [NotNullWhen(true)] out KernelTypes? types, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        types = BpfDescriptor.TryOpenById(BpfSystemCall.BPF_BTF_GET_FD_BY_ID, "BTF", id, out SafeFileHandle? descriptor, out refusal) ? new KernelTypes(descriptor, []) : null;
        return types is not null;
    }

    private static int Load(byte[] section, byte[]? log, out uint logSize)
    {
        fixed (byte* bytes = section, text = log)
        {
            BpfSystemCall.BtfLoad attributes = new()
            {
                btf = (ulong)bytes,
                btf_size = (uint)section.Length,
                btf_log_buf = (ulong)text,
                btf_log_size = (uint)(log?.Length ?? 0),
                btf_log_level = log is null ? 0u : 1u,
            };
            int result = BpfSystemCall.Call(BpfSystemCall.BPF_BTF_LOAD, ref attributes);
            logSize = attributes.btf_log_true_size;
            return result;
        }
    }

    /// <summary>The last line that the kernel says of types that it refuses.</summary>
    private static string Complaint(byte[] section)
    {
        byte[] log = new byte[64 << 10];
        while (Load(section, log, out uint size) == -BpfSystemCall.ENOSPC && log.Length < LargestLogSize)
        {
            log = new byte[Math.Max(size, log.Length * 4)];
        }

        int end = log.AsSpan().IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
    }

    private static BtfSpec ReadOwn()
    {
        if (!File.Exists(OwnPath))
        {
            throw new KernelException($"there is no {OwnPath}: the kernel is built without CONFIG_DEBUG_INFO_BTF");
        }

        return BtfSpec.TryRead(File.ReadAllBytes(OwnPath), out BtfSpec? types, out ObjectFault? fault) ? types : throw new KernelException($"{OwnPath}: {fault}");
    }
}
