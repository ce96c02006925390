namespace Saker.Bpf.Compilation;

/// <summary>What is known of the registers, and of pointers that were put on the stack, at some point of a function.</summary>
internal sealed class KnownState
{
    private readonly Knowledge[] _registers = new Knowledge[BpfInstruction.RegisterCount];
    private readonly SortedDictionary<int, Knowledge> _slots = [];

    /// <summary>How many bytes the packet has at least.</summary>
    public int PacketBytes { get; set; }

    /// <summary>What is known of a register.</summary>
    public Knowledge this[int register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    /// <summary>What is known of 8 bytes on the stack.</summary>
    /// <param name="offset">Where they are, from the end of the frame.</param>
    public Knowledge Slot(long offset) => _slots.GetValueOrDefault((int)offset);

    /// <summary>Bytes on the stack were written: what lay there is no longer known.</summary>
    public void Overwrite(long offset, int size)
    {
        for (long at = offset & -8; at < offset + size && _slots.Count > 0; at += 8)
        {
            _slots.Remove((int)at);
        }
    }

    /// <summary>A pointer was put on the stack.</summary>
    public void Put(long offset, Knowledge knowledge)
    {
        Overwrite(offset, 8);
        if (offset % 8 == 0 && knowledge.Kind is not (KnownAs.Nothing or KnownAs.Number))
        {
            _slots[(int)offset] = knowledge;
        }
    }

    /// <summary>Anything on the stack may have been written.</summary>
    public void ForgetSlots() => _slots.Clear();

    /// <summary>The packet may have moved or got shorter.</summary>
    public void ForgetPacket()
    {
        PacketBytes = 0;
        for (int i = 0; i < _registers.Length; i++)
        {
            if (_registers[i].Kind is KnownAs.Packet or KnownAs.PacketEnd)
            {
                _registers[i] = default;
            }
        }

        foreach (int offset in _slots.Where(static slot => slot.Value.Kind is KnownAs.Packet or KnownAs.PacketEnd).Select(static slot => slot.Key).ToArray())
        {
            _slots.Remove(offset);
        }
    }

    /// <summary>Every register and slot of an origin gets other knowledge.</summary>
    public void Settle(int origin, Knowledge knowledge)
    {
        for (int i = 0; i < _registers.Length; i++)
        {
            if (_registers[i].Kind == KnownAs.ValueOrNull && _registers[i].Origin == origin)
            {
                _registers[i] = knowledge;
            }
        }

        foreach (int offset in _slots.Where(slot => slot.Value.Kind == KnownAs.ValueOrNull && slot.Value.Origin == origin).Select(static slot => slot.Key).ToArray())
        {
            _slots.Remove(offset);
            Put(offset, knowledge);
        }
    }

    /// <summary>A copy.</summary>
    public KnownState Copy()
    {
        KnownState copy = new() { PacketBytes = PacketBytes };
        _registers.CopyTo(copy._registers, 0);
        foreach ((int offset, Knowledge knowledge) in _slots)
        {
            copy._slots.Add(offset, knowledge);
        }

        return copy;
    }

    /// <summary>Control comes here from another side too.</summary>
    /// <param name="other">What is known there.</param>
    /// <param name="live">The registers that are read from here on, a bit each.</param>
    /// <param name="checks">What is looked at before memory is reached.</param>
    /// <param name="losesFrame">Set where an address in the frame is no longer known to be one.</param>
    /// <returns>Whether less is known than before.</returns>
    public bool Join(KnownState other, uint live, MemoryChecks checks, ref bool losesFrame)
    {
        bool changed = other.PacketBytes < PacketBytes;
        PacketBytes = Math.Min(PacketBytes, other.PacketBytes);
        for (int i = 0; i < _registers.Length; i++)
        {
            Knowledge joined = (live & (1u << i)) == 0 ? default : _registers[i].Join(other._registers[i], checks);
            losesFrame |= (live & (1u << i)) != 0 && joined.Kind != KnownAs.Frame && (_registers[i].Kind == KnownAs.Frame || other._registers[i].Kind == KnownAs.Frame);
            changed |= joined != _registers[i];
            _registers[i] = joined;
        }

        foreach (int offset in _slots.Keys.Union(other._slots.Keys).ToArray())
        {
            Knowledge known = Slot(offset), joined = known.Join(other.Slot(offset), checks);
            changed |= joined != known;
            Put(offset, joined);
        }

        return changed;
    }
}
