using System.Text;
using System.Text.Json.Nodes;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Stack;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;

namespace Saker.Tests.Host.Snapshots;

/// <summary>Whatever is in a file, reading it ends with a host that a stack can be made of, or with one line.</summary>
public class SnapshotRobustnessTests
{
    private const int Seed = 20_240_601;

    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "[{}]", "[[]]", "0", "-1", "1e308", "99999999999999999999", "2147483648", "\"\"", "\"\\u0000\"", "\"default\"",
        "\"10.0.0.0/8\"", "\"fe80::/10\"", "\"lo\"", "\"eth0\"", "\"\\ud83d\\ude00\"", "\"inet6\"", "\"local\"", "[\"dead\"]", "{\"nftables\":[{\"rule\":{}}]}",
    ];

    [Theory]
    [InlineData("router.json")]
    [InlineData("plain-ip.json")]
    public void Changed_bytes_never_throw(string name)
    {
        byte[] original = SnapshotFile.Recorded(name);
        for (int round = 0; round < Effort.Inputs(1_000, 1_000_000); round++)
        {
            Random random = new(Seed + round);
            byte[] bytes = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[],:\"0-1e\\u"[random.Next(13)]);
            }

            Check(bytes, round);
        }
    }

    [Theory]
    [InlineData("router.json")]
    [InlineData("plain-ip.json")]
    public void Changed_values_never_throw(string name)
    {
        byte[] original = SnapshotFile.Recorded(name);
        for (int round = 0; round < Effort.Inputs(2_000, 1_000_000); round++)
        {
            Random random = new(Seed + round);
            JsonNode snapshot = JsonNode.Parse(original)!;
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                Change(snapshot, random);
            }

            Check(Encoding.UTF8.GetBytes(snapshot.ToJsonString()), round);
        }
    }

    [Theory]
    [InlineData("router.json")]
    public void Every_beginning_of_a_file_is_a_fault(string name)
    {
        byte[] original = SnapshotFile.Recorded(name).AsSpan().TrimEnd((byte)'\n').ToArray();
        for (int length = 0; length < original.Length; length += Effort.IsLong ? 1 : 37)
        {
            Assert.False(SnapshotReader.TryParse(original.AsMemory(0, length), "host.json", out _, out string? fault));
            Assert.DoesNotContain('\n', fault);
        }
    }

    /// <summary>Walks to a place by chance, and puts something else there, takes it away, or says it twice.</summary>
    private static void Change(JsonNode node, Random random)
    {
        while (true)
        {
            JsonNode? child;
            switch (node)
            {
                case JsonObject { Count: > 0 } inner:
                    string key = inner.ElementAt(random.Next(inner.Count)).Key;
                    child = inner[key];
                    if (child is JsonObject or JsonArray && random.Next(4) != 0)
                    {
                        break;
                    }

                    if (random.Next(3) == 0)
                    {
                        inner.Remove(key);
                    }
                    else
                    {
                        inner[key] = Value(random);
                    }

                    return;
                case JsonArray { Count: > 0 } list:
                    int index = random.Next(list.Count);
                    child = list[index];
                    if (child is JsonObject or JsonArray && random.Next(4) != 0)
                    {
                        break;
                    }

                    switch (random.Next(3))
                    {
                        case 0:
                            list.RemoveAt(index);
                            break;
                        case 1:
                            list.Add(list[index]?.DeepClone());
                            break;
                        default:
                            list[index] = Value(random);
                            break;
                    }

                    return;
                default:
                    return;
            }

            node = child!;
        }
    }

    private static JsonNode? Value(Random random) => JsonNode.Parse(Values[random.Next(Values.Length)]);

    private static void Check(byte[] bytes, int round)
    {
        try
        {
            if (SnapshotReader.TryParse(bytes, "host.json", out HostConfiguration? host, out string? fault))
            {
                using NetworkStack stack = host.CreateStack(new VirtualClock(), ReaderMode.Immediate, observer: null);
                Assert.All(host.Limitations, line => Assert.DoesNotContain('\n', line));
            }
            else
            {
                Assert.StartsWith("host.json: ", fault, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', fault);
            }
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"Seed {Seed + round}: {exception}");
        }
    }
}
