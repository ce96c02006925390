using System.Globalization;
using Saker.Bpf;

namespace Saker.Host.Programs;

/// <summary>Where two engines came to different ends over the same frame.</summary>
/// <param name="Frame">The frame's number.</param>
/// <param name="Engine">The one engine.</param>
/// <param name="Other">The other one.</param>
/// <param name="What">What differs, in one line.</param>
public sealed record RunDifference(long Frame, string Engine, string Other, string What)
{
    private const int ShownBytes = 8;

    /// <summary>The difference between two engines; null: there is none.</summary>
    internal static RunDifference? Between(in RunFrame frame, ProgramType type, IProgramRunner one, in FrameResult result, IProgramRunner other, in FrameResult otherResult)
    {
        string? what = (result.Fault, otherResult.Fault) switch
        {
            (null, null) when result.Value != otherResult.Value =>
                $"{one.Engine} returns {Verdicts.NameOf(type, result.Value)}, {other.Engine} {Verdicts.NameOf(type, otherResult.Value)}",
            (null, null) => BytesBetween(one, other),
            (not null, null) => $"{one.Engine} stops ({result.Details}), {other.Engine} returns {Verdicts.NameOf(type, otherResult.Value)}",
            (null, not null) => $"{one.Engine} returns {Verdicts.NameOf(type, result.Value)}, {other.Engine} stops ({otherResult.Details})",
            _ => null,
        };
        return what is null ? null : new RunDifference(frame.Number, one.Engine, other.Engine, what);
    }

    private static string? BytesBetween(IProgramRunner one, IProgramRunner other)
    {
        ReadOnlySpan<byte> left = one.Output, right = other.Output;
        int at = left.CommonPrefixLength(right);
        return left.Length != right.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{one.Engine} leaves a frame of {left.Length} bytes, {other.Engine} one of {right.Length}")
            : at == left.Length ? null
            : string.Create(CultureInfo.InvariantCulture, $"the frames differ from byte {at} on: {one.Engine} has {Hex(left, at)}, {other.Engine} {Hex(right, at)}");
    }

    private static string Hex(ReadOnlySpan<byte> bytes, int at) => Convert.ToHexStringLower(bytes[at..Math.Min(bytes.Length, at + ShownBytes)]);
}
