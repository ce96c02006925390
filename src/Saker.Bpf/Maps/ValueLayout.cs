using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>How values are copied: as bytes, except for a spin lock in them, which belongs to programs and is neither written nor shown (<c>copy_map_value</c>).</summary>
/// <param name="size">Bytes of a value.</param>
/// <param name="lockOffset">Where in a value the lock is; -1: there is none.</param>
internal readonly unsafe struct ValueLayout(int size, int lockOffset)
{
    private const int LockSize = 4;

    /// <summary>Bytes of a value.</summary>
    public int Size => size;

    /// <summary>Where in a value the lock is; null: there is none.</summary>
    public int? LockOffset => HasLock ? lockOffset : null;

    /// <summary>Whether there is a lock.</summary>
    public bool HasLock => lockOffset >= 0;

    /// <summary>Whether a place in a value is its lock.</summary>
    public bool IsLock(ulong offset) => HasLock && offset == (ulong)lockOffset;

    /// <summary>Writes a value that programs may have in use.</summary>
    public void Write(byte* to, byte* from)
    {
        if (lockOffset < 0)
        {
            Copy(to, from, size);
            return;
        }

        Copy(to, from, lockOffset);
        Copy(to + lockOffset + LockSize, from + lockOffset + LockSize, size - lockOffset - LockSize);
    }

    /// <summary>Writes a value that nobody has seen: its lock is free.</summary>
    public void WriteNew(byte* to, byte* from)
    {
        Copy(to, from, size);
        ClearLock(to);
    }

    /// <summary>Reads a value; its lock reads as free.</summary>
    public void Read(byte* to, byte* from)
    {
        Copy(to, from, size);
        ClearLock(to);
    }

    /// <summary>Writes with the lock held.</summary>
    public void WriteLocked(byte* to, byte* from)
    {
        WordLock.Enter((int*)(to + lockOffset));
        Write(to, from);
        WordLock.Exit((int*)(to + lockOffset));
    }

    /// <summary>Reads with the lock held.</summary>
    public void ReadLocked(byte* to, byte* from)
    {
        WordLock.Enter((int*)(from + lockOffset));
        Copy(to, from, size);
        WordLock.Exit((int*)(from + lockOffset));
        ClearLock(to);
    }

    /// <summary>Copies bytes; what is one aligned word is never seen half.</summary>
    public static void Copy(byte* to, byte* from, int length)
    {
        switch (length)
        {
            case 8:
                *(ulong*)to = *(ulong*)from;
                break;
            case 4:
                *(uint*)to = *(uint*)from;
                break;
            default:
                Unsafe.CopyBlockUnaligned(to, from, (uint)length);
                break;
        }
    }

    private void ClearLock(byte* value)
    {
        if (lockOffset >= 0)
        {
            *(uint*)(value + lockOffset) = 0;
        }
    }
}
