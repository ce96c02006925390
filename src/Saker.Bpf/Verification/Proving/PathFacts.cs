using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Proving;

/// <summary>
/// What holds of each instruction on every path, gathered while paths are followed. A path that is taken for another one is not followed to its end, so only that is noted for
/// which states are told apart: what kind of pointer there is, of which map, whether it may be null; and of numbers those that decided something, which marks them precise.
/// </summary>
internal sealed class PathFacts(int length)
{
    private readonly Mark[] _marks = new Mark[length];
    private readonly RegisterKind[] _kinds = new RegisterKind[length];
    private readonly Dictionary<int, CallFact> _calls = [];

    [Flags]
    private enum Mark : byte
    {
        None = 0,
        Reached = 1,
        Taken = 2,
        NotTaken = 4,
        PerhapsMisaligned = 8,
    }

    /// <summary>Whether the kernel lets something pass that may go wrong all the same, so that nothing is proven.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>The kind of memory that an instruction was first seen to access. Those that access the context access nothing else.</summary>
    public ref RegisterKind AccessKind(int instruction) => ref _kinds[instruction];

    /// <summary>A path comes to an instruction.</summary>
    public void Reach(int instruction) => _marks[instruction] |= Mark.Reached;

    /// <summary>A conditional jump goes one way, or may go both.</summary>
    public void Branch(int instruction, bool? isTaken) => _marks[instruction] |= isTaken switch
    {
        true => Mark.Taken,
        false => Mark.NotTaken,
        _ => Mark.Taken | Mark.NotTaken,
    };

    /// <summary>An instruction that wants alignment accesses memory of a kind. What global functions get as memory may be anywhere.</summary>
    public void Align(int instruction, RegisterKind kind)
    {
        if (kind is not (RegisterKind.Stack or RegisterKind.MapValue))
        {
            _marks[instruction] |= Mark.PerhapsMisaligned;
        }
    }

    /// <summary>The program does what the kernel lets pass, and what may go wrong all the same.</summary>
    public void Doubt() => IsDoubtful = true;

    /// <summary>A helper is called with a map.</summary>
    /// <param name="instruction">The call.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="map">The map's number.</param>
    /// <param name="key">The key of a lookup that surely finds something; null: it may not.</param>
    public void Call(int instruction, MapTable maps, int map, ulong? key)
    {
        // Maps in a map of maps may have fewer entries, or be made for fewer CPUs.
        if (key is not null && maps.IsInner(map) && (maps[map].Type != MapType.Array || (maps[map].Flags & MapFlags.InnerMap) != MapFlags.None))
        {
            Doubt();
        }

        CallFact fact = new(map, key, key is not null);
        _calls[instruction] = _calls.TryGetValue(instruction, out CallFact known) ? known.Join(fact) : fact;
    }

    /// <summary>Whether a path comes to an instruction.</summary>
    public bool IsReached(int instruction) => (_marks[instruction] & Mark.Reached) != Mark.None;

    /// <summary>Which way a conditional jump always goes; null: both ways, or no path comes to it.</summary>
    public bool? AlwaysTakes(int instruction) => (_marks[instruction] & (Mark.Taken | Mark.NotTaken)) switch
    {
        Mark.Taken => true,
        Mark.NotTaken => false,
        _ => null,
    };

    /// <summary>Whether an atomic access may be at an address that is not aligned.</summary>
    public bool MayBeMisaligned(int instruction) => (_marks[instruction] & Mark.PerhapsMisaligned) != Mark.None;

    /// <summary>What is known of a call of a helper with a map; null: nothing.</summary>
    public CallFact? CallAt(int instruction) => _calls.TryGetValue(instruction, out CallFact fact) ? fact : null;
}

/// <summary>What is known of a call of a helper with a map.</summary>
/// <param name="Map">The map's number; <see cref="Several"/>: it differs.</param>
/// <param name="Key">Of a lookup that surely finds something, the key; null: it differs.</param>
/// <param name="AlwaysFinds">Whether it is a lookup that surely finds something.</param>
internal readonly record struct CallFact(int Map, ulong? Key, bool AlwaysFinds)
{
    /// <summary>Stands for several maps.</summary>
    public const int Several = -1;

    /// <summary>What holds of both.</summary>
    public CallFact Join(CallFact other) => new(Map == other.Map ? Map : Several, Key == other.Key ? Key : null, AlwaysFinds && other.AlwaysFinds);
}
