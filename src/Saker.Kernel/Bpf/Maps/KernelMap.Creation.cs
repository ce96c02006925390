using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <content>How maps are made and found.</content>
public sealed unsafe partial class KernelMap
{
    private const string Kind = "bpf-map";

    /// <summary>The ids of all maps in the kernel. Takes CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> Ids => BpfDescriptor.Ids(BpfSystemCall.BPF_MAP_GET_NEXT_ID);

    /// <summary>
    /// Makes a map (<c>BPF_MAP_CREATE</c>). What a section's map holds from the beginning is put in, and constants are frozen. <see cref="MapSpec.Slots"/> are left to the
    /// caller, who knows the maps or programs (<see cref="KernelObject"/> does), and so is <see cref="MapSpec.IsPinnedByName"/>.
    /// </summary>
    /// <param name="spec">How it is to be.</param>
    /// <param name="map">The map; null where the kernel refuses it.</param>
    /// <param name="refusal">Why it does; null where there is a map.</param>
    /// <param name="types">The types that the spec's <see cref="MapSpec.KeyTypeId"/> and <see cref="MapSpec.ValueTypeId"/> are numbers of. Not every type of map takes them: if it does not, it is made without.</param>
    /// <param name="template">For a map of maps: a map as its maps are to be. Without it one is made of <see cref="MapSpec.Inner"/>, for the time of the call.</param>
    public static bool TryCreate(
        MapSpec spec, [NotNullWhen(true)] out KernelMap? map, [NotNullWhen(false)] out KernelRefusal? refusal, KernelTypes? types = null, KernelMap? template = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        map = null;
        if (template is null && spec.Inner is { } inner)
        {
            if (!TryCreate(inner, out KernelMap? made, out refusal, types))
            {
                return false;
            }

            using (made)
            {
                return TryCreate(spec, out map, out refusal, types, made);
            }
        }

        bool hasTypes = types is not null && (spec.KeyTypeId | spec.ValueTypeId) != 0;
        int result = Make(spec, hasTypes ? types : null, template);
        if (result < 0 && hasTypes)
        {
            result = Make(spec, null, template);
        }

        if (result < 0)
        {
            refusal = new KernelRefusal($"BPF_MAP_CREATE of {Describe(spec)}", -result, MapAdvice.For(spec, -result));
            return false;
        }

        map = Of(BpfDescriptor.Own(result), spec.Name);
        return map.TryFill(spec, out refusal) || Abandon(ref map);
    }

    /// <summary>Makes a map, as <see cref="TryCreate"/> does.</summary>
    /// <exception cref="KernelException">The kernel refuses it; the message says what it was to be, and what is missing.</exception>
    public static KernelMap Create(MapSpec spec, KernelTypes? types = null, KernelMap? template = null) =>
        TryCreate(spec, out KernelMap? map, out KernelRefusal? refusal, types, template) ? map : throw refusal.ToException();

    /// <summary>Opens the map of an id. Takes CAP_SYS_ADMIN.</summary>
    /// <exception cref="KernelException">There is none, or the kernel refuses.</exception>
    public static KernelMap OpenById(uint id) =>
        BpfDescriptor.TryOpenById(BpfSystemCall.BPF_MAP_GET_FD_BY_ID, "map", id, out SafeFileHandle? descriptor, out KernelRefusal? refusal) ? Of(descriptor, null) : throw refusal.ToException();

    /// <summary>Opens the map that is pinned at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="map">The map; null where there is none.</param>
    /// <param name="refusal">Why there is none; null where there is one.</param>
    public static bool TryOpenPinned(string path, [NotNullWhen(true)] out KernelMap? map, [NotNullWhen(false)] out KernelRefusal? refusal) =>
        TryOpenPinned(path, null, out map, out refusal);

    /// <summary>Opens the map that is pinned at a path.</summary>
    /// <exception cref="KernelException">There is none; the message says why.</exception>
    public static KernelMap OpenPinned(string path) => TryOpenPinned(path, out KernelMap? map, out KernelRefusal? refusal) ? map : throw refusal.ToException();

    /// <summary>What of it is another than a spec asks for, as the end of a sentence ("has ..."); null: it is as asked.</summary>
    /// <param name="spec">What is asked for.</param>
    public string? DifferenceFrom(MapSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        // Programs never write a table of devices, which the kernel notes in the flags by itself.
        uint ignored = Type is MapType.DeviceMap or MapType.DeviceMapHash ? (uint)MapFlags.ReadOnlyForPrograms : 0;
        uint flags = spec.Flags | (spec.NumaNode is null ? 0 : (uint)MapFlags.NumaNode);
        return (uint)Type != (uint)spec.Type ? $"is of type {Type.KernelName()}, not {spec.Type.KernelName()}"
            : KeySize != spec.KeySize ? $"has keys of {KeySize} bytes, not {spec.KeySize}"
            : ValueSize != spec.ValueSize ? $"has values of {ValueSize} bytes, not {spec.ValueSize}"
            : MaximumEntries != spec.MaximumEntries ? $"has room for {MaximumEntries} entries, not {spec.MaximumEntries}"
            : (Flags & ~ignored) != (flags & ~ignored) ? $"has flags 0x{Flags:x}, not 0x{flags:x}"
            : Extra != spec.Extra ? $"has map_extra {Extra}, not {spec.Extra}"
            : null;
    }

    /// <summary>The same, of a map whose name is known, all of it.</summary>
    internal static bool TryOpenPinned(string path, string? name, [NotNullWhen(true)] out KernelMap? map, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        map = BpfDescriptor.TryOpenPinned(path, Kind, out SafeFileHandle? descriptor, out refusal) ? Of(descriptor, name) : null;
        return map is not null;
    }

    private static KernelMap Of(SafeFileHandle descriptor, string? name)
    {
        BpfSystemCall.MapInfo info = default;
        BpfDescriptor.GetInfo(descriptor, ref info);
        return new KernelMap(descriptor, name, info);
    }

    private static int Make(MapSpec spec, KernelTypes? types, KernelMap? template)
    {
        BpfSystemCall.MapCreate attributes = new()
        {
            map_type = (uint)spec.Type,
            key_size = spec.KeySize,
            value_size = spec.ValueSize,
            max_entries = spec.MaximumEntries,
            map_flags = spec.Flags | (spec.NumaNode is null ? 0 : (uint)MapFlags.NumaNode),
            numa_node = spec.NumaNode ?? 0,
            map_extra = spec.Extra,
        };
        BpfSystemCall.CopyName(spec.Name, attributes.map_name);
        using HeldDescriptor inner = new(template?._descriptor ?? BpfDescriptor.None);
        using HeldDescriptor typed = new(types?.Descriptor ?? BpfDescriptor.None);
        attributes.inner_map_fd = template is null ? 0 : (uint)inner.Number;
        if (types is not null)
        {
            attributes.btf_fd = (uint)typed.Number;
            attributes.btf_key_type_id = spec.KeyTypeId;
            attributes.btf_value_type_id = spec.ValueTypeId;
        }

        return BpfSystemCall.Call(BpfSystemCall.BPF_MAP_CREATE, ref attributes);
    }

    private bool TryFill(MapSpec spec, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        refusal = null;
        if (spec.Contents.IsDefaultOrEmpty)
        {
            return true;
        }

        if (spec.Contents.Length != EntrySize || KeySize != sizeof(uint))
        {
            refusal = new KernelRefusal($"the map {Describe(spec)} cannot hold the {spec.Contents.Length} bytes that it is to begin with", 0);
            return false;
        }

        ReadOnlySpan<byte> first = [0, 0, 0, 0];
        BpfError error = Update(first, spec.Contents.AsSpan());
        if (error == BpfError.None && (spec.Flags & (uint)MapFlags.ReadOnlyForPrograms) != 0)
        {
            error = Freeze();
        }

        refusal = error == BpfError.None ? null : new KernelRefusal($"the contents of {Describe(spec)}", (int)error);
        return refusal is null;
    }

    private static bool Abandon([NotNullWhen(true)] ref KernelMap? map)
    {
        map?.Dispose();
        map = null;
        return false;
    }

    private static string Describe(MapSpec spec) =>
        $"'{spec.Name}' ({spec.Type.KernelName()}, keys of {spec.KeySize} bytes, values of {spec.ValueSize}, {spec.MaximumEntries} entries, flags 0x{spec.Flags:x})";
}
