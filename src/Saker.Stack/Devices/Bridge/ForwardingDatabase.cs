using System.Numerics;
using System.Runtime.CompilerServices;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>
/// Behind which port of a bridge a station is (<c>net_bridge_fdb_entry</c>), by link address and VLAN, for all CPUs. Readers take no lock, nor does
/// who hears of a known station again where it was; whoever adds or moves one holds a short one.
/// </summary>
/// <remarks>
/// <para>
/// Open addressing with linear probing. A slot's key is written once and stands as long as its array: an entry that is removed or has aged leaves its slot behind, and
/// comes back into it. So a reader never sees one station's port under another's key. When three quarters of the slots are used, what is alive moves to
/// a new array: the only allocation, once in many new stations.
/// </para>
/// <para>
/// An entry that is older than the ageing time is not there for readers, from that moment on; the kernel deletes it by a work item some milliseconds later.
/// </para>
/// </remarks>
public sealed class ForwardingDatabase
{
    private const int SmallestSize = 256;

    /// <summary>A station that is heard again within a tick is not written down again, as in the kernel, which counts in ticks.</summary>
    private const long Tick = 1_000_000;

    private readonly Lock _changing = new();
    private Slot[] _slots = new Slot[SmallestSize];
    private int _used;
    private long _ageingTime = (long)BridgeSettings.DefaultAgeingTime.TotalNanoseconds;

    /// <summary>How long a learned entry lives that is not heard of again, in nanoseconds; 0: nothing is learned.</summary>
    /// <remarks>What has aged comes back to life with a longer time, unless <see cref="RemoveAged"/> was called before.</remarks>
    public long AgeingTime
    {
        get => Volatile.Read(ref _ageingTime);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Volatile.Write(ref _ageingTime, value);
        }
    }

    /// <summary>The entries that are alive, in no particular order.</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    public IReadOnlyList<ForwardingEntry> All(long now)
    {
        long oldest = now - AgeingTime;
        List<ForwardingEntry> entries = [];
        foreach (ref Slot slot in Volatile.Read(ref _slots).AsSpan())
        {
            ulong key = Volatile.Read(ref slot.Key);
            if (key != 0 && slot.IsAlive(oldest, out ForwardingTarget target))
            {
                entries.Add(new ForwardingEntry(AddressOf(key), VlanOf(key), target, Volatile.Read(ref slot.Updated)));
            }
        }

        return entries;
    }

    /// <summary>Adds an entry, or changes what is known of it.</summary>
    /// <param name="address">The station's address.</param>
    /// <param name="vlan">Its VLAN; 0 on a bridge that does not filter by VLAN.</param>
    /// <param name="target">Where it is, and of which kind the entry is.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <exception cref="ArgumentException">The address is no station's.</exception>
    public void Set(MacAddress address, ushort vlan, ForwardingTarget target, long now)
    {
        if (!address.IsUnicast)
        {
            throw new ArgumentException($"{address} is no station's address.", nameof(address));
        }

        lock (_changing)
        {
            ref Slot slot = ref FindOrTake(KeyOf(address, vlan), now);
            Volatile.Write(ref slot.Updated, now);
            Volatile.Write(ref slot.Target, target.Word);
            Volatile.Write(ref slot.Key, KeyOf(address, vlan));
        }
    }

    /// <summary>Removes an entry.</summary>
    /// <returns>False if there was none.</returns>
    public bool Remove(MacAddress address, ushort vlan)
    {
        lock (_changing)
        {
            ref Slot slot = ref Find(_slots, KeyOf(address, vlan));
            if (slot.Key == 0 || slot.Target == 0)
            {
                return false;
            }

            Volatile.Write(ref slot.Target, 0);
            return true;
        }
    }

    /// <summary>Removes the entries that lead to a port.</summary>
    /// <param name="port">The port's number.</param>
    /// <param name="learnedOnly">Whether what was configured stays.</param>
    public void Flush(int port, bool learnedOnly)
    {
        lock (_changing)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                ForwardingTarget target = new(slot.Target);
                if (slot.Target != 0 && target.Port == port && !(learnedOnly && target.IsStatic))
                {
                    Volatile.Write(ref slot.Target, 0);
                }
            }
        }
    }

    /// <summary>Removes what has aged (<c>br_fdb_cleanup</c>).</summary>
    /// <param name="now">The time, in nanoseconds.</param>
    public void RemoveAged(long now)
    {
        long oldest = now - AgeingTime;
        lock (_changing)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                if (!slot.IsAlive(oldest, out _))
                {
                    Volatile.Write(ref slot.Target, 0);
                }
            }
        }
    }

    /// <summary>Looks a station up (<c>br_fdb_find_rcu</c>).</summary>
    /// <param name="address">The station's address.</param>
    /// <param name="vlan">Its VLAN.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <param name="target">Where it is.</param>
    /// <returns>False if nobody knows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryFind(MacAddress address, ushort vlan, long now, out ForwardingTarget target)
    {
        ulong key = KeyOf(address, vlan);
        ref Slot slot = ref Find(Volatile.Read(ref _slots), key);

        // A slot that was empty when it was found may be another station's by now.
        if (Volatile.Read(ref slot.Key) == key)
        {
            return slot.IsAlive(now - AgeingTime, out target);
        }

        target = default;
        return false;
    }

    /// <summary>A frame of the station has come in by a port (<c>br_fdb_update</c>). What is configured as local or sticky does not move.</summary>
    /// <param name="address">The station's address.</param>
    /// <param name="vlan">Its VLAN.</param>
    /// <param name="port">The port's number.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Learn(MacAddress address, ushort vlan, int port, long now)
    {
        long ageing = AgeingTime;
        if (ageing == 0)
        {
            return;
        }

        ulong key = KeyOf(address, vlan);
        ref Slot slot = ref Find(Volatile.Read(ref _slots), key);
        if (Volatile.Read(ref slot.Key) != key || !slot.IsAlive(now - ageing, out ForwardingTarget target))
        {
            Set(address, vlan, ForwardingTarget.Learned(port), now);
        }
        else if (target.Port == port || target.IsLocal || target.IsSticky)
        {
            Refresh(ref slot, target, now);
        }
        else
        {
            Move(address, vlan, port, now);
        }
    }

    private static void Refresh(ref Slot slot, ForwardingTarget target, long now)
    {
        if (!target.IsLocal && now - Volatile.Read(ref slot.Updated) >= Tick)
        {
            Volatile.Write(ref slot.Updated, now);
        }
    }

    /// <summary>The station is behind another port now; what else is known of it stays.</summary>
    private void Move(MacAddress address, ushort vlan, int port, long now)
    {
        lock (_changing)
        {
            ref Slot slot = ref Find(_slots, KeyOf(address, vlan));
            if (slot.Target != 0)
            {
                Volatile.Write(ref slot.Updated, now);
                Volatile.Write(ref slot.Target, new ForwardingTarget(slot.Target).At(port).Word);
            }
        }
    }

    /// <summary>The slot of a key, or the empty one where the search for it ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Slot Find(Slot[] slots, ulong key)
    {
        // A length that is a power of two, and a quarter of the slots that is empty: the search ends.
        int mask = slots.Length - 1;
        int place = (int)((key * 0x9e37_79b9_7f4a_7c15) >> 32) & mask;
        while (true)
        {
            ref Slot slot = ref slots[place];
            ulong found = Volatile.Read(ref slot.Key);
            if (found == key || found == 0)
            {
                return ref slot;
            }

            place = (place + 1) & mask;
        }
    }

    /// <summary>The slot of a key, or a free one for it. Under the lock.</summary>
    private ref Slot FindOrTake(ulong key, long now)
    {
        ref Slot slot = ref Find(_slots, key);
        if (slot.Key == key)
        {
            return ref slot;
        }

        if (_used >= _slots.Length / 4 * 3)
        {
            Rebuild(now);
            slot = ref Find(_slots, key);
        }

        _used++;
        return ref slot;
    }

    /// <summary>Moves what is alive to a new array, of which half is empty at least.</summary>
    private void Rebuild(long now)
    {
        long oldest = now - AgeingTime;
        int alive = 0;
        foreach (ref Slot slot in _slots.AsSpan())
        {
            alive += slot.IsAlive(oldest, out _) ? 1 : 0;
        }

        Slot[] slots = new Slot[Math.Max(SmallestSize, (int)BitOperations.RoundUpToPowerOf2((uint)alive * 2 + 1))];
        foreach (ref Slot slot in _slots.AsSpan())
        {
            if (slot.IsAlive(oldest, out _))
            {
                Find(slots, slot.Key) = slot;
            }
        }

        _used = alive;
        Volatile.Write(ref _slots, slots);
    }

    private static ulong KeyOf(MacAddress address, ushort vlan) => (address.Value << 12) | vlan;

    private static MacAddress AddressOf(ulong key) => new(key >> 12);

    private static ushort VlanOf(ulong key) => (ushort)(key & 0xfff);

    private struct Slot
    {
        /// <summary>Address and VLAN; 0: the slot is empty.</summary>
        public ulong Key;

        /// <summary>When the station was last heard of.</summary>
        public long Updated;

        /// <summary>A <see cref="ForwardingTarget"/>; 0: the entry was removed.</summary>
        public uint Target;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsAlive(long oldest, out ForwardingTarget target)
        {
            target = new ForwardingTarget(Volatile.Read(ref Target));
            return target.Word != 0 && (target.IsStatic || Volatile.Read(ref Updated) > oldest);
        }
    }
}
