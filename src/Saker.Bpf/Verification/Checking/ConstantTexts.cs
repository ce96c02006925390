using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Texts that helpers take: constants that end with a zero.</summary>
internal static class ConstantTexts
{
    /// <summary>Checks one.</summary>
    public static void Check(VerifierEnvironment environment, MemoryChecker memory, int register, in RegisterState state)
    {
        VerifierMap map = environment.Maps[state.Map];
        string name = VerifierEnvironment.NameOf(register);
        if (!map.IsConstant)
        {
            environment.Refuse(VerifierRule.ConstantText, $"{name} points into the map '{map.Name}', whose values can change, and a constant text is wanted", "make it 'static const char []'");
        }

        if (!state.Value.IsConstant)
        {
            environment.Refuse(VerifierRule.ConstantText, $"{name} points to a variable place of the map '{map.Name}', and a constant text is wanted");
        }

        memory.CheckMapValueBounds(register, state.Offset, map.ValueSize - state.Offset, isWrite: false, mayBeEmpty: false);
        if (map is not { Type: MapType.Array, MaximumEntries: 1 } || TextAt(map, state) is null)
        {
            environment.Refuse(VerifierRule.ConstantText, $"the text in the map '{map.Name}' to which {name} points does not end with a zero");
        }
    }

    /// <summary>The text that a register points to, without its end; null: it does not end.</summary>
    public static byte[]? TextAt(VerifierMap map, in RegisterState state)
    {
        long place = state.Offset + (long)state.Value.ConstantValue;
        if (place < 0 || place >= map.Contents.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = map.Contents.Span[(int)place..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? null : rest[..end].ToArray();
    }
}
