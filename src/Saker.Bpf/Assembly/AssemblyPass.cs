using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Saker.Bpf;

/// <summary>The state of the assembler while it goes over a text once; labels that stand behind their use are filled in at the end.</summary>
internal sealed class AssemblyPass
{
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly List<(string Label, int Slot, int Line, InstructionDescription Description)> _uses = [];
    private readonly List<SourceToken> _tokens = [];

    /// <summary>The slots so far.</summary>
    public List<BpfInstruction> Slots { get; } = [];

    /// <summary>Reads a line.</summary>
    public bool TryAddLine(ReadOnlySpan<char> line, int number, [NotNullWhen(false)] out AssemblyFault? fault)
    {
        fault = null;
        SourceToken.Split(line, _tokens);
        ReadOnlySpan<SourceToken> rest = CollectionsMarshal.AsSpan(_tokens);
        while (!rest.IsEmpty && fault is null)
        {
            if (rest[0].In(line) is ";")
            {
                rest = rest[1..];
            }
            else if (rest.Length > 1 && rest[0].Kind == SourceTokenKind.Word && rest[1].In(line) is ":")
            {
                string label = rest[0].In(line).ToString();
                fault = _labels.TryAdd(label, Slots.Count) ? null : new AssemblyFault(number, $"the label '{label}' is there already");
                rest = rest[2..];
            }
            else
            {
                int length = 0;
                while (length < rest.Length && rest[length].In(line) is not ";")
                {
                    length++;
                }

                fault = FaultOfInstruction(line, rest[..length], number);
                rest = rest[length..];
            }
        }

        return fault is null;
    }

    /// <summary>Fills in the labels.</summary>
    public bool TryFinish([NotNullWhen(false)] out AssemblyFault? fault)
    {
        fault = null;
        foreach ((string label, int at, int line, InstructionDescription description) in _uses)
        {
            if (!_labels.TryGetValue(label, out int target))
            {
                fault = new AssemblyFault(line, $"there is no label '{label}'");
                return false;
            }

            if (!JumpTarget.TrySet(Slots, at, target - at - 1, description))
            {
                fault = new AssemblyFault(line, $"the label '{label}' is {target - at - 1} slots away, and a short jump reaches 32767; use gotol");
                return false;
            }
        }

        return true;
    }

    private AssemblyFault? FaultOfInstruction(ReadOnlySpan<char> line, ReadOnlySpan<SourceToken> tokens, int number)
    {
        int furthest = -1;
        List<string> wanted = [];
        foreach (InstructionPattern pattern in InstructionPattern.All)
        {
            if (pattern.Fits(line, tokens, out ParsedOperands operands, out int reached, out string next))
            {
                Add(line, pattern.Description, operands, number);
                return null;
            }

            if (reached > furthest)
            {
                furthest = reached;
                wanted.Clear();
            }

            if (reached == furthest && !wanted.Contains(next, StringComparer.Ordinal))
            {
                wanted.Add(next);
            }
        }

        string at = furthest == tokens.Length ? "the end" : $"'{tokens[furthest].In(line)}'";
        const int Most = 6;
        string choice = wanted.Count > Most ? string.Join(", ", wanted.Take(Most)) + " …" : string.Join(" or ", wanted);
        return new AssemblyFault(number, $"'{line.Trim()}' is no instruction; at {at} is wanted {choice}");
    }

    private void Add(ReadOnlySpan<char> line, InstructionDescription description, ParsedOperands operands, int number)
    {
        if (operands.Label is { } label)
        {
            _uses.Add((label.In(line).ToString(), Slots.Count, number, description));
        }

        BpfInstruction slot = new(description.Opcode, operands.Destination, operands.Source, (short)operands.Offset, (int)operands.Immediate);
        Slots.Add(description.VariantField switch
        {
            InstructionFields.Source => slot.WithSource((byte)description.Variant),
            InstructionFields.Offset => slot.WithOffset((short)description.Variant),
            InstructionFields.Immediate => slot.WithImmediate(description.Variant),
            _ => slot,
        });
        if (description.Slots == 2)
        {
            Slots.Add(new BpfInstruction(0, immediate: (int)operands.Second));
        }
    }
}
