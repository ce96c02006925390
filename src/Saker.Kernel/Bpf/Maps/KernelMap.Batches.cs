using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <content>Operations on many entries (Linux 5.6; for a map of programs, of devices and others there are none).</content>
public sealed unsafe partial class KernelMap
{
    /// <inheritdoc/>
    /// <remarks>
    /// The kernel gives a hash table bucket by bucket: <see cref="BpfError.NoSpace"/> with no entries says that there is not room for the next bucket, and the same call
    /// with more room goes on.
    /// </remarks>
    public BpfError LookupBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, out int count, bool deletes = false, MapOperationFlags flags = MapOperationFlags.Any)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        int room = CountOf(keys.Length, values.Length);

        // A hash table notes a bucket, 4 bytes, all others a key.
        byte[] position = new byte[Math.Max(KeySize, sizeof(uint))];
        fixed (byte* from = cursor.Position, to = position, keyBytes = keys, valueBytes = values)
        {
            BpfSystemCall.MapBatch attributes = new()
            {
                in_batch = (ulong)from,
                out_batch = (ulong)to,
                keys = (ulong)keyBytes,
                values = (ulong)valueBytes,
                elem_flags = (ulong)flags,
            };
            BpfError error = Call(deletes ? BpfSystemCall.BPF_MAP_LOOKUP_AND_DELETE_BATCH : BpfSystemCall.BPF_MAP_LOOKUP_BATCH, ref attributes, room, out count);
            if (error == BpfError.None || count > 0)
            {
                cursor.Position = position;
            }

            return error;
        }
    }

    /// <inheritdoc/>
    public BpfError UpdateBatch(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, out int count, MapOperationFlags flags = MapOperationFlags.Any)
    {
        int given = CountOf(keys.Length, values.Length);
        fixed (byte* keyBytes = keys, valueBytes = values)
        {
            BpfSystemCall.MapBatch attributes = new() { keys = (ulong)keyBytes, values = (ulong)valueBytes, elem_flags = (ulong)flags };
            return Call(BpfSystemCall.BPF_MAP_UPDATE_BATCH, ref attributes, given, out count);
        }
    }

    /// <inheritdoc/>
    public BpfError DeleteBatch(ReadOnlySpan<byte> keys, out int count)
    {
        int given = CountOf(keys.Length, valueBytes: null);
        fixed (byte* keyBytes = keys)
        {
            BpfSystemCall.MapBatch attributes = new() { keys = (ulong)keyBytes };
            return Call(BpfSystemCall.BPF_MAP_DELETE_BATCH, ref attributes, given, out count);
        }
    }

    private BpfError Call(int command, ref BpfSystemCall.MapBatch attributes, int room, out int count)
    {
        using HeldDescriptor held = new(_descriptor);
        attributes.map_fd = (uint)held.Number;
        attributes.count = (uint)room;
        int result = BpfSystemCall.Call(command, ref attributes);

        // Where the kernel does not come to count it leaves what it was given, and it never fails when it has come to the end of that.
        count = result < 0 && result != -BpfSystemCall.ENOENT && attributes.count == room ? 0 : (int)attributes.count;
        return result < 0 ? (BpfError)(-result) : BpfError.None;
    }

    private int CountOf(int keyBytes, int? valueBytes)
    {
        int count = KeySize == 0 ? (valueBytes ?? 0) / Math.Max(EntrySize, 1) : keyBytes / KeySize;
        if (keyBytes != (long)count * KeySize || (valueBytes is { } bytes && bytes != (long)count * EntrySize))
        {
            throw new ArgumentException($"The map '{Name}' has keys of {KeySize} bytes and entries of {EntrySize}, and there are {keyBytes} bytes of keys and {valueBytes ?? 0} of entries.", nameof(keyBytes));
        }

        return count;
    }
}
