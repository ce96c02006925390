using System.Text;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>Writes flow rules as ethtool does: on the command line of <c>-N</c>, and in the list of <c>-n</c>.</summary>
public static class FlowRuleText
{
    private static readonly (RssFlowType Type, string Name)[] TypeNames =
    [
        (RssFlowType.IPv4Tcp, "TCP over IPv4"), (RssFlowType.IPv4Udp, "UDP over IPv4"), (RssFlowType.IPv4Sctp, "SCTP over IPv4"),
        (RssFlowType.IPv4Ah, "IPSEC AH over IPv4"), (RssFlowType.IPv4Esp, "IPSEC ESP over IPv4"), (RssFlowType.IPv4, "Raw IPv4"),
        (RssFlowType.IPv6Tcp, "TCP over IPv6"), (RssFlowType.IPv6Udp, "UDP over IPv6"), (RssFlowType.IPv6Sctp, "SCTP over IPv6"),
        (RssFlowType.IPv6Ah, "IPSEC AH over IPv6"), (RssFlowType.IPv6Esp, "IPSEC ESP over IPv6"), (RssFlowType.IPv6, "Raw IPv6"),
        (RssFlowType.None, "Raw Ethernet"),
    ];

    /// <summary>What stands behind <c>ethtool -N DEV</c> to make the rule.</summary>
    public static string Command(FlowRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        StringBuilder text = new($"flow-type {FlowRuleParser.NameOf(rule.Type)}");
        foreach (FlowRuleCondition condition in rule.Conditions)
        {
            FlowRuleFieldText field = FlowRuleFieldText.Of(condition.Field, rule.Type);
            text.Append(' ').Append(field.Name).Append(' ').Append(field.Format(condition.Value, rule.Type));
            UInt128 ignored = Ignored(field, rule.Type, condition.Mask);
            if (ignored != 0)
            {
                text.Append(" m ").Append(field.Format(ignored, rule.Type, isMask: true));
            }
        }

        text.Append($" action {rule.Action}");
        return rule.Location < 0 ? text.ToString() : text.Append($" loc {rule.Location}").ToString();
    }

    /// <summary>The rules as <c>ethtool -n DEV</c> prints them.</summary>
    public static string List(FlowRuleTable rules, int queues)
    {
        ArgumentNullException.ThrowIfNull(rules);
        StringBuilder text = new($"{queues} RX rings available\nTotal {rules.Count} rules\n\n");
        foreach (FlowRule rule in rules.Rules)
        {
            Append(text, rule);
        }

        return text.ToString();
    }

    /// <summary>Reads what <c>ethtool -n DEV</c> prints: the rules in the words of <c>-N</c>. What cannot be read is left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unread">How many rules were left out.</param>
    public static IReadOnlyList<string> ReadList(string text, out int unread)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> rules = [];
        unread = 0;
        foreach (string block in text.Split("Filter: ").Skip(1))
        {
            if (ReadBlock(block) is { } command && FlowRule.TryParse(command, out FlowRule? rule, out _))
            {
                rules.Add(rule.ToString());
            }
            else
            {
                unread++;
            }
        }

        return rules;
    }

    private static void Append(StringBuilder text, FlowRule rule)
    {
        bool isEthernet = rule.Type == RssFlowType.None;
        text.Append($"Filter: {rule.Location}\n\t{(isEthernet ? "Flow" : "Rule")} Type: {TypeNames.First(entry => entry.Type == rule.Type).Name}\n");
        foreach (FlowRuleFieldText field in FlowRuleFieldText.All.Where(field => field.IsOf(rule.Type)))
        {
            FlowRuleCondition asked = rule.Conditions.FirstOrDefault(condition => condition.Field == field.Field, new FlowRuleCondition(field.Field, 0, 0));
            if (asked.Mask == 0 && (field.IsExtension || field is { Field: FlowRuleField.SourcePort or FlowRuleField.DestinationPort } && IsRaw(rule.Type)))
            {
                continue;
            }

            text.Append($"\t{field.Label}: {field.Format(asked.Value, rule.Type)} mask: {field.Format(Ignored(field, rule.Type, asked.Mask), rule.Type, isMask: true)}\n");
        }

        text.Append(rule.Action == FlowRule.Drop ? "\tAction: Drop\n\n" : $"\tAction: Direct to queue {rule.Action}\n\n");
    }

    private static string? ReadBlock(string block)
    {
        const string Direct = "Direct to queue ";
        string[] lines = block.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        RssFlowType type = RssFlowType.None;
        string? action = null;
        StringBuilder fields = new();
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            string label = colon < 0 ? line : line[..colon];
            string value = colon < 0 ? string.Empty : line[(colon + 2)..];
            if (label is "Rule Type" or "Flow Type")
            {
                int known = Array.FindIndex(TypeNames, entry => entry.Name == value);
                if (known < 0)
                {
                    return null;
                }

                type = TypeNames[known].Type;
            }
            else if (label == "Action")
            {
                action = value == "Drop" ? "-1" : value.StartsWith(Direct, StringComparison.Ordinal) ? value[Direct.Length..] : null;
            }
            else if (Array.Find(FlowRuleFieldText.All, field => field.Label == label && field.IsOf(type)) is { } field)
            {
                string[] parts = value.Split(" mask: ");
                if (parts.Length == 2 && field.TryParse(parts[1], type, out UInt128 ignored) && ignored != field.FullMask(type))
                {
                    fields.Append($" {field.Name} {parts[0]} m {parts[1]}");
                }
            }
            else
            {
                return null;
            }
        }

        return action is null || lines.Length == 0 ? null : $"flow-type {FlowRuleParser.NameOf(type)}{fields} action {action} loc {lines[0]}";
    }

    private static bool IsRaw(RssFlowType type) => type is RssFlowType.IPv4 or RssFlowType.IPv6;

    private static UInt128 Ignored(FlowRuleFieldText field, RssFlowType type, UInt128 mask) =>
        field.Field == FlowRuleField.UserDefined && mask != 0 ? ~mask & 0xffff : field.FullMask(type) & ~mask;
}
