using System.Diagnostics.CodeAnalysis;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>Reads flow rules in the words of <c>ethtool -N</c>.</summary>
internal ref struct FlowRuleParser
{
    private const string MaskSuffix = "-mask";
    private const string Ethernet = "ether";

    private readonly List<FlowRuleCondition> _conditions = [];
    private CommandWords _words;
    private RssFlowType _type;
    private int? _action;
    private int _location = -1;

    private FlowRuleParser(ReadOnlySpan<char> text) => _words = new CommandWords(text);

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out FlowRule? rule, out string fault)
    {
        FlowRuleParser parser = new(text);
        fault = parser.Read() ?? string.Empty;
        rule = fault.Length != 0 ? null : new FlowRule
        {
            Type = parser._type,
            Conditions = [.. parser._conditions.OrderBy(condition => condition.Field)],
            Action = parser._action ?? 0,
            Location = parser._location,
        };
        return rule is not null;
    }

    /// <summary>Reads a type of rules by its name.</summary>
    internal static bool TryParseType(ReadOnlySpan<char> name, out RssFlowType type)
    {
        type = RssFlowType.None;
        return name.SequenceEqual(Ethernet) || RssFlowTypeNames.TryParse(name, out type);
    }

    /// <summary>The name of a type of rules.</summary>
    internal static string NameOf(RssFlowType type) => type.Name() ?? Ethernet;

    private string? Read()
    {
        if (!_words.TryTake("flow-type"))
        {
            return $"a rule begins with 'flow-type TYPE'; TYPE is one of {Ethernet}, {RssFlowTypeNames.List}.";
        }

        _words.TryTake(out ReadOnlySpan<char> name);
        if (!TryParseType(name, out _type))
        {
            return $"'{name}' is no flow type; there are {Ethernet}, {RssFlowTypeNames.List}.";
        }

        while (_words.TryTake(out ReadOnlySpan<char> word))
        {
            string? fault = word switch
            {
                "action" => ReadAction(),
                "loc" => ReadLocation(),
                "context" or "vf" or "queue" => $"'{word}' is not built; give the queue as 'action N'.",
                _ => ReadField(word),
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private string? ReadAction()
    {
        _words.TryTake(out ReadOnlySpan<char> text);
        if (text is "-1")
        {
            _action = FlowRule.Drop;
        }
        else if (CommandWords.TryParseNumber(text, out int queue) && queue <= short.MaxValue)
        {
            _action = queue;
        }
        else
        {
            return $"action takes a queue, or -1 to drop; '{text}' is neither.";
        }

        return null;
    }

    private string? ReadLocation()
    {
        _words.TryTake(out ReadOnlySpan<char> text);
        if (CommandWords.TryParseNumber(text, out _location) && _location < FlowRuleTable.Size)
        {
            return null;
        }

        return $"loc takes a location from 0 to {FlowRuleTable.Size - 1}; '{text}' is none.";
    }

    private string? ReadField(ReadOnlySpan<char> word)
    {
        bool isMask = word.EndsWith(MaskSuffix, StringComparison.Ordinal);
        ReadOnlySpan<char> name = isMask ? word[..^MaskSuffix.Length] : word;
        if (!TryFind(name, out FlowRuleFieldText? field, out string? fault))
        {
            return fault;
        }

        int known = _conditions.FindIndex(condition => condition.Field == field.Field);
        if (known >= 0 != isMask)
        {
            return isMask ? $"{word} stands before its value; give '{field.Name} VALUE m MASK'." : $"{word} is given twice.";
        }

        if (!TryReadValue(field, isMask, out UInt128 value, out fault))
        {
            return fault;
        }

        UInt128 full = field.FullMask(_type);
        if (isMask)
        {
            _conditions[known] = Masked(_conditions[known].Field, _conditions[known].Value, full & ~value);
            return null;
        }

        UInt128 ignored = 0;
        if (_words.TryTake("m") && !TryReadValue(field, isMask: true, out ignored, out fault))
        {
            return fault;
        }

        if (field.Field == FlowRuleField.UserDefined && (value >> 32 != 0 || ((ignored & ~(UInt128)0xffff) != 0 && ignored != full)))
        {
            return "user-def takes the offset into the payload in bits 16 to 31 and what stands there in bits 0 to 15; its mask covers the latter.";
        }

        _conditions.Add(Masked(field.Field, value, full & ~ignored));
        return null;
    }

    /// <summary>Bits that are not compared are no part of the value; the offset of user-def is not compared, but is one.</summary>
    private static FlowRuleCondition Masked(FlowRuleField field, UInt128 value, UInt128 mask) =>
        field == FlowRuleField.UserDefined ? new(field, value, mask & 0xffff) : new(field, value & mask, mask);

    private readonly bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out FlowRuleFieldText? found, out string? fault)
    {
        found = null;
        bool exists = false;
        foreach (FlowRuleFieldText field in FlowRuleFieldText.All)
        {
            if (name.SequenceEqual(field.Name))
            {
                exists = true;
                found = field.IsOf(_type) ? field : found;
            }
        }

        RssFlowType type = _type;
        fault = found is not null ? null
            : exists ? $"{name} cannot be asked of flow type {NameOf(type)}."
            : $"'{name}' is no word of a rule; of {NameOf(type)} can be asked {string.Join(", ", FlowRuleFieldText.All.Where(field => field.IsOf(type)).Select(field => field.Name))}; then come action and loc.";
        return found is not null;
    }

    private bool TryReadValue(FlowRuleFieldText field, bool isMask, out UInt128 value, out string? fault)
    {
        _words.TryTake(out ReadOnlySpan<char> text);
        bool isValue = field.TryParse(text, _type, out value);
        fault = isValue ? null : (isMask ? "the mask of " : string.Empty) + $"{field.Name} takes " + field.Notation switch
        {
            FlowRuleNotation.Mac => "a MAC address",
            FlowRuleNotation.Address => _type >= RssFlowType.IPv6 ? "an IPv6 address" : "an IPv4 address",
            _ => $"a number of {field.Bits} bits",
        } + $"; '{text}' is none.";
        return isValue;
    }
}
