namespace Saker.Bpf.Verification.States;

/// <summary>What a byte of the stack holds.</summary>
internal enum SlotByte : byte
{
    /// <summary>Nothing was written to it.</summary>
    Invalid,

    /// <summary>A byte of a register that was spilled.</summary>
    Spill,

    /// <summary>Something.</summary>
    Misc,

    /// <summary>Zero.</summary>
    Zero,
}

/// <summary>Eight bytes of the stack; bytes are counted from the lowest address.</summary>
internal struct StackSlot
{
    /// <summary>Bytes of a slot.</summary>
    public const int Size = 8;

    private ulong _bytes;

    /// <summary>What was spilled, where <see cref="IsSpilled"/>.</summary>
    public RegisterState Register;

    /// <summary>Whether a register was spilled, or the lower bytes of a number.</summary>
    public readonly bool IsSpilled => this[0] == SlotByte.Spill;

    /// <summary>Whether a number was spilled, or its lower bytes.</summary>
    public readonly bool IsSpilledScalar => IsSpilled && Register.IsScalar;

    /// <summary>Whether all eight bytes are those of a spilled number.</summary>
    public readonly bool IsWholeScalar => this[Size - 1] == SlotByte.Spill && Register.IsScalar;

    /// <summary>All bytes, to be compared.</summary>
    public readonly ulong Bytes => _bytes;

    /// <summary>How many bytes from the lowest on were spilled.</summary>
    public readonly int SpillSize
    {
        get
        {
            int size = 0;
            while (size < Size && this[size] == SlotByte.Spill)
            {
                size++;
            }

            return size;
        }
    }

    /// <summary>A byte.</summary>
    public SlotByte this[int index]
    {
        readonly get => (SlotByte)(_bytes >> (index * 8));
        set => _bytes = (_bytes & ~(0xfful << (index * 8))) | ((ulong)value << (index * 8));
    }

    /// <summary>Whether every byte holds something unknown, or nothing where that may be read as well.</summary>
    public readonly bool IsAllMisc(bool mayBeInvalid)
    {
        for (int i = 0; i < Size; i++)
        {
            if (this[i] != SlotByte.Misc && !(mayBeInvalid && this[i] == SlotByte.Invalid))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts a register's lower bytes to the lowest addresses. What lies behind them is something, unless nothing was there.</summary>
    /// <param name="register">The register.</param>
    /// <param name="size">Bytes.</param>
    public void Spill(in RegisterState register, int size)
    {
        Register = register;
        for (int i = 0; i < Size; i++)
        {
            if (i < size)
            {
                this[i] = SlotByte.Spill;
            }
            else if (this[i] is not (SlotByte.Zero or SlotByte.Invalid))
            {
                this[i] = SlotByte.Misc;
            }
        }
    }

    /// <summary>Forgets what was spilled: all bytes that were written hold something.</summary>
    public void Scrub()
    {
        if (IsSpilled)
        {
            for (int i = 0; i < Size; i++)
            {
                if (this[i] != SlotByte.Invalid)
                {
                    this[i] = SlotByte.Misc;
                }
            }
        }

        Register = default;
    }
}
