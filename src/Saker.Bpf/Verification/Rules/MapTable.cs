using Saker.Bpf.Verification.Explanation;

namespace Saker.Bpf.Verification.Rules;

/// <summary>The maps that a program names, by numbers that registers bear.</summary>
internal sealed class MapTable
{
    private readonly List<VerifierMap> _maps = [];
    private readonly Dictionary<VerifierMap, int> _numbers = new(ReferenceEqualityComparer.Instance);

    /// <summary>A map.</summary>
    public VerifierMap this[int number] => _maps[number];

    /// <summary>The number of a map.</summary>
    public int NumberOf(VerifierMap map)
    {
        if (!_numbers.TryGetValue(map, out int number))
        {
            number = _maps.Count;
            _maps.Add(map);
            _numbers.Add(map, number);
        }

        return number;
    }

    /// <summary>The number of a map that a constant names.</summary>
    public int Resolve(int instruction, in BpfInstruction slot, VerifierOptions options)
    {
        ConstantKind kind = (ConstantKind)slot.Source switch
        {
            ConstantKind.MapIndex or ConstantKind.MapIndexValue => ConstantKind.MapIndex,
            _ => ConstantKind.Map,
        };
        return options.Maps is { } maps && maps.TryFind(kind, slot.Immediate, out VerifierMap? map)
            ? NumberOf(map)
            : throw new ProgramRefused(VerifierRule.Map, instruction, $"there is no map {slot.Immediate}", "give the verifier the maps that the code names");
    }
}
