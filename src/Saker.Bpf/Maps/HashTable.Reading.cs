using System.Buffers.Binary;

namespace Saker.Bpf.Maps;

/// <content>What user space reads: copies of entries, one after another or bucket by bucket.</content>
internal sealed unsafe partial class HashTable
{
    /// <summary>Copies an entry's value, or those of all CPUs. What is copied was that entry's, even where the element gets another key meanwhile.</summary>
    public BpfError Read(byte* key, byte* value, bool locked)
    {
        while (true)
        {
            byte* element = Find(key);
            if (element is null)
            {
                return BpfError.NotFound;
            }

            uint state = Volatile.Read(ref *(uint*)(element + StateOffset)) & ~(Linked | Referenced);
            Volatile.ReadBarrier();
            if (!new ReadOnlySpan<byte>(key, _keySize).SequenceEqual(new ReadOnlySpan<byte>(element + _keyOffset, _keySize)))
            {
                continue;
            }

            CopyOut(element, value, locked);
            Volatile.ReadBarrier();
            if ((Volatile.Read(ref *(uint*)(element + StateOffset)) & ~(Linked | Referenced)) == state)
            {
                return BpfError.None;
            }
        }
    }

    /// <summary>The key behind another one; behind one that is not there, or without one, the first.</summary>
    public BpfError Next(byte* key, byte* next)
    {
        byte* element = key is null ? null : Find(key);
        uint bucket = 0;
        if (element is not null)
        {
            bucket = (HashOf(key) & _mask) + 1;
            element = NextOf(element);
        }

        while (element is null || IsEnd(element))
        {
            if (bucket >= BucketCount)
            {
                return BpfError.NotFound;
            }

            element = HeadOf(bucket++);
        }

        ValueLayout.Copy(next, element + _keyOffset, _keySize);
        return BpfError.None;
    }

    /// <summary>Goes to the next element for a program.</summary>
    public bool Walk(ref MapWalk walk)
    {
        byte* element = walk.Next;
        while (element is null || IsEnd(element))
        {
            if (walk.Begun >= BucketCount)
            {
                return false;
            }

            element = HeadOf(walk.Begun++);
        }

        walk.Next = NextOf(element);
        walk.Key = element;
        return true;
    }

    /// <summary>Reads whole buckets, as many as there is room for (<c>__htab_map_lookup_and_delete_batch</c>).</summary>
    /// <returns><see cref="BpfError.NotFound"/> at the end; <see cref="BpfError.NoSpace"/>: there is no room for the first bucket.</returns>
    public BpfError ReadBatch(MapCursor cursor, Span<byte> keys, Span<byte> values, int capacity, int entrySize, out int count, bool deletes, bool locked)
    {
        count = 0;
        uint bucket = cursor.Position.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(cursor.Position) : 0;
        if (bucket >= BucketCount)
        {
            return BpfError.NotFound;
        }

        BpfError error = BpfError.None;
        fixed (byte* keyBytes = keys, valueBytes = values)
        {
            while (error == BpfError.None)
            {
                int length = ReadBucket(bucket, keyBytes + (count * _keySize), valueBytes + ((long)count * entrySize), capacity - count, entrySize, deletes, locked);
                if (length < 0)
                {
                    error = count == 0 ? BpfError.NoSpace : BpfError.None;
                    break;
                }

                count += length;
                error = ++bucket == BucketCount ? BpfError.NotFound : BpfError.None;
            }
        }

        byte[] position = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(position, bucket);
        cursor.Position = position;
        return error;
    }

    /// <returns>How many entries the bucket has; negative: there is no room for them.</returns>
    private int ReadBucket(uint bucket, byte* keys, byte* values, int capacity, int entrySize, bool deletes, bool locked)
    {
        if (IsEnd(HeadOf(bucket)))
        {
            return 0;
        }

        WordLock.Enter(LockOf(bucket));
        int count = 0;
        for (byte* element = HeadOf(bucket); !IsEnd(element); element = NextOf(element))
        {
            count++;
        }

        if (count > capacity)
        {
            count = -1;
        }

        byte* at = HeadOf(bucket);
        for (int i = 0; i < count; i++)
        {
            byte* element = at;
            at = NextOf(at);
            ValueLayout.Copy(keys + (i * _keySize), element + _keyOffset, _keySize);
            CopyOut(element, values + ((long)i * entrySize), locked);
            if (deletes)
            {
                Unlink(bucket, element);
                Return(element);
            }
        }

        WordLock.Exit(LockOf(bucket));
        return count;
    }

    private void CopyOut(byte* element, byte* value, bool locked)
    {
        if (_isPerCpu)
        {
            for (int i = 0; i < _cpuCount; i++)
            {
                ValueLayout.Copy(value + (i * _layout.CpuValueStride), ValueOf(element, i), _layout.CpuValueStride);
            }
        }
        else if (locked)
        {
            _values.ReadLocked(value, ValueOf(element));
        }
        else
        {
            _values.Read(value, ValueOf(element));
        }
    }
}
