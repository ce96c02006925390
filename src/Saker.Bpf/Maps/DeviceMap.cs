using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>Devices that packets are redirected to, by index (<c>BPF_MAP_TYPE_DEVMAP</c>). A value is the device's number, and the id of a program, which is 0 here.</summary>
public sealed unsafe class DeviceMap : RedirectMap
{
    private readonly Predicate<uint>? _hasDevice;

    internal DeviceMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment) => _hasDevice = environment.HasDevice;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        BpfError error = ArrayKeys.CheckUpdate(index, MaximumEntries, (ulong)flags, hasLock: false);
        if (error != BpfError.None)
        {
            return error;
        }

        ulong whole = Whole(value);
        uint device = (uint)whole;
        if (!NamesNoProgram(whole) || (device != 0 && _hasDevice?.Invoke(device) == false))
        {
            return BpfError.InvalidArgument;
        }

        if (device == 0)
        {
            Remove(index);
        }
        else
        {
            Put(index, device);
        }

        return BpfError.None;
    }
}
