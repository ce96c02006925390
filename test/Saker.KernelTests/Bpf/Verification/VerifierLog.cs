using System.Globalization;
using System.Text.RegularExpressions;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The kernel's log of a verification at level 2, as what happened, in order.</summary>
internal static partial class VerifierLog
{
    private static readonly Dictionary<byte, LoggedRegister> Nothing = [];

    /// <summary>Reads a log. Lines that tell neither of instructions nor of registers are passed over.</summary>
    public static IEnumerable<LogEvent> Read(string log)
    {
        foreach (var line in log.Split('\n'))
        {
            if (Live().Match(line) is { Success: true } live)
            {
                yield return new(LogEventKind.Live, Number(live, "at"), Mask(live.Groups["registers"].ValueSpan), Nothing);
            }
            else if (Branch().Match(line) is { Success: true } branch)
            {
                yield return new(LogEventKind.Branch, Number(branch, "from"), Number(branch, "to"), Registers(branch.Groups["state"].Value));
            }
            else if (Instruction().Match(line) is { Success: true } instruction)
            {
                yield return new(LogEventKind.Instruction, Number(instruction, "at"), 0, Nothing);
                if (Registers(instruction.Groups["state"].Value) is { Count: > 0 } registers)
                {
                    yield return new(LogEventKind.State, Number(instruction, "at"), 0, registers);
                }
            }
            else if (State().Match(line) is { Success: true } state)
            {
                yield return new(LogEventKind.State, Number(state, "at"), 0, Registers(state.Groups["state"].Value));
            }
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static int Mask(ReadOnlySpan<char> registers)
    {
        var mask = 0;
        for (var i = 0; i < registers.Length; i++)
        {
            mask |= registers[i] == '.' ? 0 : 1 << i;
        }

        return mask;
    }

    private static Dictionary<byte, LoggedRegister> Registers(string text)
    {
        Dictionary<byte, LoggedRegister> registers = [];
        foreach (Match match in Register().Matches(text))
        {
            registers[byte.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)] = LoggedRegister.Read(match.Groups["value"].Value);
        }

        return registers;
    }

    [GeneratedRegex(@"^ +(?<at>\d+): (?<registers>[.0-9]{10}) \(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Live();

    [GeneratedRegex(@"^from (?<from>\d+) to (?<to>\d+):(?<state>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Branch();

    [GeneratedRegex(@"^(?<at>\d+): \([0-9a-f]{2}\) [^;]*(; (?<state>R\d.*))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(?<at>\d+): (?<state>R\d.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex State();

    [GeneratedRegex(@"\bR(?<number>\d+)(_\w+)?=P?(?<value>-?\w+(\(([^()]|\([^()]*\))*\))?)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Register();
}

/// <summary>What a log tells of.</summary>
internal enum LogEventKind
{
    /// <summary>Which registers an instruction or one after it reads, as bits.</summary>
    Live,

    /// <summary>An instruction is looked at.</summary>
    Instruction,

    /// <summary>What registers are now: those that the instruction before has touched.</summary>
    State,

    /// <summary>A way that was put off is taken up: all registers, none where it is found safe at once.</summary>
    Branch,
}

/// <summary>One thing that a log tells.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="At">The instruction, or where a branch comes from.</param>
/// <param name="To">Where a branch leads; which registers are live.</param>
/// <param name="Registers">What is told of registers.</param>
internal sealed record LogEvent(LogEventKind Kind, int At, int To, IReadOnlyDictionary<byte, LoggedRegister> Registers);
