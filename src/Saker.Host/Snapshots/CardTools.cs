using System.Text.Json;
using Saker.Stack.Nic;

namespace Saker.Host.Snapshots;

/// <summary>
/// What ethtool tells of each device's card, in the words of its command line: <c>channels</c> and <c>rings</c> (<c>maximum</c>, <c>current</c>), <c>coalesce</c>,
/// <c>rxfh</c> (<c>table</c>, <c>key</c>, <c>on</c>), <c>fields</c> (the letters of each flow type) and <c>ntuple</c> (rules as <c>ethtool -N</c> takes them).
/// </summary>
/// <remarks>Most devices can tell a part of this only, and virtual ones nothing: what a device cannot tell is left out without a word.</remarks>
internal static class CardTools
{
    public static void Write(Utf8JsonWriter json, string member, IEnumerable<string> devices)
    {
        json.WriteStartObject(member);
        foreach (string device in devices)
        {
            json.WriteStartObject(device);
            WriteLimits(json, "channels", "-l", device);
            WriteLimits(json, "rings", "-g", device);
            if (TryAsk("-c", device, out string coalesce))
            {
                WriteSettings(json, "coalesce", EthtoolText.ReadCoalesce(coalesce));
            }

            if (TryAsk("-x", device, out string hash))
            {
                WriteHash(json, hash);
                WriteFields(json, device);
            }

            if (TryAsk("-n", device, out string rules))
            {
                WriteTexts(json, "ntuple", FlowRuleText.ReadList(rules, out _));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, string member, string option, string device)
    {
        if (TryAsk(option, device, out string text))
        {
            (List<SettingText> maximum, List<SettingText> current) = EthtoolText.ReadLimits(text);
            json.WriteStartObject(member);
            WriteSettings(json, "maximum", maximum);
            WriteSettings(json, "current", current);
            json.WriteEndObject();
        }
    }

    private static void WriteHash(Utf8JsonWriter json, string text)
    {
        (List<int> table, string key, List<string> on) = EthtoolText.ReadHash(text);
        json.WriteStartObject("rxfh");
        json.WriteStartArray("table");
        foreach (int queue in table)
        {
            json.WriteNumberValue(queue);
        }

        json.WriteEndArray();
        json.WriteString("key", key);
        WriteTexts(json, "on", on);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, string device)
    {
        json.WriteStartObject("fields");
        foreach (string type in RssFlowTypeNames.All.Select(type => type.Name()!))
        {
            if (TryAsk("-n", $"{device} rx-flow-hash {type}", out string text))
            {
                json.WriteString(type, EthtoolText.ReadFields(text));
            }
        }

        json.WriteEndObject();
    }

    private static void WriteSettings(Utf8JsonWriter json, string member, IEnumerable<SettingText> settings)
    {
        json.WriteStartObject(member);
        foreach (SettingText setting in settings)
        {
            json.WriteString(setting.Name, setting.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string member, IEnumerable<string> texts)
    {
        json.WriteStartArray(member);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static bool TryAsk(string option, string rest, out string text) => Tool.TryRun("ethtool", $"{option} {rest}", out text, out _);
}
