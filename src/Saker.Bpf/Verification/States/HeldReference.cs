namespace Saker.Bpf.Verification.States;

/// <summary>Something that a program has acquired and must give back.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Instruction">Where it was acquired.</param>
/// <param name="IsLock">Whether it is a spin lock.</param>
/// <param name="Map">Of a lock: the map in whose value it is.</param>
internal readonly record struct HeldReference(uint Id, int Instruction, bool IsLock, int Map);

/// <summary>
/// What is held, in the order of acquisition. It does not change; lists that begin alike share their room, since many states may hold much.
/// </summary>
internal readonly struct HeldReferences
{
    private const int FirstRoom = 4;

    private readonly Room _room;

    private HeldReferences(Room room, int count)
    {
        _room = room;
        Count = count;
    }

    /// <summary>Nothing.</summary>
    public static HeldReferences None { get; } = new(new Room(0), 0);

    /// <summary>How much is held.</summary>
    public int Count { get; }

    /// <summary>What is held.</summary>
    public ReadOnlySpan<HeldReference> All => _room.Places.AsSpan(0, Count);

    /// <summary>The same and something more.</summary>
    public HeldReferences With(HeldReference reference)
    {
        // The first list that goes on has the room behind what they share.
        Room room = _room;
        if (room.Used != Count || Count == room.Places.Length)
        {
            room = new Room(Math.Max(FirstRoom, Count * 2)) { Used = Count };
            All.CopyTo(room.Places);
        }

        room.Places[room.Used++] = reference;
        return new HeldReferences(room, room.Used);
    }

    /// <summary>The same without one of them.</summary>
    public HeldReferences Without(int index)
    {
        if (index == Count - 1)
        {
            return new HeldReferences(_room, index);
        }

        Room room = new(Count - 1) { Used = Count - 1 };
        All[..index].CopyTo(room.Places);
        All[(index + 1)..].CopyTo(room.Places.AsSpan(index));
        return new HeldReferences(room, room.Used);
    }

    /// <summary>Where something is among them; -1: nowhere.</summary>
    public int IndexOf(uint id, bool isLock)
    {
        ReadOnlySpan<HeldReference> all = All;
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Id == id && all[i].IsLock == isLock)
            {
                return i;
            }
        }

        return -1;
    }

    private sealed class Room(int places)
    {
        public HeldReference[] Places { get; } = new HeldReference[places];

        public int Used { get; set; }
    }
}
