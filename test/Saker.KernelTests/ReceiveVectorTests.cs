using System.Text.Json;
using Saker.KernelTests.Cases;
using Saker.KernelTests.Vectors;

namespace Saker.KernelTests;

/// <summary>
/// Asks the running kernel all cases and compares with what it said when the vector files of <c>test/vectors/receive</c> were written, which are what
/// the user-space stack is judged by. With SAKER_RECORD=1 it writes the files instead; a case whose answer is the same keeps its line.
/// </summary>
public sealed class ReceiveVectorTests
{
    private const string Command = "SAKER_RECORD=1 dotnet test test/Saker.KernelTests --filter FullyQualifiedName~ReceiveVectorTests";

    // A machine that is busy elsewhere can disturb an answer: what is asked again and comes out right was disturbed.
    private const int Attempts = 3;

    // Most of a case's time is the kernel's grace periods in setting up and taking down namespaces: they are waited for side by side.
    private const int Workers = 6;

    private static bool Records => Environment.GetEnvironmentVariable("SAKER_RECORD") == "1";

    public static TheoryData<string> ConfigurationNames => [.. Configurations.All.Select(entry => entry.Configuration.Name)];

    [KernelTheory]
    [MemberData(nameof(ConfigurationNames))]
    public void Kernel_gives_the_recorded_answers(string name)
    {
        var (configuration, cases) = Configurations.All.Single(entry => entry.Configuration.Name == name);
        var path = Path.Combine(Repository.PathOf("test/vectors/receive"), name + ".json");
        var recorded = File.Exists(path) ? ReceiveVectors.Read(path).Cases.ToDictionary(@case => @case.Name, StringComparer.Ordinal) : [];
        if (Records)
        {
            Record(configuration, [.. cases()], recorded, path);
            return;
        }

        var asked = cases().ToList();
        var differences = AskAll(asked, (oracle, question) => Compare(oracle, configuration, question, recorded.GetValueOrDefault(question.Name)))
            .SelectMany(difference => difference)
            .Concat(recorded.Keys.Except(asked.Select(@case => @case.Name), StringComparer.Ordinal).Select(gone => $"{gone}: recorded, but not asked any more"))
            .ToList();
        Assert.True(differences.Count == 0, $"{differences.Count} differences from {path}:\n{string.Join('\n', differences)}\nTo record anew: {Command}");
    }

    /// <summary>Asks all questions, some at a time; the answers come in the order of the questions.</summary>
    private static T[] AskAll<T>(List<FrameCase> questions, Func<KernelOracle, FrameCase, T> ask)
    {
        var answers = new T[questions.Count];
        var next = -1;
        Parallel.For(0, Workers, _ =>
        {
            using var oracle = new KernelOracle();
            for (var index = Interlocked.Increment(ref next); index < questions.Count; index = Interlocked.Increment(ref next))
            {
                answers[index] = ask(oracle, questions[index]);
            }
        });
        return answers;
    }

    private static List<string> Compare(KernelOracle oracle, TargetConfiguration configuration, FrameCase question, ReceiveCase? recorded)
    {
        if (recorded is null)
        {
            return [$"{question.Name}: not recorded"];
        }

        if (!recorded.Frames.SequenceEqual(question.Frames.Select(frame => Convert.ToHexStringLower(frame)), StringComparer.Ordinal))
        {
            return [$"{question.Name}: recorded with other frames"];
        }

        List<string> differences = [];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            differences = [.. recorded.Differences(Ask(oracle, configuration, question))];
            if (differences.Count == 0)
            {
                break;
            }
        }

        return differences;
    }

    /// <summary>Asks one case, before a host of its own.</summary>
    private static ReceiveCase Ask(KernelOracle oracle, TargetConfiguration configuration, FrameCase question)
    {
        using var host = oracle.SetUp(configuration);
        return new ReceiveCase(question.Name, [.. question.Frames.Select(frame => Convert.ToHexStringLower(frame))], host.Ask(question.Frames));
    }

    private static void Record(TargetConfiguration configuration, List<FrameCase> questions, Dictionary<string, ReceiveCase> recorded, string path)
    {
        using var snapshotter = new KernelOracle();
        Assert.Equal(questions.Count, questions.Select(question => question.Name).Distinct(StringComparer.Ordinal).Count());
        var file = new ReceiveVectors
        {
            Made = $"{Command}, on Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
            Configuration = Describe(configuration),
            Snapshot = snapshotter.TakeSnapshot(configuration),
            Cases = AskAll(questions, (oracle, question) => AskUntilSure(oracle, configuration, question, recorded.GetValueOrDefault(question.Name))),
        };
        file.Write(path);
    }

    /// <summary>The answer that came twice running; the recorded one when it is the same.</summary>
    private static ReceiveCase AskUntilSure(KernelOracle oracle, TargetConfiguration configuration, FrameCase question, ReceiveCase? recorded)
    {
        var answer = Ask(oracle, configuration, question);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var again = Ask(oracle, configuration, question);
            if (!answer.Differences(again).Any())
            {
                var same = recorded is not null && recorded.Frames.SequenceEqual(again.Frames, StringComparer.Ordinal)
                    && !recorded.Differences(again).Any();
                return same ? recorded! : again;
            }

            answer = again;
        }

        var last = Ask(oracle, configuration, question);
        var differences = string.Join('\n', answer.Differences(last));
        throw new InvalidOperationException($"{question.Name}: the kernel answers differently each time:\n{differences}");
    }

    private static string Describe(TargetConfiguration configuration)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("commands");
            foreach (var command in configuration.Commands)
            {
                json.WriteStringValue(command);
            }

            json.WriteEndArray();
            json.WriteStartArray("sockets");
            foreach (var socket in configuration.Sockets)
            {
                json.WriteStartObject();
                json.WriteString("name", socket.ToString());
                json.WriteString("protocol", socket.Protocol);
                json.WriteString("local", socket.Local);
                json.WriteString("remote", socket.Remote);
                json.WriteString("device", socket.Device);
                json.WriteStartArray("groups");
                foreach (var group in socket.Groups)
                {
                    json.WriteStringValue(group);
                }

                json.WriteEndArray();
                if (socket.ReceiveBuffer is { } size)
                {
                    json.WriteNumber("receiveBuffer", size);
                }

                if (socket.Sequences is { } sequences)
                {
                    json.WriteNumber("sendSequence", sequences.Send);
                    json.WriteNumber("receiveSequence", sequences.Receive);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("readers", configuration.HasReaders);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
