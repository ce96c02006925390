using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <content>Writers lock the stripe of the bucket; all else about an element is done before it is linked.</content>
internal sealed unsafe partial class HashTable
{
    /// <summary>Of <see cref="Write"/>: values of all CPUs are given.</summary>
    public const int AllCpus = -1;

    /// <summary>Writes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; for <see cref="AllCpus"/> that of each CPU, rounded up to 8 bytes.</param>
    /// <param name="flags">The flags, of which all are known.</param>
    /// <param name="cpu">The CPU whose value is written, in a new entry with zeros for the others.</param>
    public BpfError Write(byte* key, byte* value, ulong flags, int cpu)
    {
        uint hash = HashOf(key);
        uint bucket = hash & _mask;
        byte* fresh = null;
        while (true)
        {
            WordLock.Enter(LockOf(bucket));
            byte* old = FindFrom(HeadOf(bucket), key, hash);
            bool exists = !IsEnd(old);
            BpfError error = Check(exists, flags);
            if (error == BpfError.None && exists)
            {
                Replace(bucket, hash, old, key, value, flags, cpu);
            }
            else if (error == BpfError.None)
            {
                fresh = fresh is null ? PoolOf(cpu).Take() : fresh;
                if (fresh is not null)
                {
                    Fill(fresh, hash, key);
                    WriteNew(fresh, value, cpu);
                    Link(bucket, fresh, 0);
                    fresh = null;
                }
                else
                {
                    error = BpfError.TooBig;
                }
            }

            WordLock.Exit(LockOf(bucket));
            if (error == BpfError.TooBig && _clocks.Length > 0)
            {
                fresh = Evict(cpu);
                if (fresh is not null)
                {
                    continue;
                }

                error = BpfError.NoMemory;
            }

            if (fresh is not null)
            {
                Return(fresh);
            }

            return error;
        }
    }

    /// <summary>Takes an entry out.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">If not null, gets the value, or those of all CPUs.</param>
    /// <param name="locked">Whether it is read with the value's lock held.</param>
    public BpfError Remove(byte* key, byte* value = null, bool locked = false)
    {
        uint hash = HashOf(key);
        uint bucket = hash & _mask;
        WordLock.Enter(LockOf(bucket));
        byte* element = FindFrom(HeadOf(bucket), key, hash);
        bool exists = !IsEnd(element);
        if (exists)
        {
            if (value is not null)
            {
                CopyOut(element, value, locked);
            }

            // Who sees that the entry is gone can have its room.
            Unlink(bucket, element);
            Return(element);
        }

        WordLock.Exit(LockOf(bucket));
        return exists ? BpfError.None : BpfError.NotFound;
    }

    /// <summary>The flags that updates of any hash know.</summary>
    public static bool AreFlags(ulong flags) => flags <= (ulong)MapOperationFlags.Exist;

    private static BpfError Check(bool exists, ulong flags) => ((MapOperationFlags)flags & ~MapOperationFlags.Lock) switch
    {
        MapOperationFlags.NoExist when exists => BpfError.AlreadyExists,
        MapOperationFlags.Exist when !exists => BpfError.NotFound,
        _ => BpfError.None,
    };

    private void Replace(uint bucket, uint hash, byte* old, byte* key, byte* value, ulong flags, int cpu)
    {
        if (_isPerCpu)
        {
            WriteCpus(old, value, cpu);
            if (_clocks.Length > 0)
            {
                Touch(old);
            }
        }
        else if ((flags & (ulong)MapOperationFlags.Lock) != 0)
        {
            _values.WriteLocked(ValueOf(old), value);
        }
        else
        {
            ref byte* spare = ref SpareOf(bucket & _stripeMask);
            byte* element = spare;
            Fill(element, hash, key);
            WriteNew(element, value, cpu);
            Link(bucket, element, Referenced);

            // A reader that is already behind the bucket's head meets neither of them; it sees this before it can see that the old one is gone.
            Volatile.Write(ref ReplacementsOf(bucket), ReplacementsOf(bucket) + 1);
            Unlink(bucket, old);
            spare = old;
        }
    }

    /// <summary>Gives an element its key. Who reads it still, as another entry, can see that by its state.</summary>
    private void Fill(byte* element, uint hash, byte* key)
    {
        ref uint state = ref *(uint*)(element + StateOffset);
        Volatile.Write(ref state, (state & ~(Linked | Referenced)) + Generation);
        Volatile.WriteBarrier();
        *(uint*)(element + HashOffset) = hash;
        ValueLayout.Copy(element + _keyOffset, key, _keySize);
    }

    private void WriteNew(byte* element, byte* value, int cpu)
    {
        if (!_isPerCpu)
        {
            _values.WriteNew(ValueOf(element), value);
            return;
        }

        for (int i = 0; cpu != AllCpus && i < _cpuCount; i++)
        {
            Unsafe.InitBlockUnaligned(ValueOf(element, i), 0, (uint)_layout.CpuValueStride);
        }

        WriteCpus(element, value, cpu);
    }

    private void WriteCpus(byte* element, byte* value, int cpu)
    {
        if (cpu != AllCpus)
        {
            _values.Write(ValueOf(element, cpu), value);
            return;
        }

        for (int i = 0; i < _cpuCount; i++)
        {
            ValueLayout.Copy(ValueOf(element, i), value + (i * _layout.CpuValueStride), _layout.CpuValueStride);
        }
    }

    private void Link(uint bucket, byte* element, uint state)
    {
        *(uint*)(element + StateOffset) |= Linked | state;
        *(byte**)element = _buckets[bucket];
        Volatile.Write(ref *(nint*)(_buckets + bucket), (nint)element);
    }

    /// <summary>Takes an element out of its chain. It still leads on from where it was.</summary>
    private void Unlink(uint bucket, byte* element)
    {
        byte** from = _buckets + bucket;
        while (*from != element)
        {
            from = (byte**)*from;
        }

        Interlocked.And(ref *(uint*)(element + StateOffset), ~Linked);
        Volatile.Write(ref *(nint*)from, (nint)(*(byte**)element));
    }

    /// <summary>Takes out an entry that was not used for long.</summary>
    /// <returns>Its element; null: all are in use by other writers.</returns>
    private byte* Evict(int cpu)
    {
        LruClock clock = _clocks[PartOf(cpu)];
        clock.Enter();
        byte* found = null;
        for (long step = 0; step < clock.Steps && found is null; step++)
        {
            byte* element = clock.Next();
            uint state = Volatile.Read(ref *(uint*)(element + StateOffset));
            if ((state & Referenced) != 0)
            {
                Interlocked.And(ref *(uint*)(element + StateOffset), ~Referenced);
            }
            else if ((state & Linked) != 0 && TryUnlink(element))
            {
                found = element;
            }
        }

        clock.Exit();
        return found is null ? PoolOf(cpu).Take() : found;
    }

    private bool TryUnlink(byte* element)
    {
        uint bucket = Volatile.Read(ref *(uint*)(element + HashOffset)) & _mask;
        WordLock.Enter(LockOf(bucket));
        byte* at = HeadOf(bucket);
        while (!IsEnd(at) && at != element)
        {
            at = NextOf(at);
        }

        if (!IsEnd(at))
        {
            Unlink(bucket, element);
        }

        WordLock.Exit(LockOf(bucket));
        return !IsEnd(at);
    }

    /// <summary>Whose entries are given up: those of a CPU, where there are so many parts.</summary>
    private int PartOf(int cpu) => (uint)cpu < (uint)_pools.Length ? cpu : 0;

    private ElementPool PoolOf(int cpu) => _pools[PartOf(cpu)];

    private void Return(byte* element)
    {
        foreach (ElementPool pool in _pools)
        {
            if (_pools.Length == 1 || pool.Holds(element))
            {
                pool.Return(element);
                return;
            }
        }
    }
}
