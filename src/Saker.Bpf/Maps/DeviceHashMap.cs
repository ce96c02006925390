using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>Devices that packets are redirected to, by any number (<c>BPF_MAP_TYPE_DEVMAP_HASH</c>). Values are those of a <see cref="DeviceMap"/>.</summary>
public sealed unsafe class DeviceHashMap : HashedMap
{
    private readonly Predicate<uint>? _hasDevice;

    internal DeviceHashMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment, isLru: false, keptSize: sizeof(ulong)) => _hasDevice = environment.HasDevice;

    /// <inheritdoc/>
    internal override bool HasWalk => false;

    /// <inheritdoc/>
    private protected override MapBatches Batches => MapBatches.None;

    /// <summary>Where a packet goes, for a redirect.</summary>
    /// <param name="key">The key.</param>
    /// <param name="target">The device.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryGetTarget(uint key, out uint target)
    {
        byte* value = Find((byte*)&key, 0);
        target = value is null ? 0 : *(uint*)value;
        return value is not null;
    }

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu)
    {
        byte* element = Table.Find(key);
        return element is null ? null : Table.ValueOf(element);
    }

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        ulong kept;
        BpfError error = Table.Read(key, (byte*)&kept, locked: false);
        ValueLayout.Copy(value, (byte*)&kept, error == BpfError.None ? ValueSize : 0);
        return error;
    }

    /// <inheritdoc/>
    private protected override BpfError TakeEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.NotSupported;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint device = *(uint*)value;
        bool namesProgram = ValueSize == sizeof(ulong) && *(int*)(value + sizeof(uint)) > 0;
        if (flags > MapOperationFlags.Exist || device == 0 || namesProgram || _hasDevice?.Invoke(device) == false)
        {
            return BpfError.InvalidArgument;
        }

        // What must exist is made all the same, as in the kernel.
        ulong kept = device;
        return Table.Write(key, (byte*)&kept, (ulong)(flags & MapOperationFlags.NoExist), 0);
    }
}
