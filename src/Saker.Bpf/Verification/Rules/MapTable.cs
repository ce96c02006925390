using Saker.Bpf.Verification.Explanation;

namespace Saker.Bpf.Verification.Rules;

/// <summary>The maps that a program names, by numbers that registers bear.</summary>
internal sealed class MapTable
{
    private readonly List<VerifierMap> _maps = [];
    private readonly Dictionary<VerifierMap, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(ConstantKind Kind, int Constant), int> _named = [];
    private readonly HashSet<int> _inner = [];

    /// <summary>A map.</summary>
    public VerifierMap this[int number] => _maps[number];

    /// <summary>Whether a number stands for any map that a map of maps may hold.</summary>
    public bool IsInner(int number) => _inner.Contains(number);

    /// <summary>The number of what a map of maps holds.</summary>
    public int NumberOfInner(VerifierMap map)
    {
        int number = NumberOf(map);
        _inner.Add(number);
        return number;
    }

    /// <summary>The number of a map that a constant names. Whoever knows the maps is asked once for each.</summary>
    public int Resolve(int instruction, in BpfInstruction slot, VerifierOptions options)
    {
        ConstantKind kind = BaseKind((ConstantKind)slot.Source);
        if (!_named.TryGetValue((kind, slot.Immediate), out int number))
        {
            number = options.Maps is { } maps && maps.TryFind(kind, slot.Immediate, out VerifierMap? map)
                ? NumberOf(map)
                : throw new ProgramRefused(VerifierRule.Map, instruction, $"there is no map {slot.Immediate}", "give the verifier the maps that the code names");
            _named.Add((kind, slot.Immediate), number);
        }

        return number;
    }

    /// <summary>The number of a map that a constant names, which was resolved; null: it names none.</summary>
    public int? NumberOf(in BpfInstruction slot) => _named.TryGetValue((BaseKind((ConstantKind)slot.Source), slot.Immediate), out int number) ? number : null;

    private static ConstantKind BaseKind(ConstantKind kind) => kind is ConstantKind.MapIndex or ConstantKind.MapIndexValue ? ConstantKind.MapIndex : ConstantKind.Map;

    private int NumberOf(VerifierMap map)
    {
        if (!_numbers.TryGetValue(map, out int number))
        {
            number = _maps.Count;
            _maps.Add(map);
            _numbers.Add(map, number);
        }

        return number;
    }
}
