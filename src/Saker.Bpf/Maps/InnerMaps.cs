namespace Saker.Bpf.Maps;

/// <summary>What a map of maps may hold.</summary>
internal sealed unsafe class InnerMaps(MapSpec spec, MapEnvironment environment)
{
    /// <summary>How they are to be.</summary>
    public MapSpec Wanted { get; } = spec.Inner!;

    /// <summary>The number of a map that is to be put in.</summary>
    public uint IdOf(BpfMap map) => environment.Handles.IdOf(map);

    /// <summary>Finds a map that is to be put in.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="handle">What programs get for it.</param>
    /// <returns><see cref="BpfError.BadDescriptor"/>: there is none; <see cref="BpfError.InvalidArgument"/>: it is not as those that are held here.</returns>
    public BpfError TryGet(uint id, out ulong handle)
    {
        handle = 0;
        if (!environment.Handles.TryFindById(id, out BpfMap? map) || map.IsDisposed)
        {
            return BpfError.BadDescriptor;
        }

        handle = map.Handle;
        return map.IsLike(Wanted) ? BpfError.None : BpfError.InvalidArgument;
    }

    /// <summary>What a program gets for a map: its handle, or null where it is disposed.</summary>
    public byte* Usable(ulong handle) => environment.Handles.TryFind(handle, out BpfMap? map) && !map.IsDisposed ? (byte*)handle : null;
}
