using Saker.Bpf.Btf;

namespace Saker.Kernel.Bpf;

/// <summary>How an object is loaded into the kernel.</summary>
public sealed record KernelObjectOptions
{
    /// <summary>The folder in which maps that ask for it are pinned by their name, and found again.</summary>
    public string PinFolder { get; init; } = BpfFileSystem.Root;

    /// <summary>Whether a bpffs is mounted at <see cref="PinFolder"/> if there is none and a map is to be pinned. Without it that is an error.</summary>
    public bool MountsFileSystem { get; init; }

    /// <summary>Maps in the place of the object's, by name: shared with others. They stay the caller's.</summary>
    public IReadOnlyDictionary<string, KernelMap> Maps { get; init; } = new Dictionary<string, KernelMap>();

    /// <summary>The programs that are loaded, by name; null: all but those that are loaded only if asked for (a question mark before the section's name).</summary>
    public IReadOnlyCollection<string>? Programs { get; init; }

    /// <summary>
    /// The device, by its index in the calling thread's network namespace, that XDP programs are bound to: so they may ask it for metadata of a frame (<c>bpf_xdp_metadata_*</c>, Linux 6.3),
    /// be attached to it alone, and not be run over packets that nobody sent. 0: none.
    /// </summary>
    public int Device { get; init; }

    /// <summary>Whether the verifier is to tell of each program how much work it was (<see cref="KernelProgram.Work"/>).</summary>
    public bool CountsWork { get; init; }

    /// <summary>The types that programs are relocated against (CO-RE); null: the running kernel's own.</summary>
    public BtfSpec? RelocationTypes { get; init; }
}
