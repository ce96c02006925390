using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <content>Many entries at a time, as <c>generic_map_lookup_batch</c> and its siblings do it; hashes read theirs by buckets.</content>
public abstract unsafe partial class BpfMap
{
    /// <summary>The batches that this type of map has.</summary>
    private protected virtual MapBatches Batches => MapBatches.None;

    /// <inheritdoc/>
    public BpfError LookupBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, out int count, bool deletes = false, MapOperationFlags flags = MapOperationFlags.Any)
    {
        count = 0;
        if (!_mayRead || (deletes && !MayWrite))
        {
            return BpfError.NotPermitted;
        }

        if ((Batches & (deletes ? MapBatches.Take : MapBatches.Lookup)) == MapBatches.None)
        {
            return BpfError.NotSupported;
        }

        if (!AreBatchFlags(flags))
        {
            return BpfError.InvalidArgument;
        }

        int capacity = CountOf(keys, values);
        return capacity == 0 ? BpfError.None : ReadBatch(cursor, keys, values, capacity, out count, deletes, flags);
    }

    /// <inheritdoc/>
    public BpfError UpdateBatch(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, out int count, MapOperationFlags flags = MapOperationFlags.Any)
    {
        count = 0;
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if ((Batches & MapBatches.Update) == MapBatches.None)
        {
            return BpfError.NotSupported;
        }

        if (!AreBatchFlags(flags))
        {
            return BpfError.InvalidArgument;
        }

        int all = CountOf(keys, values);
        for (; count < all; count++)
        {
            if (Update(keys.Slice(count * KeySize, KeySize), values.Slice(count * EntrySize, EntrySize), flags) is not BpfError.None and var error)
            {
                return error;
            }
        }

        return BpfError.None;
    }

    /// <inheritdoc/>
    public BpfError DeleteBatch(ReadOnlySpan<byte> keys, out int count)
    {
        count = 0;
        if (!MayWrite)
        {
            return BpfError.NotPermitted;
        }

        if ((Batches & MapBatches.Delete) == MapBatches.None)
        {
            return BpfError.NotSupported;
        }

        CheckLength(keys.Length % KeySize, 0, nameof(keys));
        for (; count < keys.Length / KeySize; count++)
        {
            if (Delete(keys.Slice(count * KeySize, KeySize)) is not BpfError.None and var error)
            {
                return error;
            }
        }

        return BpfError.None;
    }

    /// <summary>Reads entries behind the cursor's key. One that goes away meanwhile is left out.</summary>
    private protected virtual BpfError ReadBatch(
        MapCursor cursor, Span<byte> keys, Span<byte> values, int capacity, out int count, bool deletes, MapOperationFlags flags)
    {
        count = 0;
        byte[] previous = cursor.Position;
        byte[] key = new byte[KeySize];
        BpfError error = BpfError.None;
        while (count < capacity && error == BpfError.None)
        {
            error = previous.Length == 0 ? FirstKey(key) : NextKey(previous, key);
            if (error != BpfError.None)
            {
                break;
            }

            error = Lookup(key, values.Slice(count * EntrySize, EntrySize), flags);
            if (error == BpfError.None)
            {
                key.CopyTo(keys[(count * KeySize)..]);
                count++;
            }
            else if (error == BpfError.NotFound)
            {
                error = BpfError.None;
            }

            previous = [.. key];
        }

        if (count > 0)
        {
            cursor.Position = previous;
        }

        return error;
    }

    private bool AreBatchFlags(MapOperationFlags flags) => (flags & ~MapOperationFlags.Lock) == MapOperationFlags.Any && (!IsLocked(flags) || Layout.HasLock);

    private int CountOf(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values)
    {
        int count = keys.Length / KeySize;
        CheckLength(keys.Length, count * KeySize, nameof(keys));
        CheckLength(values.Length, count * EntrySize, nameof(values));
        return count;
    }
}
