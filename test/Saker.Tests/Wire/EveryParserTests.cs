using System.Reflection;
using Saker.Wire;

namespace Saker.Tests.Wire;

/// <summary>No bytes make any parser, accessor or enumerator of <c>Saker.Wire</c> throw, nor read outside (which debug builds assert in <c>Field</c>).</summary>
public class EveryParserTests
{
    private const int Seed = 791;

    public static TheoryData<Type> Views() => [.. EveryParser.All.Select(parser => parser.View)];

    [Fact]
    public void Every_view_is_found() =>
        Assert.Equal(
            typeof(MacAddress).Assembly.GetExportedTypes().Where(type => type.IsByRefLike).Select(NameOf).Where(IsView).Order(),
            EveryParser.All.Select(parser => NameOf(parser.View)).Where(IsView).Distinct().Order());

    [Theory]
    [MemberData(nameof(Views))]
    public void Random_bytes_throw_nothing(Type view)
    {
        EveryParser parser = EveryParser.Of(view);
        Random random = new(Seed);
        for (int input = 0; input < Effort.Inputs(10_000, 1_000_000); input++)
        {
            byte[] bytes = new byte[random.Next(160)];
            random.NextBytes(bytes);

            // Small numbers make lengths and counts that nearly fit.
            for (int change = random.Next(4); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(8);
            }

            Run(parser, bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Real_frames_throw_nothing_wherever_they_are_cut(Type view)
    {
        EveryParser parser = EveryParser.Of(view);
        foreach (byte[] frame in SampleFrames.All)
        {
            for (int start = 0; start <= frame.Length; start++)
            {
                for (int end = start; end <= frame.Length; end++)
                {
                    Run(parser, frame.AsSpan(start..end));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Mutated_frames_throw_nothing(Type view)
    {
        EveryParser parser = EveryParser.Of(view);
        Random random = new(Seed);
        for (int input = 0; input < Effort.Inputs(10_000, 1_000_000); input++)
        {
            byte[] frame = SampleFrames.All[random.Next(SampleFrames.All.Count)];
            byte[] bytes = frame[random.Next(Math.Min(frame.Length, 60))..];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) };
            }

            Run(parser, bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Headers_emit_as_many_octets_as_they_say_whatever_was_parsed(Type view)
    {
        EveryParser parser = EveryParser.Of(view);
        Random random = new(Seed);
        byte[] bytes = new byte[128];
        for (int input = 0; parser.ParseHeader is not null && input < Effort.Inputs(1_000, 100_000); input++)
        {
            random.NextBytes(bytes);
            if (parser.ParseHeader(bytes.AsSpan(random.Next(64))) is { } header)
            {
                Assert.NotEmpty(EveryParser.Emit(header));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void Emit_to_too_small_a_destination_throws(Type view)
    {
        if (EveryParser.Of(view).ParseHeader?.Invoke(new byte[256]) is not { } header)
        {
            return;
        }

        MethodInfo emit = header.GetType().GetMethod("Emit", [typeof(Span<byte>)])!;
        int length = EveryParser.Emit(header).Length;
        EmitTo emitTo = emit.CreateDelegate<EmitTo>(header);
        Assert.ThrowsAny<ArgumentException>(() => emitTo(new byte[length - 1]));
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    private static bool IsView(string name) => name.EndsWith("View", StringComparison.Ordinal);

    private delegate void EmitTo(Span<byte> destination);

    private static void Run(EveryParser parser, ReadOnlySpan<byte> bytes)
    {
        try
        {
            parser.Touch(bytes);
        }
        catch (Exception exception)
        {
            Assert.Fail($"{parser} over {Convert.ToHexStringLower(bytes)} (seed {Seed}): {exception}");
        }
    }
}
