namespace Saker.Bpf;

/// <summary>
/// AF_XDP sockets that packets are redirected to, by index (<c>BPF_MAP_TYPE_XSKMAP</c>). A value is a number that the host knows a socket by; nobody can read it, and programs
/// see whether there is one.
/// </summary>
public sealed unsafe class XskMap : RedirectMap
{
    internal XskMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.OperationNotSupported;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        if (flags > MapOperationFlags.Exist)
        {
            return BpfError.InvalidArgument;
        }

        if (index >= MaximumEntries)
        {
            return BpfError.TooBig;
        }

        if (IsPresent(index) ? flags == MapOperationFlags.NoExist : flags == MapOperationFlags.Exist)
        {
            return IsPresent(index) ? BpfError.AlreadyExists : BpfError.NotFound;
        }

        Put(index, Whole(value));
        return BpfError.None;
    }
}
