using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>
/// A map in the running kernel. The kernel forgets it when it is disposed here and nothing else holds it: no program, no name (<see cref="Pin"/>), no other process.
/// Any number of threads may use it. What goes wrong with an entry is a <see cref="BpfError"/>, the kernel's <c>errno</c>; spans of a wrong length are the caller's mistake.
/// </summary>
public sealed unsafe partial class KernelMap : IBpfMap
{
    private readonly SafeFileHandle _descriptor;

    private KernelMap(SafeFileHandle descriptor, string? name, in BpfSystemCall.MapInfo info)
    {
        _descriptor = descriptor;
        fixed (byte* kernelName = info.name)
        {
            Name = name ?? BpfSystemCall.ReadName(kernelName);
        }

        Id = info.id;
        Type = (MapType)info.type;
        KeySize = (int)info.key_size;
        ValueSize = (int)info.value_size;
        MaximumEntries = info.max_entries;
        Flags = info.map_flags;
        Extra = info.map_extra;
        TypesId = info.btf_id;
        KeyTypeId = info.btf_key_type_id;
        ValueTypeId = info.btf_value_type_id;
        IsPerCpu = Type is MapType.PerCpuHash or MapType.PerCpuArray or MapType.LruPerCpuHash or MapType.PerCpuCgroupStorage;
        ValuesPerEntry = IsPerCpu ? PossibleCpus.Count : 1;

        // What holds files takes descriptors and gives ids, 4 bytes both, whatever the size of a value is said to be.
        EntrySize = IsPerCpu ? ((ValueSize + 7) & ~7) * ValuesPerEntry : ValueSize;
    }

    /// <inheritdoc/>
    /// <remarks>As it was asked for; of a map that was found in the kernel, the first 15 bytes of it, which is all that the kernel keeps.</remarks>
    public string Name { get; }

    /// <summary>The id that the kernel gave it.</summary>
    public uint Id { get; }

    /// <inheritdoc/>
    public MapType Type { get; }

    /// <inheritdoc/>
    public int KeySize { get; }

    /// <inheritdoc/>
    public int ValueSize { get; }

    /// <inheritdoc/>
    public uint MaximumEntries { get; }

    /// <inheritdoc/>
    public uint Flags { get; }

    /// <summary>What one type of map wants beside (<c>map_extra</c>).</summary>
    public ulong Extra { get; }

    /// <summary>The id of the types that <see cref="KeyTypeId"/> and <see cref="ValueTypeId"/> are numbers of; 0: it has none.</summary>
    public uint TypesId { get; }

    /// <summary>The type of keys; 0: unknown.</summary>
    public uint KeyTypeId { get; }

    /// <summary>The type of values; 0: unknown.</summary>
    public uint ValueTypeId { get; }

    /// <inheritdoc/>
    public int ValuesPerEntry { get; }

    /// <inheritdoc/>
    public int EntrySize { get; }

    /// <summary>Whether nobody but programs can change it any more (<see cref="Freeze"/>).</summary>
    public bool IsFrozen
    {
        get
        {
            using HeldDescriptor held = new(_descriptor);
            return File.ReadLines($"/proc/self/fdinfo/{held.Number}").Any(line => line.StartsWith("frozen:", StringComparison.Ordinal) && line.EndsWith('1'));
        }
    }

    internal SafeFileHandle Descriptor => _descriptor;

    private bool IsPerCpu { get; }

    /// <inheritdoc/>
    public BpfError Lookup(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        CheckKey(key);
        CheckRoom(value.Length, EntrySize);
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            return Call(BpfSystemCall.BPF_MAP_LOOKUP_ELEM, keyBytes, valueBytes, (ulong)flags);
        }
    }

    /// <inheritdoc/>
    public BpfError LookupAndDelete(ReadOnlySpan<byte> key, Span<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        CheckKey(key);
        CheckRoom(value.Length, EntrySize);
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            return Call(BpfSystemCall.BPF_MAP_LOOKUP_AND_DELETE_ELEM, keyBytes, valueBytes, (ulong)flags);
        }
    }

    /// <inheritdoc/>
    public BpfError Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, MapOperationFlags flags = MapOperationFlags.Any)
    {
        CheckKey(key);
        CheckRoom(value.Length, EntrySize);
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            return Call(BpfSystemCall.BPF_MAP_UPDATE_ELEM, keyBytes, valueBytes, (ulong)flags);
        }
    }

    /// <summary>Puts a map into a map of maps.</summary>
    /// <param name="index">The key, of 4 bytes.</param>
    /// <param name="inner">The map; it stays the caller's, and in the kernel as long as it is in there.</param>
    public BpfError Update(uint index, KernelMap inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Put(index, inner._descriptor);
    }

    /// <summary>Puts a program into an array of programs.</summary>
    /// <param name="index">The key, of 4 bytes.</param>
    /// <param name="program">The program; it stays the caller's, and in the kernel as long as it is in there.</param>
    public BpfError Update(uint index, KernelProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return Put(index, program.Descriptor);
    }

    /// <summary>Puts a socket into a map of AF_XDP sockets.</summary>
    /// <param name="queue">The key: in maps that Saker's programs use, the receive queue.</param>
    /// <param name="socket">The socket; it stays the caller's, and is in there until it is closed.</param>
    /// <returns>E2BIG: there is no room for such a queue; EOPNOTSUPP: it is no socket of AF_XDP.</returns>
    public BpfError SetSocket(uint queue, SafeHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Put(queue, socket);
    }

    /// <inheritdoc/>
    public BpfError Delete(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            return Call(BpfSystemCall.BPF_MAP_DELETE_ELEM, keyBytes, null, 0);
        }
    }

    /// <inheritdoc/>
    public BpfError FirstKey(Span<byte> first)
    {
        CheckRoom(first.Length, KeySize);
        fixed (byte* nextBytes = first)
        {
            return Call(BpfSystemCall.BPF_MAP_GET_NEXT_KEY, null, nextBytes, 0);
        }
    }

    /// <inheritdoc/>
    public BpfError NextKey(ReadOnlySpan<byte> key, Span<byte> next)
    {
        CheckKey(key);
        CheckRoom(next.Length, KeySize);
        fixed (byte* keyBytes = key, nextBytes = next)
        {
            return Call(BpfSystemCall.BPF_MAP_GET_NEXT_KEY, keyBytes, nextBytes, 0);
        }
    }

    /// <inheritdoc/>
    public BpfError Freeze() => Call(BpfSystemCall.BPF_MAP_FREEZE, null, null, 0);

    /// <summary>Maps an array's values into this process; the map must have been made with <see cref="MapFlags.Mappable"/>.</summary>
    /// <param name="isWritable">Whether they are to be written, which a frozen map does not allow.</param>
    /// <exception cref="ArgumentException">It is no such array.</exception>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public MappedArray MapValues(bool isWritable = true) => new(this, isWritable);

    /// <summary>Gives it a name in a bpffs, which keeps it in the kernel (<see cref="BpfFileSystem"/>).</summary>
    /// <param name="path">The path of the name, which must be free.</param>
    /// <exception cref="KernelException">There is no bpffs, the name is taken, or the kernel refuses.</exception>
    public void Pin(string path) => BpfDescriptor.Pin(_descriptor, path);

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    private BpfError Put(uint index, SafeHandle what)
    {
        using HeldDescriptor held = new(what);
        int number = held.Number;
        return KeySize == sizeof(uint) && ValueSize == sizeof(int)
            ? Call(BpfSystemCall.BPF_MAP_UPDATE_ELEM, (byte*)&index, (byte*)&number, 0)
            : BpfError.InvalidArgument;
    }

    private BpfError Call(int command, byte* key, byte* value, ulong flags)
    {
        using HeldDescriptor held = new(_descriptor);
        BpfSystemCall.MapElement attributes = new() { map_fd = (uint)held.Number, key = (ulong)key, value = (ulong)value, flags = flags };
        int result = BpfSystemCall.Call(command, ref attributes);
        return result < 0 ? (BpfError)(-result) : BpfError.None;
    }

    private void CheckKey(ReadOnlySpan<byte> key)
    {
        // To a key where the map has none the kernel says EINVAL.
        if (key.Length != KeySize && KeySize != 0)
        {
            throw new ArgumentException($"The map '{Name}' has keys of {KeySize} bytes, and this one has {key.Length}.", nameof(key));
        }
    }

    private void CheckRoom(int length, int wanted)
    {
        if (length != wanted)
        {
            throw new ArgumentException($"The map '{Name}' wants {wanted} bytes here, and there are {length}.", nameof(length));
        }
    }
}
