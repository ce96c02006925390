using System.Text;
using Saker.Host.Snapshots;

namespace Saker.KernelTests.Differential;

/// <summary>What came of a group of frames.</summary>
/// <param name="Configuration">The host's name.</param>
/// <param name="Compared">The kernel's answers that were compared, with the frames' places in the group.</param>
/// <param name="Exempt">The rules by which others were not.</param>
/// <param name="Disagreements">Where both sides differ.</param>
/// <param name="Disturbed">Frames that came out alike only when asked again.</param>
internal sealed record GroupResult(
    string Configuration, List<(int Index, Answer Kernel)> Compared, List<string> Exempt, List<Disagreement> Disagreements, int Disturbed);

/// <summary>
/// Gives the same frames in the same order to the running kernel and to the user-space stack, a group to a fresh host each, and compares the answers.
/// What a frame leaves behind (neighbours, fragments, rate limits) carries over to the next on both sides.
/// </summary>
internal sealed class DifferentialRun : IDisposable
{
    public const int GroupSize = 200;

    private readonly FrameCorpus _corpus;
    private readonly KernelOracle _oracle = new();
    private readonly Dictionary<string, byte[]> _snapshots = new(StringComparer.Ordinal);

    public DifferentialRun(FrameCorpus corpus) => _corpus = corpus;

    /// <summary>Changes a frame before the stack gets it, or a snapshot before it is read: a fault in the stack, to see that it is found.</summary>
    public Func<byte[], byte[]> StackFrame { get; init; } = frame => frame;

    /// <inheritdoc cref="StackFrame"/>
    public Func<string, string> StackSnapshot { get; init; } = snapshot => snapshot;

    public GroupResult Ask(TargetConfiguration configuration, int seed, int count = GroupSize)
    {
        var maker = new FrameMaker(_corpus, new Random(seed));
        List<byte[]> frames = [.. Enumerable.Range(0, count).Select(_ => maker.Next())];
        var result = Compare(configuration, seed, frames);
        if (result.Disagreements.Count == 0)
        {
            return result;
        }

        // A machine that is busy elsewhere can disturb an answer: what comes out right when the group is asked again was disturbed.
        var again = Compare(configuration, seed, frames).Disagreements.Select(one => one.Index).ToHashSet();
        List<Disagreement> sure = [.. result.Disagreements.Where(one => again.Contains(one.Index))];
        return result with { Disagreements = sure, Disturbed = result.Disagreements.Count - sure.Count };
    }

    public void Dispose() => _oracle.Dispose();

    private GroupResult Compare(TargetConfiguration configuration, int seed, List<byte[]> frames)
    {
        List<long> times = [];
        List<Answer> kernel;
        using (var host = _oracle.SetUp(configuration))
        {
            if (!_snapshots.ContainsKey(configuration.Name))
            {
                _snapshots[configuration.Name] = Encoding.UTF8.GetBytes(StackSnapshot(host.TakeSnapshot()));
            }

            kernel = host.Ask(frames, times);
        }

        if (!SnapshotReader.TryParse(_snapshots[configuration.Name], configuration.Name, out var described, out var fault))
        {
            throw new InvalidOperationException(fault);
        }

        var stack = new StackReplay { HasReaders = configuration.HasReaders }.Ask(described, [.. frames.Select(StackFrame)], times);
        var result = new GroupResult(configuration.Name, [], [], [], 0);
        var exemptions = new Exemptions();
        for (var i = 0; i < frames.Count; i++)
        {

            if (exemptions.Find(frames[i], kernel[i], stack[i]) is { } rule)
            {
                result.Exempt.Add(rule);
                continue;
            }

            var (expected, actual) = (Exemptions.WithoutGroupReports(kernel[i]), Exemptions.WithoutGroupReports(stack[i]));
            result.Compared.Add((i, expected));
            if (AnswerComparison.Differences(expected, actual).Any())
            {
                result.Disagreements.Add(new Disagreement(configuration.Name, seed, i, frames[i], expected, actual));
            }
        }

        return result;
    }
}
